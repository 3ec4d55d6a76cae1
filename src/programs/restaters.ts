/**
 * Every kind of rows that the log vouches for, and that a prune must vouch for again. What joins
 * the audits of `log verify`, or is collected from the log at start, belongs here as well.
 *
 * @module
 */
import { identityRestater } from "../access/identities/logged.ts";
import { tokenRestater } from "../access/logged-tokens.ts";
import type { Restater } from "../activity/retention/restate.ts";
import { recipientRestater } from "../handover/recipients/logged.ts";
import { lifeRestater, meterRestater } from "../meters/restate.ts";

/** Fresh ones, which have seen no entry yet. */
export function allRestaters(): readonly Restater[] {
  return [
    tokenRestater(),
    identityRestater(),
    recipientRestater(),
    meterRestater(),
    lifeRestater(),
  ];
}
