/**
 * Where each witness stands, and what its last answer was.
 *
 * @module
 */
import type { Policy } from "../tree/policy.ts";
import type { PolicyWitness } from "../tree/policy-group.ts";
import type { AskedWitness } from "./submit.ts";

/** One witness as `GET /v1/status` shows it. */
export interface WitnessReport {
  readonly name: string;
  /** Size of the last checkpoint that it has cosigned; null when it never has. */
  readonly size: number | null;
  /** RFC 3339; when it did. */
  readonly seenAt: string | null;
  /** Entries that it has not seen. */
  readonly behind: number;
  /** Why its last answer was no cosignature. */
  readonly code: string | null;
}

export interface WitnessStatus {
  readonly witnesses: readonly WitnessReport[];
  readonly quorum: {
    /** The log as it was when witnesses were last asked has met the quorum. */
    readonly met: boolean;
    /** The newest checkpoint that has met it. */
    readonly size: number | null;
    readonly seenAt: string | null;
    readonly overdue: boolean;
  };
}

/** What is remembered of a witness between rounds. */
export interface Standing {
  readonly witness: PolicyWitness;
  readonly asked: AskedWitness;
  size: number | null;
  seenAt: string | null;
  code: string | null;
  failures: number;
  /** Milliseconds; not to be asked before. */
  nextAt: number;
  isBusy: boolean;
}

/** The witnesses that can be asked: those with an address. */
export function standingsOf({ witnesses }: Policy): Standing[] {
  return witnesses.flatMap((witness) => {
    const { key, url } = witness;
    const nothing = { size: null, seenAt: null, code: null, failures: 0, nextAt: 0, isBusy: false };
    return url === null ? [] : [{ witness, asked: { key, url }, ...nothing }];
  });
}

/** Longest pause between two tries, unless the interval itself is longer. */
const MAX_PAUSE_MS = 60_000;

/** Pauses double with every failure, up to a minute. */
export function pauseAfter(failures: number, intervalMs: number): number {
  return Math.min(intervalMs * 2 ** Math.min(failures - 1, 20), Math.max(intervalMs, MAX_PAUSE_MS));
}
