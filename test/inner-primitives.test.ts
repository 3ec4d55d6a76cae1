import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { aeskwp, cmac } from "@noble/ciphers/aes.js";
import test from "ava";
import fc from "fast-check";
import { shortHmac } from "../keystore/hmac.ts";
import { keyCheckValue } from "../keystore/kcv.ts";
import { issuerAndSerial, members, objectIdentifier } from "../keystore/recipients/der.ts";
import { wrapAesKey, wrapPadded } from "../keystore/recipients/key-wrap.ts";
import { SecretKey } from "../keystore/secret-key.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

test("RFC 5649 §6: wraps 20 and 7 octets with a 192-bit key", (t) => {
  const kek = hex("5840df6e29b02af1 ab493b705bf16ea1 ae8338f4dcc176a8");
  const long = wrapPadded(kek, hex("c37b7e6492584340 bed1220780894115 5068f738"));
  const expected = "138bdeaa9b8fa7fc 61f97742e72248ee 5ae6ae5360d1ae6a 5f54f373fa543b6a";
  t.deepEqual(long, hex(expected));
  const short = wrapPadded(kek, hex("466f7250617369"));
  t.deepEqual(short, hex("afbeb0f07dfbf541 9200f2ccb50bb24f"));
});

test("RFC 3394 §4.6: wraps 256 bits of key data with a 256-bit KEK", (t) => {
  const kek = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
  const key = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
  const wrapped =
    "28C9F404C4B810F4 CBCCB35CFB87F826 3F5786E2D80ED326 CBC7F0E71A99F43B FB988B9B7A02DD21";
  t.deepEqual(wrapAesKey(kek, key), hex(wrapped));
});

test("what is wrapped by AES-KWP a second implementation unwraps", (t) => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const kek = bytes(32);
  const key = fc.oneof(bytes(16), bytes(32));
  fc.assert(
    fc.property(kek, key, (k, plain) => {
      t.deepEqual(aeskwp(k).decrypt(wrapPadded(k, plain)), plain);
    }),
  );
});

test("RFC 4231 §4.2, §4.3: HMAC-SHA-256", (t) => {
  t.is(
    shortHmac(new Uint8Array(20).fill(0x0b), Buffer.from("Hi There")).toString("hex"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  );
  t.is(
    shortHmac(Buffer.from("Jefe"), Buffer.from("what do ya want for nothing?")).toString("hex"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("a short HMAC is the platform's, whatever came before it", (t) => {
  const key = fc.uint8Array({ maxLength: 64 });
  const message = fc.uint8Array({ maxLength: 192 });
  fc.assert(
    fc.property(key, message, (k, m) => {
      t.deepEqual(shortHmac(k, m), createHmac("sha256", k).update(m).digest());
    }),
  );
  t.throws(() => shortHmac(new Uint8Array(65), new Uint8Array()), { instanceOf: RangeError });
  t.throws(() => shortHmac(new Uint8Array(), new Uint8Array(193)), { instanceOf: RangeError });
});

test("a check value is the beginning of AES-CMAC over a zero block", (t) => {
  for (let i = 0; i < 2000; i++) {
    const bytes = randomBytes(i % 2 === 0 ? 16 : 32);
    const mac = Buffer.from(cmac(new Uint8Array(16), bytes));
    using key = SecretKey.adopt(Uint8Array.from(bytes));
    t.is(keyCheckValue(key), mac.subarray(0, 3).toString("hex"));
  }
  // RFC 4493 §4: K1 of its key is FBEED618…, so the check value is AES(K1).
  const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
  const subkey = hex("fbeed618357133667c85e08f7236a8de");
  const block = createCipheriv("aes-128-ecb", key, null).update(subkey);
  using secret = SecretKey.adopt(Uint8Array.from(key));
  t.is(keyCheckValue(secret), block.subarray(0, 3).toString("hex"));
});

test("X.690 §8.19: an object identifier in base 128", (t) => {
  t.deepEqual(objectIdentifier("1.2.840.113549"), hex("06062a864886f70d"));
  t.deepEqual(objectIdentifier("2.16.840.1.101.3.4.1.46"), hex("060960864801650304012e"));
});

test("what is no DER is refused, never read past its end", (t) => {
  const bytes = fc.uint8Array({ maxLength: 64 });
  fc.assert(
    fc.property(bytes, (value) => {
      try {
        t.true(members(value).reduce((sum, { whole }) => sum + whole.length, 0) === value.length);
      } catch (error) {
        t.like(error, { code: "RECIPIENT_KEY" });
      }
      t.throws(() => issuerAndSerial(value), { code: "RECIPIENT_KEY" });
    }),
  );
});
