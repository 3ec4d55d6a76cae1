/**
 * Rate limits per address: IPv6 by /64, because that is what one sender has to itself.
 *
 * The address is the socket's, or what a declared proxy says; a header from anybody else counts
 * for nothing.
 *
 * @module
 */
import type { RequestHandler } from "express";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { Problem } from "../base/problem.ts";
import { rateLimitKey } from "./network.ts";

const DEFAULT_PER_MINUTE = 1200;
/** A whole office behind one address must be able to work. */
const LEAST_PER_MINUTE = 600;

/** Refuses with 429 above `perMinute` requests per address and minute. */
export function rateLimit(perMinute: number = DEFAULT_PER_MINUTE): RequestHandler {
  const points = Math.max(LEAST_PER_MINUTE, perMinute);
  const limiter = new RateLimiterMemory({ points, duration: 60 });
  return async (req, res, next) => {
    const spent = await limiter.consume(rateLimitKey(req.ip)).then(
      () => null,
      (refused: { msBeforeNext?: number }) => refused,
    );
    if (spent !== null) {
      res.set("Retry-After", String(Math.ceil((spent.msBeforeNext ?? 60_000) / 1000)));
      throw new Problem(429, "RATE_LIMIT", "too many requests from this address");
    }
    next();
  };
}
