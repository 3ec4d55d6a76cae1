/**
 * What can be asked of the log, and the terms that answer it.
 *
 * @module
 */
import { keysTerm, type TermField, term } from "./segments/terms.ts";

/** Filters; an entry must meet all that are given. */
export interface Question {
  readonly actor?: string;
  readonly action?: string;
  readonly customer?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly reference?: string;
  readonly meter?: MeterInLog;
  /** Microseconds since 1970, `from` included and `to` not. */
  readonly from?: number;
  readonly to?: number;
  /** Only entries that belong to this customer: all that the asker may see. */
  readonly scope?: string;
}

/** How entries name a meter. */
export interface MeterInLog {
  readonly customer: string;
  readonly number: number;
  readonly id: string;
}

/** A part of the log by index: entries `first` to `last` - 1. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

/** One of the terms that meet a filter, and the number its items must name, if it has numbers. */
export interface Alternative {
  readonly term: string;
  readonly number: number | null;
}

/** A question in terms. */
export interface Plan extends IndexRange {
  /** Of each, one alternative must be true. */
  readonly filters: readonly (readonly Alternative[])[];
  /** None of these may be true. */
  readonly without: readonly string[];
  readonly from: number;
  readonly to: number;
}

const PLAIN = ["actor", "action", "customer", "code", "reference"] as const;

export function planOf(question: Question, range: IndexRange): Plan {
  const { meter, outcome, scope, from, to } = question;
  const plain = (field: TermField, value: string) => [{ term: term(field, value), number: null }];
  const filters: Alternative[][] = PLAIN.flatMap((field) => {
    const value = question[field];
    return value === undefined ? [] : [plain(field, value)];
  });
  if (scope !== undefined) {
    filters.push(plain("customer", scope));
  }
  if (outcome !== undefined && outcome !== "ok") {
    filters.push(plain("outcome", outcome));
  }
  if (meter !== undefined) {
    const named = { term: keysTerm(meter.customer, meter.number), number: meter.number };
    filters.push([...plain("meter", meter.id), named]);
  }
  return {
    ...range,
    filters,
    // `outcome:ok` is no term: nearly every entry would have it.
    without: outcome === "ok" ? [term("outcome", "refused"), term("outcome", "failed")] : [],
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to ?? Number.POSITIVE_INFINITY,
  };
}

/** All terms that a plan looks at. */
export function termsOf({ filters, without }: Plan): string[] {
  return [...new Set([...filters.flat().map((one) => one.term), ...without])];
}
