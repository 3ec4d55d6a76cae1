/**
 * C2SP tlog-witness, `add-checkpoint`: what a witness checks before it cosigns.
 *
 * In the order of the specification: a request that can be read, a log that is known, the log's
 * signature, the size that the witness holds, and a proof that nothing it has seen was changed.
 *
 * @module
 */
import {
  emptyRoot,
  isConsistent,
  openCheckpoint,
  PRIMITIVES,
  parseVkey,
} from "../activity/hashing.ts";
import { parseAddCheckpoint } from "../activity/tree/add-checkpoint.ts";
import { hashFromBase64, toBase64 } from "../activity/tree/base64.ts";
import { parseCheckpointText, type SignedHead } from "../activity/tree/checkpoint.ts";
import { formatNote, parseNote, signaturesBy } from "../activity/tree/note.ts";
import type { Cosigner } from "./cosigner.ts";
import type { EvidenceKind, WitnessedLog, WitnessStore } from "./store.ts";

export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: string;
  readonly body: string;
}

/** 409 carries the size in a media type of its own. */
const SIZE_TYPE = "text/x.tlog.size";
const TEXT = "text/plain; charset=utf-8";

/** `now` in milliseconds since 1970. */
export async function addCheckpoint(
  store: WitnessStore,
  cosigner: Cosigner,
  body: string,
  now: number,
): Promise<Answer> {
  const request = parseAddCheckpoint(body);
  const note = request === null ? null : parseNote(request.checkpoint);
  const head = note === null ? null : parseCheckpointText(note.text);
  if (request === null || note === null || head === null) {
    return refuse(400, "malformed request or checkpoint");
  }
  const log = await store.log(head.origin);
  const key = log === null ? null : parseVkey(log.vkey);
  if (log === null || key === null) {
    return refuse(404, "unknown log");
  }
  if (openCheckpoint(request.checkpoint, key) === null) {
    return refuse(403, "no valid signature of this log's key");
  }
  if (request.old > head.size) {
    return refuse(400, "the old size is larger than the checkpoint");
  }
  if (request.old !== log.size) {
    return conflict(log.size);
  }
  const lines = signaturesBy(PRIMITIVES, note, key).map(({ line }) => line);
  const signed = formatNote(note.text, lines);
  const fault = judge(log, head, request.proof);
  const at = new Date(now).toISOString();
  if (fault !== null) {
    await store.keep(head.origin, fault, signed, at);
    return refuse(422, "the checkpoint is not consistent with the one seen before");
  }
  const line = cosigner.cosign(note.text, Math.floor(now / 1000));
  const after = {
    size: head.size,
    root: toBase64(head.root),
    note: formatNote(note.text, [...lines, line]),
    seenAt: at,
  };
  if (await store.move(log, after)) {
    return { status: 200, type: TEXT, body: `${line}\n` };
  }
  // Somebody was faster: what was checked is not the record any more.
  return conflict((await store.log(head.origin))?.size ?? 0);
}

/** What is wrong with the step from the record to `head`, or null. */
function judge(
  log: WitnessedLog,
  head: SignedHead,
  proof: readonly Uint8Array[],
): Exclude<EvidenceKind, "accepted"> | null {
  const root = hashFromBase64(log.root) ?? emptyRoot;
  if (head.size === 0 && toBase64(head.root) !== toBase64(emptyRoot)) {
    return "root";
  }
  if (isConsistent({ size: log.size, root }, head, proof)) {
    return null;
  }
  return head.size === log.size && proof.length === 0 ? "root" : "proof";
}

function conflict(size: number): Answer {
  return { status: 409, type: SIZE_TYPE, body: `${size}\n` };
}

function refuse(status: Answer["status"], detail: string): Answer {
  return { status, type: TEXT, body: `${detail}\n` };
}
