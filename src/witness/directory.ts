/**
 * A witness's directory: its key, its store, and what its auditor does with them by hand.
 *
 * @module
 */
import { join } from "node:path";
import { emptyRoot, openCheckpoint, PRIMITIVES, parseVkey } from "../activity/hashing.ts";
import { toBase64 } from "../activity/tree/base64.ts";
import { ED25519, utf8 } from "../activity/tree/note.ts";
import { createCosigner, loadCosigner } from "./cosigner.ts";
import { openWitnessStore, type WitnessStore } from "./store.ts";
import { WitnessError } from "./witness-error.ts";

/** Makes the directory, the key and the store; answers the vkey. */
export async function initialiseWitness(directory: string, name: string): Promise<string> {
  const vkey = createCosigner(directory, name);
  const store = await openStore(directory);
  await store.close();
  return vkey;
}

/** Opens the store of a witness that was initialised. */
export async function openStore(directory: string): Promise<WitnessStore> {
  loadCosigner(directory);
  return await openWitnessStore(join(directory, "witness.sqlite"));
}

/** Lets the witness cosign a log; answers its origin. */
export async function addLog(store: WitnessStore, vkey: string): Promise<string> {
  const key = parseVkey(vkey);
  if (key === null || key.type !== ED25519) {
    throw new WitnessError("WITNESS_LOG_KEY", "log key: expected name+id+base64 of type 0x01");
  }
  const origin = key.name;
  const hash = Buffer.from(PRIMITIVES.sha256(utf8(origin))).toString("hex");
  const root = toBase64(emptyRoot);
  const nothing = { size: 0, root, note: null, seenAt: null };
  const isNew = await store.add({ origin, hash, vkey: vkey.trim(), ...nothing });
  if (!isNew && (await store.log(origin))?.vkey !== vkey.trim()) {
    throw new WitnessError("WITNESS_LOG_KNOWN", "log: its name is known with another key");
  }
  return origin;
}

/** How far `acceptCheckpoint` has moved the record. */
export interface Accepted {
  readonly from: number;
  readonly to: number;
}

/**
 * Moves the record to a checkpoint that the log has signed, on purpose: after a restore that its
 * auditor has looked into. What was there before is kept as evidence, and nothing is cosigned.
 */
export async function acceptCheckpoint(
  store: WitnessStore,
  origin: string,
  note: string,
  now: Date,
): Promise<Accepted> {
  const log = await store.log(origin);
  const key = log === null ? null : parseVkey(log.vkey);
  if (log === null || key === null) {
    throw new WitnessError("WITNESS_LOG_UNKNOWN", "log: this witness knows none of that name");
  }
  const head = openCheckpoint(note, key);
  if (head === null) {
    throw new WitnessError("WITNESS_CHECKPOINT", "checkpoint: is not signed by this log's key");
  }
  const seenAt = now.toISOString();
  // First: a crash in between leaves evidence of a move that did not come.
  await store.keep(origin, "accepted", log.note ?? `${origin}\n${log.size}\n${log.root}\n`, seenAt);
  const after = { size: head.size, root: toBase64(head.root), note: null, seenAt };
  if (!(await store.move(log, after))) {
    throw new WitnessError("WITNESS_MOVED", "the record has moved meanwhile: look again");
  }
  return { from: log.size, to: head.size };
}
