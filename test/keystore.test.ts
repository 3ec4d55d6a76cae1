import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import test, { type ExecutionContext } from "ava";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { initiateRequest } from "../bench/encode/dlms-general.ts";
import { FrameKey } from "../keystore/frame-key.ts";
import {
  type CustomerKeyRef,
  createRootKeyFile,
  type Keystore,
  openKeystore,
  type StoredKey,
} from "../keystore/index.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { tryFrame } from "../keystore/try-frame.ts";
import { parseFrame } from "../src/frames/parse.ts";

const ascending = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const NONE = new Uint8Array(0);
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
  aad: new Uint8Array(0),
  candidates: [{ ciphertext: MODE5.ciphertext, tag: new Uint8Array(0), clear: new Uint8Array(0) }],
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

test("every use of a key is named, also where nothing came of it", (t) => {
  const ak = ascending(16).reverse();
  const versions = (hasAk = true) => {
    const encryption = new FrameKey(SecretKey.adopt(ascending(16)));
    const authentication = hasAk ? SecretKey.adopt(Uint8Array.from(ak)) : null;
    return [{ version: 3, open: () => ({ encryption, authentication, join: null }) }];
  };
  const body = { ciphertext: new Uint8Array(16).fill(0x2f), tag: NONE, clear: NONE };
  const frame = { keys: 0, securityControl: 0, aad: NONE, allowUnauthenticated: false } as const;
  const clear = { ...frame, suite: "oms-cbc", nonce: uid(1), candidates: [body] } as const;
  t.deepEqual(tryFrame(clear, versions()), { ok: false, code: "NOT_ENCRYPTED", tried: [3] });

  const request = (key: Uint8Array | null) => {
    const who = { systemTitle: ascending(8), ek: ascending(16), ak } as const;
    const how = {
      suite: 0,
      protection: "auth-enc",
      transport: "bare",
      form: "general-glo",
    } as const;
    const apdu = initiateRequest(key);
    return parseFrame(encodeDlms({ ...who, ...how, invocationCounter: 1, apdu }))[0]!;
  };
  const nonce = ascending(12);
  const ded = { ...frame, suite: "dlms-gcm", nonce, candidates: [body] } as const;
  const codeOf = (key: Uint8Array | null, hasAk = true) => {
    const initiate = request(key);
    const outcome = tryFrame({ ...ded, securityControl: 0x30, initiate }, versions(hasAk));
    return outcome.ok ? null : [outcome.code, outcome.tried];
  };
  t.deepEqual(codeOf(null), ["NO_KEY", [3]]);
  t.deepEqual(codeOf(ascending(32)), ["KEY_LENGTH", [3]]);
  t.deepEqual(codeOf(ascending(16), false), ["NO_KEY", []]);
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

test("a damaged customer row spoils its own frames only, and names no other", async (t) => {
  const { keystore, ref } = await keystoreFor(t, 300);
  const other = {
    customer: uid(8),
    version: 1,
    wrapped: await keystore.createCustomerKey(uid(8), 1),
  };
  const good = (await imported(keystore, ref, 1, Uint8Array.from(MODE5.key))).stored;
  const bad = (await imported(keystore, other, 2, Uint8Array.from(MODE5.key))).stored;
  const damaged = { ...other, wrapped: Uint8Array.from(other.wrapped) };
  damaged.wrapped[20]! ^= 1;
  const keys = [
    { customer: 0, profile: "wmbus", versions: [[good]] },
    { customer: 1, profile: "wmbus", versions: [[bad]] },
  ] as const;
  const outcomes = await keystore.decrypt([ref, damaged], keys, [frame, { ...frame, keys: 1 }]);
  t.deepEqual(
    outcomes.map((o) => (o.ok ? "ok" : o.code)),
    ["ok", "KEY_INTEGRITY"],
  );
});

test("a newer row that does not open is named, though the older version opens the frame", async (t) => {
  const { keystore, ref } = await keystoreFor(t);
  const { stored } = await imported(keystore, ref, 1, Uint8Array.from(MODE5.key));
  const wrapped = Uint8Array.from(stored.wrapped);
  wrapped[20]! ^= 1;
  const newer = [{ ...stored, version: 2, wrapped }];
  for (const [versions, isDamaged] of [
    [[[stored]], false],
    [[newer, [stored]], true],
  ] as const) {
    const keys = [{ customer: 0, profile: "wmbus", versions }] as const;
    const [outcome] = await keystore.decrypt([ref], keys, [frame]);
    t.like(outcome, { ok: true, keyVersion: 1, isDamaged });
  }
});

test("without its root key file the keystore refuses at once, early and late", async (t) => {
  const options = { rootKeyFile: join(tmpdir(), "no-such-key"), threads: 1, keyCacheSeconds: 0 };
  const keystore = openKeystore(options);
  t.teardown(() => keystore.close());
  await t.throwsAsync(keystore.load([]), { code: "ROOT_KEY" });
  // The thread has ended by now: a call must not wait for it.
  await t.throwsAsync(keystore.createServiceKey("access"), { code: "ROOT_KEY" });
});
