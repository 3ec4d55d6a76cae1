/**
 * What the auditor's page shows and asks: plain values between engine and view.
 *
 * @module
 */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** An entry as the log holds it. */
export type Entry = { readonly [name: string]: Json };

export interface LogItem {
  readonly index: number;
  readonly entry: Entry;
}

/** One page of a list, newest first. */
export interface EntryPage {
  readonly items: readonly LogItem[];
  /** Where older ones begin; null at the end. */
  readonly next: number | null;
  /** The size of the log that the answer is complete for. */
  readonly size: number;
}

/** A meter and key version that an entry's act used; `meter` is null when it is gone. */
export interface MeterUse {
  readonly number: number;
  readonly meter: string | null;
  readonly address: string | null;
  readonly name: string | null;
  readonly version: number;
  readonly counts: readonly number[];
}

export interface MeterPage {
  readonly items: readonly MeterUse[];
  readonly next: number | null;
}

export interface Term {
  readonly value: string;
  readonly count: number;
}

export interface Series {
  readonly name: string;
  readonly counts: readonly number[];
}

export interface Timeline {
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  /** Begin of each bucket. */
  readonly times: readonly string[];
  readonly series: readonly Series[];
  readonly size: number;
}

/** A link, as far as an auditor asks. */
export interface LinkItem {
  readonly reference: string;
  readonly customer: string;
  readonly state: string;
  readonly to: string | null;
  readonly purpose: string | null;
  readonly meters: number;
  readonly keys: number;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A name beside an id. */
export interface Named {
  readonly name: string | null;
  readonly role: string | null;
}

/** Why something could not be had; `code` as the service says it, or `OFFLINE`, `ANSWER`. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, status = 0) {
    super(`audit: ${code}`);
    this.code = code;
    this.status = status;
  }
}
