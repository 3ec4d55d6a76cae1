/**
 * Who is calling, after the token has been checked.
 *
 * @module
 */
import type { Actor } from "../activity/entries/entry.ts";
import type { Role } from "./roles.ts";

export interface Caller extends Actor {
  readonly role: Role;
  /** The only customer this caller may touch (`cus_…`), or null for all. */
  readonly customer: string | null;
}

/** Tells whether a customer lies within the caller's scope. */
export function inScope(caller: Caller, customer: string): boolean {
  return caller.customer === null || caller.customer === customer;
}

/** The part of a caller that enters the log. */
export function actorOf({ actor, role, auth, purpose, request }: Caller): Actor {
  return { actor, role, auth, purpose, request };
}
