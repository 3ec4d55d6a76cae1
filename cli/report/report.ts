/**
 * What a report says, before it has a form.
 *
 * @module
 */
import type { Period } from "./period.ts";

/** A package of keys that was sent out. */
export interface Release {
  readonly at: string;
  readonly reference: string;
  readonly customer: string;
  /** Null when it was erased. */
  readonly to: string | null;
  readonly purpose: string | null;
  readonly order: string | null;
  readonly meters: number;
  readonly disclosure: string;
  readonly confirmedAt: string | null;
  readonly receipt: string | null;
  readonly by: string;
  readonly entry: number;
}

/** Something that was asked for and not done. */
export interface Refused {
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: string;
  readonly by: string;
  /** How many a counted entry stands for. */
  readonly count: number;
  readonly entry: number;
}

/** A change of who may do what, or of the log itself. */
export interface Change {
  readonly at: string;
  readonly action: string;
  readonly subject: string;
  readonly by: string;
  readonly entry: number;
}

/** Who had frames opened, and in how many entries. */
export interface Use {
  readonly by: string;
  readonly entries: number;
}

export interface AgeGroup {
  readonly origin: string;
  readonly fromDays: number;
  readonly toDays: number | null;
  readonly keys: number;
}

/** An entry that was drawn, with its proof. */
export interface Sample {
  readonly index: number;
  readonly at: string;
  readonly action: string;
  readonly by: string;
  /** SHA-256(0x00 ‖ entry), hex. */
  readonly leafHash: string;
  /** The C2SP tlog-proof. */
  readonly proof: string;
}

/** Whom a pseudonym of the log stands for. */
export interface Person {
  readonly id: string;
  readonly role: string;
  readonly shown: string;
}

/** The head that everything in the report stands under. */
export interface ReportHead {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly checkpoint: string;
  readonly vkey: string;
  /** The key came from outside the service. */
  readonly isPinned: boolean;
  /** Size of an older checkpoint that was shown to be a beginning of this log, or null. */
  readonly extendsSize: number | null;
  /** Names of witnesses with a line under the checkpoint; their keys are not checked here. */
  readonly witnesses: readonly string[];
}

export interface Report {
  readonly period: Period;
  readonly madeAt: string;
  readonly version: string;
  readonly head: ReportHead;
  /** Entries before this index were pruned. */
  readonly pruned: number;
  /** Entries of the period, first and last index; null when it has none. */
  readonly entries: {
    readonly first: number;
    readonly last: number;
    readonly count: number;
  } | null;
  readonly releases: readonly Release[];
  readonly refusals: readonly Refused[];
  readonly changes: readonly Change[];
  readonly uses: readonly Use[];
  readonly ages: readonly AgeGroup[];
  readonly samples: readonly Sample[];
  readonly people: readonly Person[];
}
