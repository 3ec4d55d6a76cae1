/**
 * What a verification can find wrong, and from which index on.
 *
 * @module
 */
export type ProblemCode =
  | "ENTRY_MISSING"
  | "ENTRY_CHANGED"
  | "ENTRY_MALFORMED"
  | "ENTRY_ORDER"
  | "TILE_CHANGED"
  | "INDEX_CHANGED"
  | "CHECKPOINT_SIGNATURE"
  | "CHECKPOINT_ROOT"
  | "LOG_TRUNCATED"
  | "HEAD_CONFLICT"
  | "PROOF_MALFORMED"
  | "PROOF_CHANGED"
  | "METER_CHANGED"
  | "TOKEN_CHANGED"
  | "RECIPIENT_CHANGED"
  | "IDENTITY_CHANGED";

export interface LogProblem {
  readonly index: number;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** A checkpoint kept outside: head store, an auditor's own, a witness's. */
export interface OutsideHead {
  readonly what: string;
  readonly note: string;
}

export type Report = (index: number, code: ProblemCode, detail: string) => void;

/** A report names this many; more would only repeat themselves. */
export const MAX_PROBLEMS = 100;

export interface Findings {
  readonly report: Report;
  /** Whether nothing was found. */
  isClean(): boolean;
  /** The problems with the least indices, by index. */
  list(): readonly LogProblem[];
}

/** Collects problems in whatever order they come; the first by index is never lost. */
export function createFindings(): Findings {
  let problems: LogProblem[] = [];
  const least = () => problems.sort((a, b) => a.index - b.index).slice(0, MAX_PROBLEMS);
  return {
    report(index, code, detail) {
      problems.push({ index, code, detail });
      if (problems.length >= MAX_PROBLEMS * 10) {
        problems = least();
      }
    },
    isClean: () => problems.length === 0,
    list: least,
  };
}
