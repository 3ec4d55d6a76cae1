/**
 * Cosignatures as they come in, gathered by the checkpoint that they are for.
 *
 * A slow witness may answer for a checkpoint that the others have left behind, so the last few
 * are kept: together they may still meet the quorum.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import { PRIMITIVES } from "../hashing.ts";
import type { Policy } from "../tree/policy.ts";
import { isWitnessed } from "../tree/policy-group.ts";
import { joinNotes } from "./join-notes.ts";

const KEPT = 64;

export interface Cosignatures {
  /** Adds the lines under a checkpoint; answers all of them when they meet the quorum, else null. */
  add(checkpoint: Pick<Checkpoint, "size" | "note">): string | null;
  /** The note with the lines that are held for exactly its text. */
  cover(checkpoint: Pick<Checkpoint, "size" | "note">): string;
}

export function gatherCosignatures({ quorum }: Policy): Cosignatures {
  const notes = new Map<number, string>();

  function cover({ size, note }: Pick<Checkpoint, "size" | "note">): string {
    const held = notes.get(size);
    const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
    return held?.startsWith(`${text}\n`) ? held : note;
  }

  return {
    cover,
    add(checkpoint) {
      const note = joinNotes(cover(checkpoint), checkpoint.note);
      notes.set(checkpoint.size, note);
      for (const size of [...notes.keys()].sort((a, b) => b - a).slice(KEPT)) {
        notes.delete(size);
      }
      return isWitnessed(PRIMITIVES, quorum, note) ? note : null;
    },
  };
}
