import { createPublicKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import test, { type ExecutionContext } from "ava";
import type { SealMeter, SealRecipient } from "../keystore/contract.ts";
import { createRootKeyFile, openKeystore, type SealRequest } from "../keystore/index.ts";
import { writeAll } from "../keystore/seal-helpers.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { openSealed, recipientOf } from "./support/inner-engine.ts";
import { holder, openKek, openWrapped, parseDocument } from "./support/recipients.ts";

/** Several slices for each thread, and one that is not full. */
const METERS = 6500;

async function large(t: ExecutionContext, threads: number) {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-seal-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const rootKeyFile = join(folder, "root.key");
  createRootKeyFile(rootKeyFile);
  const keystore = openKeystore({ rootKeyFile, threads, keyCacheSeconds: 0 });
  t.teardown(() => keystore.close());
  const purposes = ["package-signing", "fingerprint"] as const;
  await keystore.load(await Promise.all(purposes.map((p) => keystore.createServiceKey(p))));
  const customer = new Uint8Array(randomBytes(16));
  const wrapped = await keystore.createCustomerKey(customer, 1);
  const customerKey = { customer, version: 1, wrapped };
  const keys = Array.from({ length: METERS }, () => new Uint8Array(randomBytes(16)));
  const rows = keys.map((key) => {
    const row = { uid: new Uint8Array(randomBytes(16)), type: "mk", version: 1 } as const;
    return { ...row, key };
  });
  const values = keys.map((key) => Buffer.from(key).toString("hex"));
  const made = await keystore.importKeys(customerKey, rows);
  const meters = rows.map(({ key: _, ...row }, i): SealMeter => {
    const stored = { origin: "imported", length: 16, wrapped: made[i]!.wrapped } as const;
    const serial = String(10_000_000 + i);
    return {
      address: `KAM-${serial}`,
      meter: `mtr_${String(i).padStart(22, "0")}`,
      name: null,
      manufacturer: "KAM",
      serial,
      profile: "wmbus",
      keys: [{ ...row, ...stored }],
    };
  });
  const now = Date.now();
  const request = (recipient?: SealRecipient): SealRequest => ({
    customerKey,
    meters,
    reference: "REF-7K3Q-9D",
    customer: "Stadtwerke",
    sender: "Sender",
    to: "Haus 4",
    purpose: "order",
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 86_400_000).toISOString(),
    checkpoint: "example\n0\n\n",
    ...(recipient === undefined ? {} : { recipient }),
  });
  return { keystore, values, meters, request };
}

test("rows that several threads wrote are those of one, in order", async (t) => {
  const { keystore, values, request } = await large(t, 3);
  const made = await keystore.seal(request());
  t.is(made.keyCount, METERS);
  const { content, kcvHash } = await openSealed(made);
  t.is(content.inner, null);
  t.deepEqual(
    content.meters.map(({ address }) => address),
    request().meters.map(({ address }) => address),
  );
  const opened = content.inner === null ? content.meters : [];
  t.deepEqual(
    opened.flatMap(({ keys }) => keys.map(({ value }) => value)),
    values,
  );
  t.deepEqual(kcvHash, made.kcvHash);
});

test("a KEK that was drawn for the package wraps the keys in every thread", async (t) => {
  const { keystore, values, request } = await large(t, 3);
  const rsa = await holder(t, "RSA-2048");
  const spki = createPublicKey(rsa.publicKey).export({ format: "der", type: "spki" });
  const { content } = await openSealed(await keystore.seal(request(recipientOf("rsa-oaep", spki))));
  const document = parseDocument(content.inner?.file ?? new Uint8Array());
  t.deepEqual(openWrapped(document, openKek(document, rsa.privateKey)), values);
});

test("one row that does not open stops the package, whoever has it; the next is sealed", async (t) => {
  const { keystore, meters, request } = await large(t, 2);
  for (const at of [0, 1500, METERS - 1]) {
    const changed = [...meters];
    const [row] = meters[at]!.keys;
    const wrapped = Uint8Array.from(row!.wrapped);
    wrapped[20]! ^= 1;
    changed[at] = { ...meters[at]!, keys: [{ ...row!, wrapped }] };
    const spoilt = keystore.seal({ ...request(), meters: changed });
    await t.throwsAsync(spoilt, { code: "KEY_INTEGRITY" });
  }
  t.is((await keystore.seal(request())).keyCount, METERS);
});

test("packages that are sealed at once do not wait for each other in a circle", async (t) => {
  const { keystore, request } = await large(t, 2);
  const made = await Promise.all([1, 2, 3].map(() => keystore.seal(request())));
  t.deepEqual(
    made.map(({ keyCount }) => keyCount),
    [METERS, METERS, METERS],
  );
});

test("a helper that ends in the middle fails the package, and nobody waits for it", async (t) => {
  const { port1, port2 } = new MessageChannel();
  const code = "require('node:worker_threads').workerData.once('message', () => process.exit())";
  new Worker(code, { eval: true, workerData: port1, transferList: [port1] });
  using key = SecretKey.generate();
  const under = { id: new Uint8Array(16), version: 1, key };
  const customerKey = { customer: under.id, version: 1, wrapped: new Uint8Array(61) };
  // Slices without meters: this thread is soon done, and only the helper's are missing.
  const slices = Array.from({ length: 5 }, () => new ArrayBuffer(0));
  const writing = writeAll(under, { customerKey, inner: null }, slices, [port2]);
  await t.throwsAsync(writing, { code: "KEYSTORE_DOWN" });
});
