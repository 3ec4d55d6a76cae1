/**
 * What a kind of pseudonym must be able to do for the person behind it.
 *
 * @module
 */
import type { Json } from "../../activity/entries/entry.ts";
import type { Knex } from "../../db/open.ts";

/** Everything that is stored of one person under one pseudonym. */
export interface IdentityRecord {
  /** Token id, reference of a link, or id of a recipient. */
  readonly id: string;
  readonly kind: "token" | "link" | "recipient";
  readonly customer: string | null;
  /** What says who it is; null once it is erased. */
  readonly data: { readonly [name: string]: string | null };
  /** What else the row says. */
  readonly facts: { readonly [name: string]: Json };
  /** Still in use: what that is in the way of, as a refusal; null when it has ended. */
  readonly live: { readonly code: string; readonly detail: string } | null;
  /** How entries name it as who acts, or null. */
  readonly actor: string | null;
  /** How entries name it as what an act is about. */
  readonly subject: { readonly [field: string]: string };
}

/** A change that was prepared outside a transaction. */
export type Change = (trx: Knex.Transaction) => Promise<void>;

export interface IdentitySource {
  /** Whether an id has this kind's form. */
  owns(id: string): boolean;
  read(id: string): Promise<IdentityRecord | null>;
  /** Records in a fixed order, after a mark; `customer` null = all. */
  page(
    after: string | number | null,
    customer: string | null,
  ): Promise<{
    readonly records: readonly IdentityRecord[];
    readonly next: string | number | null;
  }>;
  /** Another name (GDPR Art. 16). */
  corrected(id: string, name: string): Promise<Change>;
  /** Everything of `data` is gone (GDPR Art. 17). */
  erased(id: string): Promise<Change>;
  /** What follows an erasure once it is durable. */
  afterErasure?(id: string): Promise<void>;
}
