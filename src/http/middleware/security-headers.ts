/**
 * Headers for answers to programs: nothing may be run, framed, guessed or kept.
 *
 * @module
 */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** Sets helmet's headers with a policy that allows nothing, and forbids every cache. */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] },
    },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: true, preload: true },
    xFrameOptions: { action: "deny" },
  });
  return (req, res, next) => {
    res.set("Cache-Control", "no-store");
    protect(req, res, next);
  };
}
