import { gcm } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import test from "ava";
import { deriveProtocolKey, kdfCounter, PROTOCOL_KEYS } from "../keystore/derive.ts";
import type { StoredKey } from "../keystore/index.ts";
import { keyCheckValue } from "../keystore/kcv.ts";
import { createKeyCache, type KeyCache } from "../keystore/key-cache.ts";
import { meterLabel, openFrameKeys } from "../keystore/open-keys.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapAad, wrapKey } from "../keystore/wrap.ts";

const ascending = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const uid = (byte: number) => new Uint8Array(16).fill(byte);

const label = {
  purpose: "meter",
  type: "mk",
  origin: "imported",
  length: 16,
  customer: uid(1),
  uid: uid(2),
  version: 3,
} as const;

test("NIST SP 800-108r1 §4.1: counter mode matches an independent computation", (t) => {
  // Constructed vector: HMAC-SHA-256 KDF, label "oms-mk", context M ‖ A ‖ version, L = 128.
  const context = hexToBytes("a51178563412700701");
  t.is(
    bytesToHex(kdfCounter(ascending(32), "oms-mk", context, 16)),
    "7a46cf533e1553b67bda96caf27535e4",
  );
  t.is(
    bytesToHex(kdfCounter(ascending(32), "dlms-guek-256", context, 32)),
    "f9f440e165c5b91ac5381916b1e2d68cc31f079060d976d2c9682af30a32abef",
  );
});

test("a protocol key is HMAC over [1] ‖ label ‖ 00 ‖ uid ‖ version ‖ [L], per noble", (t) => {
  using key = SecretKey.adopt(ascending(32));
  for (const keys of Object.values(PROTOCOL_KEYS)) {
    for (const named of keys) {
      using derived = deriveProtocolKey(key, uid(9), 258, named);
      const input = concatBytes(
        Uint8Array.of(0, 0, 0, 1),
        utf8ToBytes(named.label),
        Uint8Array.of(0),
        uid(9),
        Uint8Array.of(0, 0, 1, 2),
        Uint8Array.of(0, 0, named.length >> 5, (named.length * 8) & 255),
      );
      const expected = hmac(sha256, ascending(32), input).subarray(0, named.length);
      t.is(derived.use(bytesToHex), bytesToHex(expected), named.label);
    }
  }
});

test("NIST SP 800-38D: noble opens what wrap makes, under the fixed-width AAD", (t) => {
  using kek = SecretKey.adopt(ascending(32));
  using key = SecretKey.adopt(ascending(16));
  const under = { id: uid(1), version: 4, key: kek };
  const wrapped = wrapKey(under, label, key);
  const aad = wrapAad(under, label);
  t.is(aad.length, 77);
  const plain = gcm(ascending(32), wrapped.subarray(1, 13), aad).decrypt(wrapped.subarray(13));
  t.deepEqual(plain, ascending(16));
});

test("a row opens under its own label only", (t) => {
  using kek = SecretKey.adopt(ascending(32));
  using key = SecretKey.adopt(ascending(16));
  const under = { id: uid(1), version: 4, key: kek };
  const wrapped = wrapKey(under, label, key);
  using back = unwrapKey(under, label, wrapped);
  t.deepEqual(
    back.use((b) => Uint8Array.from(b)),
    ascending(16),
  );
  const others = [
    { ...label, uid: uid(3) },
    { ...label, customer: uid(2) },
    { ...label, type: "dek" },
    { ...label, origin: "generated" },
    { ...label, version: 4 },
    { ...label, purpose: "customer" },
  ] as const;
  for (const other of others) {
    t.throws(() => unwrapKey(under, other, wrapped), { code: "KEY_INTEGRITY" });
  }
  t.throws(() => unwrapKey({ ...under, version: 5 }, label, wrapped), { code: "KEY_INTEGRITY" });
  t.throws(() => unwrapKey({ ...under, id: NO_ID }, label, wrapped), { code: "KEY_INTEGRITY" });
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const damaged = Uint8Array.from(wrapped);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    t.throws(() => unwrapKey(under, label, damaged), { code: "KEY_INTEGRITY" });
  }
});

test("RFC 4493 §4: the key check value begins the CMAC over 16 zero bytes, as OpenSSL has it", (t) => {
  // openssl mac -cipher AES-…-CBC -macopt hexkey:… CMAC; keys of NIST SP 800-38B, appendix D.
  const known = {
    "2b7e151628aed2a6abf7158809cf4f3c": "7ad386",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4": "1a0b2d",
  };
  for (const [hex, kcv] of Object.entries(known)) {
    using key = SecretKey.adopt(hexToBytes(hex));
    t.is(keyCheckValue(key), kcv);
  }
});

test("a disposed key refuses every use and a key never prints", (t) => {
  const spent = SecretKey.generate();
  t.is(JSON.stringify({ spent }), '{"spent":"[SecretKey]"}');
  spent[Symbol.dispose]();
  t.throws(() => spent.use(() => 0), { instanceOf: TypeError });
});

test("a key whose time ends within a batch serves that batch to its end", (t) => {
  using kek = SecretKey.adopt(ascending(32));
  using key = SecretKey.adopt(ascending(16));
  const under = { id: uid(1), version: 1, key: kek };
  const own = { type: "mk", version: 1, origin: "imported", length: 16, uid: uid(2) } as const;
  const rows: StoredKey[] = [{ ...own, wrapped: wrapKey(under, meterLabel(under, own), key) }];
  let now = 0;
  const cache = createKeyCache(1, 10, () => now);
  const before = openIn(cache, under, rows);
  now = 1001;
  const after = openIn(cache, under, rows);
  t.not(before, after);
  t.is(
    before.encryption?.use((bytes) => bytes[5]),
    5,
  );
  cache.trim();
  t.throws(() => before.encryption?.use((bytes) => bytes[5]), { instanceOf: TypeError });
  t.is(
    after.encryption?.use((bytes) => bytes[5]),
    5,
  );
});

test("a full cache keeps the keys of the batch at hand until its end", (t) => {
  using kek = SecretKey.adopt(ascending(32));
  const under = { id: uid(1), version: 1, key: kek };
  const rows = [1, 2, 3].map((n): StoredKey[] => {
    using key = SecretKey.adopt(new Uint8Array(16).fill(n));
    const own = { type: "mk", version: 1, origin: "imported", length: 16, uid: uid(n) } as const;
    return [{ ...own, wrapped: wrapKey(under, meterLabel(under, own), key) }];
  });
  const cache = createKeyCache(300, 1);
  const opened = rows.map((own) => openIn(cache, under, own));
  t.deepEqual(
    opened.map(({ encryption }) => encryption?.use((bytes) => bytes[0])),
    [1, 2, 3],
  );
  cache.trim();
  t.throws(() => opened[0]?.encryption?.use((bytes) => bytes[0]), { instanceOf: TypeError });
  t.is(
    opened[2]?.encryption?.use((bytes) => bytes[0]),
    3,
  );
});

function openIn(cache: KeyCache, under: WrappingKey, rows: readonly StoredKey[]) {
  const { wrapped = new Uint8Array(0) } = rows[0] ?? {};
  const packed = { hash: wrapped[5]!, rows: wrapped };
  return cache.open("wmbus", packed, () => openFrameKeys(under, "wmbus", rows));
}
