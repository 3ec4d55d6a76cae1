/**
 * Refuses requests for a host that this listener does not serve (RFC 9110 §15.5.20).
 *
 * It stops DNS rebinding: a page elsewhere can make a browser connect here, but not make it
 * send our name.
 *
 * @module
 */
import type { RequestHandler } from "express";
import { Problem } from "../../base/problem.ts";

/** `hosts` are names or addresses; one with a port matches only that port. */
export function allowedHosts(hosts: readonly string[]): RequestHandler {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return (req, _res, next) => {
    const host = (req.headers.host ?? "").toLowerCase();
    if (known.has(host) || known.has(withoutPort(host))) {
      next();
      return;
    }
    next(new Problem(421, "HOST_UNKNOWN", "this listener does not serve the requested host"));
  };
}

/** `[::1]:7300` → `[::1]`. */
function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, "");
}
