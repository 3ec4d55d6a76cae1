/**
 * One entry of the activity log, before and after it has its place.
 *
 * No names, serial numbers, addresses of people or free text: a leaf can never be erased, so it
 * holds ids, codes, counts and salted hashes only.
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

/** Who acts, as an entry names it. */
export interface Actor {
  /** Token id, link short id, or `system`. */
  readonly actor: string;
  readonly role: string;
  readonly auth: "token" | "link" | "local";
  /** Salted hash of the caller's declared purpose, or null. */
  readonly purpose: string | null;
  readonly request: string | null;
}

export interface EntryDraft extends Actor {
  readonly action: string;
  readonly outcome: "ok" | "refused" | "failed";
  /** The refusal's or failure's code; absent when `ok`. */
  readonly code?: string;
  /** Action-specific fields, merged into the entry. */
  readonly fields?: { readonly [name: string]: Json };
}

/** The service itself, when nobody asked it. */
export const SYSTEM: Actor = {
  actor: "system",
  role: "system",
  auth: "local",
  purpose: null,
  request: null,
};
