/**
 * Tells a log whose end is lost, as after a restore, from one that was edited.
 *
 * Everything that is left must be right by its own signatures. Then the only thing wrong is a
 * memory of more: the head row's, the head store's, or that there is no head store.
 *
 * @module
 */
import type { SignedHead } from "../../tree/checkpoint.ts";
import type { LogProblem } from "../log-problem.ts";
import type { Verification } from "../verify.ts";

export interface Loss {
  readonly reason: "LOG_TRUNCATED" | "HEAD_CONFLICT" | "HEAD_STORE_MISSING";
  /** The first index that is lost, or may be. */
  readonly from: number;
  /** How many entries there were, where something still says so. */
  readonly to: number | null;
  /** Root at `to`, where the head store has it. */
  readonly lostRoot: Uint8Array | null;
}

/** What lies beside the entries. */
export interface Surroundings {
  /** The head store; null when it is missing, or not a checkpoint of this log. */
  readonly head: SignedHead | null;
  readonly isHeadMissing: boolean;
  /** Entries by the head row. */
  readonly counted: number;
  /** Size of the largest stored checkpoint, right or not. */
  readonly lastStored: number;
}

/** The loss that explains every problem; null when something else is wrong, too, or nothing. */
export function lossOf(
  found: Pick<Verification, "size" | "checkpoint">,
  problems: readonly LogProblem[],
  { head, isHeadMissing, counted, lastStored }: Surroundings,
): Loss | null {
  const { size, checkpoint } = found;
  const isExplained = problems.every(
    ({ code, index }) => code === "HEAD_CONFLICT" || (code === "LOG_TRUNCATED" && index === size),
  );
  // A backup has its beginning, its head row and its checkpoints from one moment.
  if (problems.length === 0 || !isExplained || size === 0 || counted < size || lastStored > size) {
    return null;
  }
  if (isHeadMissing) {
    return {
      reason: "HEAD_STORE_MISSING",
      from: size,
      to: counted > size ? counted : null,
      lostRoot: null,
    };
  }
  const conflict = problems.find(({ code }) => code === "HEAD_CONFLICT");
  if (conflict !== undefined) {
    // The other branch must be this log's own work: signed at least as far as what it contradicts.
    return head !== null && (checkpoint?.size ?? 0) >= head.size
      ? { reason: "HEAD_CONFLICT", from: conflict.index, to: head.size, lostRoot: head.root }
      : null;
  }
  const isAhead = head !== null && head.size > size;
  return {
    reason: "LOG_TRUNCATED",
    from: size,
    to: isAhead ? head.size : counted,
    lostRoot: isAhead ? head.root : null,
  };
}
