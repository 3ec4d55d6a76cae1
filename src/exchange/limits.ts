/**
 * Limits per address, per link and of all together. IPv6 counts by /64, because that is what one
 * sender has to itself.
 *
 * The address is the socket's, or what a declared proxy says; a header from anybody else counts
 * for nothing. They hold off floods and are counted by each process for itself; what protects a
 * link, its five tries, is counted in the database.
 *
 * @module
 */
import type { RequestHandler, Response } from "express";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { Problem } from "../base/problem.ts";
import { rateLimitKey } from "./network.ts";

const DEFAULT_PER_MINUTE = 1200;
/** A whole office behind one address must be able to work. */
const LEAST_PER_MINUTE = 600;

/** A claimer and his colleagues, with every reload; not a machine that only asks. */
const LINK_PER_MINUTE = 600;
/** More than this at once and everybody waits too long; the next try finds room. */
const IN_FLIGHT = 1024;
const LARGE_BYTES = 1_048_576;

/** Refuses with 429 above `perMinute` requests per address and minute. */
export function rateLimit(perMinute: number = DEFAULT_PER_MINUTE): RequestHandler {
  const points = Math.max(LEAST_PER_MINUTE, perMinute);
  const limiter = new RateLimiterMemory({ points, duration: 60 });
  return async (req, res, next) => {
    await spend(limiter, rateLimitKey(req.ip), res, "too many requests from this address");
    next();
  };
}

/** Refuses what is too much for one link, known or not, from wherever it comes. */
export type LinkLimit = (linkId: Uint8Array, res: Response) => Promise<void>;

export function linkLimit(): LinkLimit {
  const limiter = new RateLimiterMemory({ points: LINK_PER_MINUTE, duration: 60 });
  return (linkId, res) =>
    spend(
      limiter,
      Buffer.from(linkId).toString("base64url"),
      res,
      "too many requests for this link",
    );
}

/** Refuses with 503 what comes while too much is under way, from wherever it comes. */
export function inFlightLimit(limit: number = IN_FLIGHT): RequestHandler {
  let count = 0;
  return (_req, res, next) => {
    if (count >= limit) {
      throw new Problem(503, "EXCHANGE_BUSY", "too many requests at once, try again soon");
    }
    count++;
    res.once("close", () => {
      count--;
    });
    next();
  };
}

/**
 * Takes large bodies one after the other: each is in memory whole, as bytes and as text. Only the
 * core sends such, and it waits.
 */
export function largeBodyLimit(): RequestHandler {
  let last: Promise<unknown> = Promise.resolve();
  return async (req, res, next) => {
    if (Number(req.get("content-length") ?? 0) > LARGE_BYTES) {
      const before = last;
      const closed = new Promise((resolve) => res.once("close", resolve));
      last = Promise.all([before, closed]);
      await before;
    }
    next();
  };
}

async function spend(
  limiter: RateLimiterMemory,
  key: string,
  res: Response,
  detail: string,
): Promise<void> {
  const spent = await limiter.consume(key).then(
    () => null,
    (refused: { msBeforeNext?: number }) => refused,
  );
  if (spent !== null) {
    res.set("Retry-After", String(Math.ceil((spent.msBeforeNext ?? 60_000) / 1000)));
    throw new Problem(429, "RATE_LIMIT", detail);
  }
}
