/**
 * Authenticates and authorises: deny by default, and every refusal is recorded.
 *
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { actorOf, type Caller } from "../access/caller.ts";
import { isAllowed, type Permission } from "../access/roles.ts";
import { authenticate } from "../access/tokens.ts";
import { Problem } from "../base/problem.ts";
import type { CoreContext, ListenerName } from "./context.ts";
import { requestIdOf } from "./middleware/request-id.ts";

/** Lets a request pass that carries a token whose role has `permission`. */
export function guard(context: CoreContext, permission: Permission): RequestHandler {
  return async (req, res, next) => {
    const caller = await callerOfRequest(context, req, res);
    res.locals["caller"] = caller;
    res.locals["permission"] = permission;
    if (!isAllowed(caller.role, permission)) {
      throw new Problem(403, "FORBIDDEN", `the role ${caller.role} may not do this`);
    }
    next();
  };
}

/** The caller that `guard` has let pass. */
export function callerOf(res: Response): Caller {
  const caller: Caller | undefined = res.locals["caller"];
  if (caller === undefined) {
    throw new TypeError("route: expected a guard before it");
  }
  return caller;
}

/** Writes a refusal down before it is answered; nothing is released, so a full log hides none. */
export function recordRefusals(context: CoreContext, listener: ListenerName): ErrorRequestHandler {
  return async (error, req, res, next) => {
    if (error instanceof Problem && error.status < 500) {
      const caller: Caller | undefined = res.locals["caller"];
      const route = typeof req.route?.path === "string" ? req.route.path : "other";
      if (caller === undefined) {
        context.refusals.unknown(listener, `${req.method} ${route}`, error.code);
      } else {
        const action = `${String(res.locals["permission"])}.refused`;
        await context.refusals
          .known(actorOf(caller), action, error.code)
          .catch((cause: unknown) => logFailure(context, cause));
      }
    }
    next(error);
  };
}

async function callerOfRequest(context: CoreContext, req: Request, res: Response): Promise<Caller> {
  const match = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(req.headers.authorization ?? "");
  const caller =
    match === null ? null : await authenticate(context, match[1] ?? "", requestIdOf(res));
  if (caller === null) {
    res.set("WWW-Authenticate", "Bearer");
    throw new Problem(401, "UNAUTHENTICATED", "expected a valid bearer token");
  }
  return caller;
}

function logFailure({ logger }: CoreContext, cause: unknown): void {
  logger.error({ code: (cause as { code?: unknown }).code }, "a refusal could not be recorded");
}
