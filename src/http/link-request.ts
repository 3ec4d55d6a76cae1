/**
 * What a request for a link may say.
 *
 * @module
 */
import { z } from "zod";
import { parseExpiry } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import { LINK_STATES } from "../handover/context.ts";
import { typedText } from "./parse.ts";

/** By name: an order or `all` does without a list. */
const MAX_METERS = 100_000;
/** As many ids as that, and the rest of the request. */
export const MAX_LINK_BODY = 4 * 1024 * 1024;
const MAX_DAYS = 90;

const expires = z.string().max(40);
const meters = z.array(z.string().max(200)).min(1).max(MAX_METERS);

/** Body of `POST /v1/links`. */
export const NewLink = z
  .strictObject({
    customer: z.string().max(64).optional(),
    all: z.literal(true).optional(),
    meters: meters.optional(),
    order: z.string().min(1).max(200).optional(),
    to: typedText(200),
    purpose: typedText(500),
    expires: expires.default("7d"),
    recipient: z.string().max(64).optional(),
  })
  .refine(
    ({ all, meters: named, order }) =>
      [all, named, order].filter((one) => one !== undefined).length === 1,
    { message: "expected one of all, meters and order" },
  );

/** Body of `POST /v1/links/{reference}/reissue`; without a time, the new link lives as long. */
export const Reissue = z.strictObject({ expires: expires.optional() });

/** Query of `GET /v1/links`. */
export const LinkListQuery = z.strictObject({
  customer: z.string().max(64).optional(),
  order: z.string().max(200).optional(),
  state: z.enum(LINK_STATES).optional(),
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** @throws {@link Problem} 400 `BAD_REQUEST` */
export function demandExpiry(text: string, now: Date): Date {
  const at = parseExpiry(text, now, MAX_DAYS);
  if (at === null) {
    const detail = `expected a span such as 7d, or an RFC 3339 time, at most ${MAX_DAYS} days away`;
    throw new Problem(400, "BAD_REQUEST", detail, "/expires");
  }
  return at;
}
