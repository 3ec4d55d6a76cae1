/**
 * A guard for what is to be had while the database, and with it every token, is away.
 *
 * Whoever was let in during the last hour is let in again, and only then. A token that was revoked
 * or restricted since is known without the database, and no other can end meanwhile but by time.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RequestHandler } from "express";
import type { Caller } from "../access/caller.ts";
import type { Permission } from "../access/roles.ts";
import { isDatabaseError } from "../db/errors.ts";
import type { CoreContext } from "./context.ts";
import { callerOf, guard } from "./guard.ts";

const KEPT_MS = 3_600_000;
/** More monitors than this ask no service. */
const MOST_KEPT = 100;

export function guardWithoutDatabase(context: CoreContext, permission: Permission): RequestHandler {
  const usual = guard(context, permission);
  const kept = new Map<string, { readonly caller: Caller; readonly at: number }>();

  function remember(sent: string, caller: Caller): void {
    kept.delete(sent);
    kept.set(sent, { caller, at: context.clock().getTime() });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) {
      kept.delete(oldest);
    }
  }

  function remembered(sent: string): Caller | null {
    const known = kept.get(sent);
    if (known === undefined || context.clock().getTime() - known.at > KEPT_MS) {
      return null;
    }
    const { actor } = known.caller;
    return context.revoked.has(actor) || context.restricted.has(actor) ? null : known.caller;
  }

  return async (req, res, next) => {
    const header = req.headers.authorization ?? "";
    const sent = createHash("sha256").update(header).digest("base64");
    try {
      await usual(req, res, () => undefined);
      remember(sent, callerOf(res));
    } catch (error) {
      const caller = isDatabaseError(error) ? remembered(sent) : null;
      if (caller === null) {
        throw error;
      }
      res.locals["caller"] = caller;
      res.locals["permission"] = permission;
    }
    next();
  };
}
