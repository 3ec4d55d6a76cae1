import { randomBytes } from "node:crypto";
import { identityToRecipient } from "age-encryption";
import test from "ava";
import fc from "fast-check";
import { formatId, parseId } from "../src/base/ids.ts";
import { putBody } from "../src/handover/links/put-body.ts";
import { decodeBech32 } from "../src/handover/recipients/bech32.ts";
import { ageBytes } from "../src/handover/recipients/key.ts";
import { createSealer, sealRequest } from "./support/sealer.ts";

test("BIP 173, test vectors: valid and invalid texts", (t) => {
  // In lower case, as recipients are; the length limit does not hold for them (C2SP age).
  const valid = [
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
  ];
  for (const text of valid) {
    t.not(decodeBech32(text), null, text);
  }
  t.is(decodeBech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")?.bytes.length, 20);
  const invalid = [
    "\u00201nwldj5",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "a1g7sgd8",
    "10a06t8",
    "1qzzfhee",
    "A12uel5l",
  ];
  for (const text of invalid) {
    t.is(decodeBech32(text), null, text);
  }
});

test("C2SP age: the recipient of the specification's identity", async (t) => {
  // The identity of "The X25519 recipient type" is 32 bytes of 0x42.
  const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
  const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
  t.is(await identityToRecipient(identity), recipient);
  // X25519(0x42…, base point), by RFC 7748.
  const hex = "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472";
  t.is(Buffer.from(ageBytes(recipient) ?? []).toString("hex"), hex);
  const changed = fc.tuple(fc.nat(recipient.length - 1), fc.constantFrom(..."qpzry9x8"));
  fc.assert(
    fc.property(changed, ([at, symbol]) => {
      const text = recipient.slice(0, at) + symbol + recipient.slice(at + 1);
      t.is(ageBytes(text) === null, text !== recipient);
    }),
  );
});

test("an id is its sixteen bytes, in base 62", (t) => {
  t.is(formatId("mtr", new Uint8Array(16)), `mtr_${"0".repeat(22)}`);
  t.is(formatId("mtr", new Uint8Array(16).fill(255)), "mtr_7n42DGM5Tflk9n8mt7Fhc7");
  for (let i = 0; i < 1000; i++) {
    const uid = new Uint8Array(randomBytes(16)).fill(0, 0, i % 17);
    t.deepEqual(parseId("rcp", formatId("rcp", uid)), uid);
  }
});

test("the body of a push is JSON whatever the length of the ciphertext", async (t) => {
  const sealed = await createSealer().seal(sealRequest());
  const slice = 3 * 256 * 1024;
  for (const length of [1, 2, 3, slice - 1, slice, slice + 1, 2 * slice + 2]) {
    const ciphertext = new Uint8Array(randomBytes(length));
    const certificate = new Uint8Array(randomBytes(32));
    const at = "2026-01-01T00:00:00.000Z";
    const text = (await putBody({ ...sealed, ciphertext }, at, 60, certificate)).toString();
    const fields = JSON.parse(text);
    t.is(text, JSON.stringify(fields), "no byte more");
    t.is(fields.ciphertext, Buffer.from(ciphertext).toString("base64url"));
    t.is(fields.clientCertificate, Buffer.from(certificate).toString("base64url"));
    t.is(fields.header, Buffer.from(sealed.header).toString("base64url"));
    t.like(fields, { v: 1, expiresAt: at, windowSeconds: 60 });
    t.is(Object.keys(fields).length, 10);
  }
});
