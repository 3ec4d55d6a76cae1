/**
 * The suites of OMS profiles B and D: published answers, the reference, and which check says no.
 *
 * @module
 */
import { cmac } from "@noble/ciphers/aes.js";
import test from "ava";
import fc from "fast-check";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { aesCmac } from "../keystore/cmac.ts";
import { FrameKey } from "../keystore/frame-key.ts";
import { deriveOmsKeys } from "../keystore/oms-keys.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { openOmsCbc } from "../keystore/suites/oms-cbc.ts";
import { openOmsCcm } from "../keystore/suites/oms-ccm.ts";
import { openOmsKdfA } from "../keystore/suites/oms-kdf-a.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { profileMismatch } from "../src/frames/profile-fit.ts";
import { frameVectors, hex, toHex } from "./support/frame-vectors.ts";
import { kdfA, openCcm } from "./support/oms-reference.ts";
import { trySealed } from "./support/try-sealed.ts";

const NONE = new Uint8Array(0);
const KEY = hex("000102030405060708090A0B0C0D0E0F");
const METER = { manufacturer: "ELS", id: "12345678", version: 0x33, medium: 3 };
const MESSAGE = {
  ...METER,
  ...({ header: "short", format: "none" } as const),
  ...{ key: KEY, acc: 7, counter: 5, plaintext: hex("2F2F0C1427048502") },
};

/** RFC 4493 §4, messages of 0, 16, 40 and 64 bytes. */
const RFC4493 = {
  key: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
  message: hex(
    "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51" +
      "30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710",
  ),
  macs: {
    0: "BB1D6929E95937287FA37D129B756746",
    16: "070A16B46B4D4144F79BDD9DD04A287C",
    40: "DFA66747DE9AE63030CA32611497C827",
    64: "51F0BEBF7E3B9D92FC49741779363CFE",
  },
};

for (const [length, mac] of Object.entries(RFC4493.macs)) {
  test(`RFC 4493 §4: AES-CMAC of ${length} bytes`, (t) => {
    const message = RFC4493.message.slice(0, Number(length));
    t.is(toHex(aesCmac(RFC4493.key, message)), mac);
    t.is(toHex(cmac(message, RFC4493.key)), mac);
  });
}

test("AES-CMAC over parts is that over the whole, for any lengths", (t) => {
  const bytes = fc.uint8Array({ maxLength: 70 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes, bytes, (key, a, b) => {
      t.is(toHex(aesCmac(key, a, b)), toHex(cmac(Uint8Array.of(...a, ...b), key)));
    }),
    { numRuns: 300 },
  );
});

test("RFC 3610 §8, packet vector 1: the reference CCM", (t) => {
  const key = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
  const nonce = hex("00000003020100A0A1A2A3A4A5");
  const aad = hex("0001020304050607");
  const ciphertext = hex("588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384");
  const plaintext = "08090A0B0C0D0E0F101112131415161718191A1B1C1D1E";
  t.is(toHex(openCcm(key, nonce, aad, ciphertext, hex("17E8D12CFDF926E0"))!), plaintext);
  t.is(openCcm(key, nonce, aad, ciphertext, hex("17E8D12CFDF926E1")), null);
});

for (const { kenc = "", kmac, key_hex, frame_hex, note, must_fail } of frameVectors("wmbus")) {
  if (kenc === "" || must_fail !== false) {
    continue;
  }
  test(`KDF-A, published keys of one message: ${note}`, (t) => {
    const [frame] = parseFrame(hex(frame_hex));
    const id = frame!.address!.bytes.slice(2, 6);
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, frame!.counter!, true);
    const key = hex(key_hex);
    using masterKey = frameKey(key);
    const keys = deriveOmsKeys(masterKey, { direction: 0, counter, id });
    t.is(toHex(keys.subarray(0, 16)), kenc.toUpperCase());
    t.is(toHex(kdfA(key, 0, counter, id)), kenc.toUpperCase());
    if (kmac !== undefined) {
      t.is(toHex(keys.subarray(16)), kmac.toUpperCase());
    }
  });
}

test("profile D: what the tag covers, as worked out from the published frames", (t) => {
  const aads = frameVectors("wmbus").filter(({ aad }) => aad !== undefined);
  t.is(aads.length, 2);
  for (const { frame_hex, aad = "", nonce = "" } of aads) {
    const [frame] = parseFrame(hex(frame_hex));
    t.is(toHex(frame!.aad), aad.toUpperCase());
    t.is(toHex(frame!.nonce), nonce.toUpperCase());
  }
});

test("profile B: a wrong key fails the MAC, a right MAC without 2F2F the check", (t) => {
  const codeOf = (plaintext: string, key = KEY) => {
    const frame = encodeMode7({ ...MESSAGE, plaintext: hex(plaintext), macLength: 8 });
    const outcome = trySealed(parseFrame(frame), key);
    return outcome.ok ? outcome.verification : outcome.code;
  };
  t.is(codeOf("2F2F0C13"), "mac64");
  t.is(codeOf("2F2F0C13", RFC4493.key), "MAC_FAILED");
  t.is(codeOf("2F300C13"), "CHECK_FAILED");
  t.is(codeOf("302F0C13"), "CHECK_FAILED");
  t.is(codeOf("2F2F0C13", new Uint8Array(32)), "KEY_LENGTH");
});

test("profile D: a wrong key fails the tag", (t) => {
  const frames = parseFrame(encodeMode10({ ...MESSAGE, tagLength: 12 }));
  const codes = [KEY, RFC4493.key, new Uint8Array(32)].map((key) => {
    const outcome = trySealed(frames, key);
    return outcome.ok ? outcome.verification : outcome.code;
  });
  t.deepEqual(codes, ["tag96", "TAG_FAILED", "KEY_LENGTH"]);
});

test("a MAC or tag of a length that no profile has is wrong, an empty one too", (t) => {
  const [seven] = parseFrame(encodeMode7({ ...MESSAGE, macLength: 16 }));
  const [ten] = parseFrame(encodeMode10({ ...MESSAGE, tagLength: 16 }));
  using key = frameKey(KEY);
  for (const length of [0, 1, 3, 6, 15]) {
    const tag = seven!.tag.subarray(0, length);
    t.is(openOmsKdfA(key, seven!.nonce, seven!.aad, { ...seven!, tag }), "MAC_FAILED");
    const short = ten!.tag.subarray(0, length);
    t.is(openOmsCcm(key, ten!.nonce, ten!.aad, ten!.ciphertext, short), null);
  }
  t.is(openOmsKdfA(key, seven!.nonce, seven!.aad, { ...seven!, tag: NONE }), "MAC_FAILED");
});

test("OMS Vol. 2: profiles B and D ask for 8 bytes of MAC or tag, a sender may not choose less", (t) => {
  for (const macLength of [2, 4, 8, 12, 16] as const) {
    const [frame] = parseFrame(encodeMode7({ ...MESSAGE, macLength }));
    t.is(profileMismatch("oms-b", frame!) === null, macLength >= 8);
    t.is(profileMismatch("wmbus", frame!), null);
  }
  for (const tagLength of [4, 8, 12, 16] as const) {
    const [frame] = parseFrame(encodeMode10({ ...MESSAGE, tagLength }));
    t.is(profileMismatch("oms-d", frame!) === null, tagLength >= 8);
    t.is(profileMismatch("wmbus", frame!), null);
  }
});

test("profile A: a ciphertext that is no whole number of blocks leaves nothing for the next", (t) => {
  using key = frameKey(KEY);
  const iv = new Uint8Array(16).fill(5);
  const [first] = parseFrame(encodeMode5({ ...MESSAGE, plaintext: hex("2F2F0C13") }));
  t.is(openOmsCbc(key, iv, new Uint8Array(17)), null);
  const plaintext = openOmsCbc(key, first!.nonce, first!.ciphertext);
  t.is(plaintext && toHex(plaintext), `2F2F0C13${"2F".repeat(12)}`);
});

function frameKey(bytes: Uint8Array): FrameKey {
  return new FrameKey(SecretKey.adopt(Uint8Array.from(bytes)));
}
