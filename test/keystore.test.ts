import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cmac, gcm } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import test, { type ExecutionContext } from "ava";
import { deriveProtocolKey, kdfCounter, PROTOCOL_KEYS } from "../keystore/derive.ts";
import {
  type CustomerKeyRef,
  createRootKeyFile,
  type Keystore,
  openKeystore,
  type StoredKey,
} from "../keystore/index.ts";
import { keyCheckValue } from "../keystore/kcv.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { NO_ID, unwrapKey, wrapAad, wrapKey } from "../keystore/wrap.ts";

const ascending = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const uid = (byte: number) => new Uint8Array(16).fill(byte);

async function keystoreFor(t: ExecutionContext, keyCacheSeconds = 300, threads = 2) {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-ks-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const rootKeyFile = join(folder, "root.key");
  createRootKeyFile(rootKeyFile);
  const keystore = openKeystore({ rootKeyFile, threads, keyCacheSeconds });
  t.teardown(() => keystore.close());
  const services = await Promise.all(
    (["log-signing", "package-signing", "intake", "access", "fingerprint"] as const).map((p) =>
      keystore.createServiceKey(p),
    ),
  );
  await keystore.load(services);
  const customer = uid(7);
  const ref = { customer, version: 1, wrapped: await keystore.createCustomerKey(customer, 1) };
  return { keystore, ref, services, rootKeyFile };
}

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

test("RFC 4493 §4: the key check value is the beginning of a CMAC over 16 zero bytes", (t) => {
  using key = SecretKey.adopt(hexToBytes("2b7e151628aed2a6abf7158809cf4f3c"));
  const mac = cmac(hexToBytes("2b7e151628aed2a6abf7158809cf4f3c"), new Uint8Array(16));
  t.is(keyCheckValue(key), bytesToHex(mac).slice(0, 6));
});

test("a disposed key refuses every use and a key never prints", (t) => {
  const spent = SecretKey.generate();
  t.is(JSON.stringify({ spent }), '{"spent":"[SecretKey]"}');
  spent[Symbol.dispose]();
  t.throws(() => spent.use(() => 0), { instanceOf: TypeError });
});

test("another root key fails the canary, before anything is served", async (t) => {
  const { services } = await keystoreFor(t);
  const other = await keystoreFor(t);
  await t.throwsAsync(other.keystore.load(services), { code: "KEY_INTEGRITY" });
});

test("a signature verifies with noble", async (t) => {
  const { keystore, services } = await keystoreFor(t);
  const message = utf8ToBytes("checkpoint");
  const signature = await keystore.sign("log-signing", message);
  const publicKey = services.find((s) => s.purpose === "log-signing")?.publicKey;
  t.true(ed25519.verify(signature, message, publicKey ?? new Uint8Array(32)));
});

async function imported(keystore: Keystore, ref: CustomerKeyRef, meter: number, key: Uint8Array) {
  const row = { uid: uid(meter), type: "mk", version: 1 } as const;
  const [made] = await keystore.importKeys(ref, [{ ...row, key }]);
  return {
    stored: { ...row, origin: "imported", length: key.length, wrapped: made!.wrapped } as StoredKey,
    made: made!,
  };
}

/** Issue of a public parser's test: mode 5, synthetic, see test/vectors. */
const MODE5 = {
  key: hexToBytes("000102030405060708090a0b0c0d0e0f"),
  nonce: hexToBytes("0c2e7856341201022a2a2a2a2a2a2a2a"),
  ciphertext: hexToBytes("5e25183a152aa01322a8b355e717a5a8"),
  plaintext: "2f2f0c13785634122f2f2f2f2f2f2f2f",
};
const frame = {
  keys: 0,
  suite: "oms-cbc",
  nonce: MODE5.nonce,
  securityControl: 0,
  candidates: [{ ciphertext: MODE5.ciphertext, tag: new Uint8Array(0) }],
  allowUnauthenticated: false,
} as const;

test("an imported key opens its frame; the same key has the same fingerprint", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  const one = await imported(keystore, ref, 1, Uint8Array.from(MODE5.key));
  const two = await imported(keystore, ref, 2, Uint8Array.from(MODE5.key));
  t.deepEqual(one.made.fingerprint, two.made.fingerprint);
  t.is(one.made.fingerprint.length, 16);
  const keys = [{ customer: 0, profile: "wmbus", versions: [[one.stored]] }] as const;
  const [outcome] = await keystore.decrypt([ref], keys, [frame]);
  t.true(outcome?.ok);
  t.is(outcome?.ok === true ? bytesToHex(outcome.plaintext) : "", MODE5.plaintext);
});

test("swapped rows are refused, also when both were in the cache", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  const one = (await imported(keystore, ref, 1, Uint8Array.from(MODE5.key))).stored;
  const two = (await imported(keystore, ref, 2, ascending(16).reverse())).stored;
  const entry = (row: StoredKey) => ({ customer: 0, profile: "wmbus", versions: [[row]] }) as const;
  const both = [frame, { ...frame, keys: 1 }];
  const warm = await keystore.decrypt([ref], [entry(one), entry(two)], both);
  t.deepEqual(
    warm.map((o) => (o.ok ? "ok" : o.code)),
    ["ok", "CHECK_FAILED"],
  );
  const swapped = [
    entry({ ...one, wrapped: two.wrapped }),
    entry({ ...two, wrapped: one.wrapped }),
  ];
  const after = await keystore.decrypt([ref], swapped, both);
  t.deepEqual(
    after.map((o) => (o.ok ? "ok" : o.code)),
    ["KEY_INTEGRITY", "KEY_INTEGRITY"],
  );
});

test("outcomes come back in request order over several threads", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  const good = await Promise.all(
    [0, 1, 2, 3].map((m) => imported(keystore, ref, m, Uint8Array.from(MODE5.key))),
  );
  const keys = good.map(
    ({ stored }) => ({ customer: 0, profile: "oms-a", versions: [[stored]] }) as const,
  );
  const frames = Array.from({ length: 40 }, (_, i) => ({
    ...frame,
    keys: i % 4,
    ...(i % 3 === 0 ? { nonce: ascending(16) } : {}),
  }));
  const outcomes = await keystore.decrypt([ref], keys, frames);
  t.deepEqual(
    outcomes.map((o) => o.ok),
    frames.map((_, i) => i % 3 !== 0),
  );
});

test("a key of a wrong length is refused", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  await t.throwsAsync(imported(keystore, ref, 1, new Uint8Array(15)), { code: "KEY_LENGTH" });
});

test("a check value is the same after the cache was emptied", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  const [key] = await keystore.generate(ref, [{ uid: uid(1), version: 1, profile: "ell" }], true);
  t.regex(key?.kcv ?? "", /^[0-9a-f]{6}$/);
  await keystore.evict();
  const row = { uid: uid(1), type: "root", version: 1, origin: "generated", length: 32 } as const;
  const stored = { ...row, wrapped: key?.wrapped ?? new Uint8Array(0) };
  t.is(await keystore.keyCheckValue(ref, "ell", [stored]), key?.kcv ?? "");
});
