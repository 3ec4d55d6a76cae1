/**
 * Asks one witness to cosign one checkpoint (C2SP tlog-witness, add-checkpoint).
 *
 * A witness that has seen more than this log has, or another tree of the same size, is evidence
 * that the log was set back or forked: those answers have codes of their own.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import { PRIMITIVES } from "../hashing.ts";
import { formatAddCheckpoint, parseSize } from "../tree/add-checkpoint.ts";
import { type Cosignature, findCosignature } from "../tree/checkpoint.ts";
import type { TreeHead } from "../tree/merkle.ts";
import { formatNote, parseNote, type VerifierKey } from "../tree/note.ts";
import { type Answer, call, type Patience, WitnessFault } from "./call.ts";

/** What a submission needs of the log. */
export interface SubmittedLog {
  /** A signed checkpoint of everything there is by now. */
  checkpoint(): Promise<Checkpoint>;
  consistencyProof(old: number, head: TreeHead): Promise<readonly Uint8Array[]>;
}

export interface AskedWitness {
  readonly key: VerifierKey;
  /** Submission prefix. */
  readonly url: string;
}

export type Submission =
  | { readonly code: null; readonly checkpoint: Checkpoint; readonly cosignature: Cosignature }
  /** `size`: what the witness says it has seen, where it says so. */
  | { readonly code: string; readonly size: number | null };

/** Codes that speak against the log, not against the witness or the way to it. */
export const AHEAD = "WITNESS_AHEAD";
export const FORK = "WITNESS_FORK";

const CODES: Readonly<Record<number, string>> = {
  400: "WITNESS_REJECTED",
  403: "WITNESS_KEY",
  404: "WITNESS_UNKNOWN_LOG",
  422: FORK,
};

/** `old` is the size that the witness is believed to hold. Never throws. */
export async function submit(
  log: SubmittedLog,
  witness: AskedWitness,
  asked: Checkpoint,
  old: number,
  patience: Patience,
): Promise<Submission> {
  let size: number | null = null;
  let checkpoint = asked;
  try {
    let answer = await send(log, witness, checkpoint, old, patience);
    if (answer.status === 409) {
      size = conflictSize(answer);
      if (size > checkpoint.size) {
        // Somebody else may have shown it a newer one of ours.
        checkpoint = await log.checkpoint();
      }
      if (size > checkpoint.size) {
        return { code: AHEAD, size };
      }
      answer = await send(log, witness, checkpoint, size, patience);
    }
    if (answer.status !== 200) {
      const code = answer.status === 409 ? "WITNESS_CONFLICT" : CODES[answer.status];
      return { code: code ?? `HTTP_${answer.status}`, size };
    }
    return {
      code: null,
      checkpoint,
      cosignature: readCosignature(witness.key, checkpoint, answer),
    };
  } catch (error) {
    return { code: error instanceof WitnessFault ? error.code : "WITNESS_LOG", size };
  }
}

async function send(
  log: SubmittedLog,
  { url }: AskedWitness,
  head: Checkpoint,
  old: number,
  patience: Patience,
): Promise<Answer> {
  const proof = await log.consistencyProof(old, head);
  const body = formatAddCheckpoint({ old, proof, checkpoint: head.note });
  return await call(`${url.replace(/\/+$/, "")}/add-checkpoint`, body, patience);
}

/** 409 carries the size, a line of its own media type. */
function conflictSize({ type, text }: Answer): number {
  const size = text.endsWith("\n") ? parseSize(text.slice(0, -1)) : null;
  if (type !== "text/x.tlog.size" || size === null) {
    throw new WitnessFault("WITNESS_ANSWER");
  }
  return size;
}

/** The line of the key that the policy names; lines of other keys are passed over. */
function readCosignature(key: VerifierKey, { note }: Checkpoint, { text }: Answer): Cosignature {
  const own = parseNote(note);
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : [];
  const answered = own === null ? null : parseNote(formatNote(own.text, lines));
  const cosignature = answered === null ? null : findCosignature(PRIMITIVES, answered, key);
  if (cosignature === null || cosignature.seconds === 0) {
    throw new WitnessFault("WITNESS_SIGNATURE");
  }
  return cosignature;
}
