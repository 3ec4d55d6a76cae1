/**
 * Links as the routes see them.
 *
 * @module
 */
import type { Caller } from "../access/caller.ts";
import type { Meter } from "../meters/find.ts";

export interface LinkWanted {
  readonly customer: string;
  readonly meters: readonly Meter[];
  readonly to: string;
  readonly purpose: string;
  readonly expiresAt: Date;
}

export interface Links {
  create(caller: Caller, wanted: LinkWanted): Promise<Record<string, unknown>>;
  list(caller: Caller, after: string | null, limit: number): Promise<{ items: unknown[]; next: string | null }>;
  show(caller: Caller, reference: string): Promise<Record<string, unknown> | null>;
  revoke(caller: Caller, reference: string): Promise<Record<string, unknown> | null>;
}
