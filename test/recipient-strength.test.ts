import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import test from "ava";
import { readCertificate, readRsaKey } from "../src/handover/recipients/key.ts";
import { holder } from "./support/recipients.ts";

/** PEM of an RSA public key of any numbers, in base64url as JWK has them. */
function rsaKey(n: Uint8Array, e: Uint8Array): string {
  const [modulus, exponent] = [n, e].map((part) => Buffer.from(part).toString("base64url"));
  const key = { kty: "RSA", n: modulus ?? "", e: exponent ?? "" };
  return createPublicKey({ key, format: "jwk" }).export({ format: "pem", type: "spki" }).toString();
}

/** A number of so many bits; whether anybody could factor it is no matter here. */
function modulus(bits: number, last = 1): Uint8Array {
  const n = randomBytes(bits / 8);
  n.writeUInt8(n.readUInt8(0) | 0x80, 0);
  n.writeUInt8((n.readUInt8(n.length - 1) & 0xfe) | last, n.length - 1);
  return n;
}

const F4 = Uint8Array.of(1, 0, 1);

test("an RSA key that would encrypt nothing, or cannot encrypt, is refused at the door", (t) => {
  // FIPS 186-5 §A.1.1: 2^16 < e < 2^256, odd. With e = 1 the ciphertext is the padded key itself.
  const exponents = [[0], [1], [2], [3], [17], [0xff, 0xff], [1, 0, 0]].map((e) =>
    Uint8Array.from(e),
  );
  for (const e of exponents) {
    t.throws(() => readRsaKey(rsaKey(modulus(3072), e)), { code: "RECIPIENT_KEY" }, e.join());
  }
  for (const n of [modulus(3072, 0), modulus(20_000)]) {
    t.throws(() => readRsaKey(rsaKey(n, F4)), { code: "RECIPIENT_KEY" }, `${n.length} bytes`);
  }
  const big = modulus(4096);
  t.throws(() => readRsaKey(rsaKey(modulus(4096), big)), { code: "RECIPIENT_KEY" });
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  t.deepEqual(readRsaKey(pem).warnings, []);
});

test("a certificate whose key cannot be read is refused with a code, whatever byte is wrong", async (t) => {
  const { certificate } = await holder(t, "P-256");
  const { raw, publicKey } = new X509Certificate(certificate);
  const key = publicKey.export({ format: "der", type: "spki" });
  const at = raw.indexOf(key);
  t.true(at > 0);
  for (let i = 0; i < key.length; i++) {
    const damaged = Buffer.from(raw);
    damaged.writeUInt8(damaged.readUInt8(at + i) ^ 1, at + i);
    const text = damaged.toString("base64").replaceAll(/.{64}/g, "$&\n");
    const pem = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
    t.throws(() => readCertificate(pem, new Date()), { code: "RECIPIENT_KEY" }, `byte ${i}`);
  }
});
