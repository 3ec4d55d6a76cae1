/**
 * The keystore as its callers see it: operations spread over worker threads.
 *
 * Threads give structure and speed, not a privilege boundary. Frames of one meter always go to
 * the same thread, so that its keys are unwrapped and cached once.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import type {
  DecryptKeys,
  Keystore,
  KeystoreOptions,
  SealedPackage,
  SealRequest,
} from "./contract.ts";
import type { DecryptFrame, DecryptOutcome } from "./frame-contract.ts";
import { type PackedPart, packBatch } from "./packed.ts";
import { unpackOutcomes } from "./packed-outcomes.ts";
import { packMeters } from "./packed-seal.ts";
import { createWorkerPool, type WorkerPool } from "./worker-pool.ts";

/** Slices of a package for each thread that helps: below, asking costs more than it saves. */
const MIN_SLICES = 2;

/** Opens the keystore; nothing is unwrapped before `load`. */
export function openKeystore(options: KeystoreOptions): Keystore {
  const pool = createWorkerPool(options.threads ?? availableParallelism(), options);
  let turn = 0;
  const next = (): number => turn++;

  return {
    createServiceKey: (purpose) => pool.call(next(), "createServiceKey", [purpose]),
    load: (rows) => pool.broadcast("load", [rows]),
    createCustomerKey: (customer, version) =>
      pool.call(next(), "createCustomerKey", [customer, version]),
    generate: (under, meters, wantKcv) => pool.call(next(), "generate", [under, meters, wantKcv]),
    importKeys: (under, keys) => pool.call(next(), "importKeys", [under, keys]),
    keyCheckValue: (under, profile, rows) =>
      pool.call(next(), "keyCheckValue", [under, profile, rows]),
    decrypt: (customerKeys, keys, frames) => decrypt(pool, customerKeys, keys, frames),
    tryKeys: (under, profile, versions, frames) =>
      pool.call(next(), "tryKeys", [under, profile, versions, frames]),
    importRecipientKek: (under, uid, kek) =>
      pool.call(next(), "importRecipientKek", [under, uid, kek]),
    seal: (request) => seal(pool, next(), request),
    sign: (purpose, message) => pool.call(next(), "sign", [purpose, message]),
    mac: (purpose, message) => pool.call(next(), "mac", [purpose, message]),
    sealIdentity: (uid, text) => pool.call(next(), "sealIdentity", [uid, text]),
    openIdentities: (rows) => pool.call(next(), "openIdentities", [rows]),
    evict: () => pool.broadcast("evict", []),
    close: () => pool.close(),
  };
}

/** One worker seals; of a large package the others write rows, at ports between the workers. */
async function seal(
  pool: WorkerPool,
  thread: number,
  { meters, ...request }: SealRequest,
): Promise<SealedPackage> {
  const slices = await packMeters(meters);
  const helpers = Math.min(pool.size - 1, Math.floor(slices.length / MIN_SLICES));
  const ports = Array.from({ length: helpers }, (_, i) => {
    const { port1, port2 } = new MessageChannel();
    // A thread that has ended leaves its port here: who waits at the other end must hear of it.
    pool.call(thread + 1 + i, "assist", [port1]).catch(() => port1.close());
    return port2;
  });
  return await pool.call(thread, "seal", [request, slices, ports]);
}

/**
 * Splits a batch by meter over the threads and puts the outcomes back in order.
 *
 * Packs at once and waits without the frames, so that these are garbage while they are young.
 */
function decrypt(
  pool: WorkerPool,
  customerKeys: Parameters<Keystore["decrypt"]>[0],
  keys: readonly DecryptKeys[],
  frames: readonly DecryptFrame[],
): Promise<DecryptOutcome[]> {
  const parts = packBatch(
    customerKeys,
    keys,
    frames,
    pool.size,
    ({ versions }) => (versions[0]?.[0]?.uid[0] ?? 0) % pool.size,
  );
  return outcomesOf(pool, parts, frames.length);
}

async function outcomesOf(
  pool: WorkerPool,
  parts: readonly PackedPart[],
  count: number,
): Promise<DecryptOutcome[]> {
  const outcomes = new Array<DecryptOutcome>(count);
  const settled = await Promise.allSettled(
    parts.map(async ({ buffer, places }, thread) => {
      if (places.length > 0) {
        let next = 0;
        unpackOutcomes(await pool.decrypt(thread, buffer), (outcome) => {
          outcomes[places[next++]!] = outcome;
        });
      }
    }),
  );
  const failed = settled.find((part) => part.status === "rejected");
  if (failed !== undefined) {
    // A thread has ended: what the others have opened is not answered.
    outcomes.forEach((outcome) => {
      if (outcome.ok) {
        outcome.plaintext.fill(0);
      }
    });
    throw failed.reason;
  }
  return outcomes;
}
