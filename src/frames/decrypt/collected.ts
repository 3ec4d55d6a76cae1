/**
 * The frames inside collectors' messages: taken out and opened in one pass for a whole batch.
 *
 * Each is treated as if its meter had sent it here: its own look-up, its caller's scope, its own
 * row and its own place in the log. That a collector passed it on vouches for nothing.
 *
 * @module
 */
import type { Caller } from "../../access/caller.ts";
import { isAllowed } from "../../access/roles.ts";
import { isEncrypt0 } from "../cose/encrypt0.ts";
import { innerFrames } from "../cose/inner-frames.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError } from "../sealed-frame.ts";
import { type BatchDeps, openBatch } from "./batch.ts";
import { receivedBy } from "./received.ts";
import { type DecryptRow, type FrameRow, messageRow, type RefusedRow } from "./row.ts";
import type { Tracing } from "./trace.ts";
import type { OpenedBatch, Verdict } from "./verdict.ts";

/** What a message carried. */
export interface Content {
  /** Place of the message in its batch. */
  readonly line: number;
  /** Its frames, whose verdicts follow those of the lines; or why it carries none. */
  readonly frames: readonly FrameRequest[] | FrameError;
}

/** A batch with the frames inside its messages. */
export interface CollectedBatch extends OpenedBatch {
  /** In the order of the lines. */
  readonly contents: readonly Content[];
}

/** Opens what the messages of a batch carry; the second and last call of the keystore. */
export async function openCollected(
  deps: BatchDeps & Tracing,
  caller: Caller,
  batch: OpenedBatch,
): Promise<CollectedBatch> {
  if (batch.messages === null) {
    return { ...batch, contents: [] };
  }
  const contents = contentsOf(caller, batch.verdicts);
  const inner = contents.flatMap(({ frames }) => (frames instanceof FrameError ? [] : frames));
  if (inner.length === 0) {
    return { ...batch, contents };
  }
  const { verdicts: opened } = await openBatch(deps, caller, inner);
  const verdicts = [...batch.verdicts, ...opened];
  const customerOf = (place: number) => verdicts[place]?.meter?.customer ?? null;
  const received = receivedBy([...batch.messages, ...inner], customerOf);
  return { ...batch, verdicts, received, contents };
}

function contentsOf(caller: Caller, verdicts: readonly Verdict[]): Content[] {
  const contents: Content[] = [];
  verdicts.forEach((verdict, line) => {
    if (verdict.meter !== null && verdict.trace.protocol === "cose" && verdict.outcome.ok) {
      contents.push({ line, frames: framesOf(verdict.outcome.plaintext, caller) });
    }
  });
  return contents;
}

function framesOf(plaintext: Uint8Array, caller: Caller): readonly FrameRequest[] | FrameError {
  // Who only proves a collector (an installer) has no business with what its meters send.
  if (!isAllowed(caller.role, "frames.decrypt")) {
    return [];
  }
  try {
    // A copy: the message's own bytes are wiped before the rows of its frames are made.
    return innerFrames(Uint8Array.from(plaintext)).map((frame) => ({
      ref: null,
      frame: refusedInside(frame) ?? frame,
      meter: null,
      challenge: null,
      initiate: null,
    }));
  } catch (error) {
    if (error instanceof FrameError) {
      return error;
    }
    throw error;
  }
}

function refusedInside(frame: Uint8Array): FrameError | null {
  if (frame.length === 0) {
    return new FrameError("FRAME_LENGTH", "collector's message: an empty frame");
  }
  return isEncrypt0(frame)
    ? new FrameError("MODE_UNSUPPORTED", "a collector's message inside another")
    : null;
}

/** Puts the rows of inner frames, which follow those of the lines, into the rows of messages. */
export function withFrames(
  rows: readonly (FrameRow | RefusedRow)[],
  contents: readonly Content[],
  lines: number,
): DecryptRow[] {
  const all: DecryptRow[] = rows.slice(0, lines);
  let next = lines;
  for (const { line, frames } of contents) {
    const row = rows[line]!;
    if (frames instanceof FrameError) {
      all[line] = { ref: row.ref, error: { code: frames.code, detail: frames.message } };
    } else if ("plaintext" in row) {
      all[line] = messageRow(row, rows.slice(next, next + frames.length));
      next += frames.length;
    }
  }
  return all;
}
