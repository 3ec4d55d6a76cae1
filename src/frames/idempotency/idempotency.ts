/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again,
 * because the connection broke before its answer was read, gets the freshness verdicts of the
 * first time instead of `duplicate` and `old`.
 *
 * Verdicts alone are kept, never plaintext: every frame is opened and logged again. A verdict is
 * found by the frame's position and a digest over all frames up to it. So it does not matter how
 * either request was cut into batches, and another body under the same key is safe: from the
 * first frame that differs on it shares no digest with the first body and is judged as usual.
 *
 * @module
 */
import { createHash, hash } from "node:crypto";
import type { Knex } from "../../db/open.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError } from "../sealed-frame.ts";
import {
  countFrames,
  DIGEST,
  dropBefore,
  dropOldest,
  type KeyedBatch,
  readVerdicts,
  type Verdicts,
  writeVerdicts,
} from "./verdict-rows.ts";

/** One request under a key, as its batches are taken in order. */
export interface KeyedSend {
  /** Numbers the frames of the next batch. */
  take(requests: readonly FrameRequest[]): KeyedBatch;
}

export interface VerdictStore {
  /**
   * Puts verdicts of the first time in place of new ones, and keeps those that are new, in the
   * transaction of the log entry.
   */
  settle(trx: Knex.Transaction, batch: KeyedBatch, judged: Verdicts): Promise<Verdicts>;
}

const KEPT_MS = 24 * 3_600_000;
const SWEEP_MS = 600_000;
/** Frames of one token; the oldest give way, a tenth at a time. */
const MAX_FRAMES = 1_000_000;

/** 1 to 255 visible ASCII characters, taken as they are. */
export function isIdempotencyKey(text: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(text);
}

/** Begins a request under the key `text` of a token. */
export function openKeyedSend(token: string, text: string): KeyedSend {
  return sendUnder(token, hash("sha256", `${token}\n${text}`, "buffer"));
}

/**
 * The frames inside the message that is line `line` of a batch: a send of their own, under a key
 * that follows from the line's digest, so that it too does not matter how requests are cut.
 */
export function keyedInside(
  { token, key, digests }: KeyedBatch,
  line: number,
  frames: readonly FrameRequest[],
): KeyedBatch {
  const own = digests.subarray(line * DIGEST, (line + 1) * DIGEST);
  return sendUnder(token, hash("sha256", Buffer.concat([key, own]), "buffer")).take(frames);
}

function sendUnder(token: string, key: Buffer): KeyedSend {
  let chain = key;
  let next = 0;
  return {
    take(requests) {
      const digests = Buffer.alloc(requests.length * DIGEST);
      for (const [i, request] of requests.entries()) {
        chain = chained(chain, request);
        chain.copy(digests, i * DIGEST, 0, DIGEST);
      }
      const first = next;
      next += requests.length;
      return { token, key, first, digests };
    },
  };
}

/** SHA-256 over what came before, the frame, and what says whose key opens it. */
function chained(before: Buffer, { frame, meter }: FrameRequest): Buffer {
  const isBytes = !(frame instanceof FrameError);
  return createHash("sha256")
    .update(before)
    .update(isBytes ? frame : "")
    .update(`:${meter ?? ""}:${isBytes ? frame.length : "unreadable"}`)
    .digest();
}

/** Keeps verdicts for a day, and of one token at most `maxFrames`. */
export function createVerdictStore(
  now: () => number = Date.now,
  maxFrames = MAX_FRAMES,
): VerdictStore {
  /** Frames per token, counted at its first use after the start; at most too many. */
  const counts = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function bound(trx: Knex.Transaction, token: string, added: number): Promise<void> {
    const known = counts.get(token);
    const frames = known === undefined ? await countFrames(trx, token) : known + added;
    if (frames <= maxFrames) {
      counts.set(token, frames);
      return;
    }
    await dropOldest(trx, token, Math.floor(maxFrames * 0.9));
    // Counted anew at the next use: this transaction may yet be rolled back.
    counts.delete(token);
  }

  return {
    async settle(trx, batch, judged) {
      const at = now();
      const since = new Date(at - KEPT_MS);
      if (at - sweptAt > SWEEP_MS) {
        sweptAt = at;
        await dropBefore(trx, since);
      }
      const kept = await readVerdicts(trx, batch, since);
      // What does not open this time has no verdict, whatever it had.
      const settled = judged.map((verdict, i) => (verdict === null ? null : (kept[i] ?? verdict)));
      if (judged.some((verdict, i) => verdict !== null && kept[i] === null)) {
        await writeVerdicts(trx, batch, settled, new Date(at));
        await bound(trx, batch.token, settled.length);
      }
      return settled;
    },
  };
}
