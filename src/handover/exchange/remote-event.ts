/**
 * Events of the exchange, read as input from an enemy: a closed list of types, coded fields of
 * bounded form, the canonical bytes and nothing besides.
 *
 * @module
 */
import { z } from "zod";
import { type Canonical, canonicalJson } from "../protocol/canonical.ts";

const base64url = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
const count = z.int().min(0).max(2_147_483_647);
const time = z.iso.datetime({ precision: 3 }).regex(/Z$/);
const common = { v: z.literal(1), n: z.int().min(1), at: time };
const ofLink = { ...common, link: base64url(22) };
const ofNone = { ...common, link: z.null() };

const RemoteEvent = z.discriminatedUnion("type", [
  z.strictObject({ ...ofLink, type: z.literal("link.stored"), put: base64url(43) }),
  z.strictObject({ ...ofLink, type: z.literal("link.opened"), count }),
  z.strictObject({ ...ofLink, type: z.literal("pin.failed"), left: z.int().min(1).max(4) }),
  z.strictObject({
    ...ofLink,
    type: z.literal("link.locked"),
    reason: z.enum(["pin", "rolled_back"]),
  }),
  z.strictObject({
    ...ofLink,
    type: z.literal("link.claimed"),
    pk: base64url(43),
    sigPk: base64url(87),
    windowEndsAt: time,
  }),
  z.strictObject({ ...ofLink, type: z.literal("link.claim_replayed"), count }),
  z.strictObject({ ...ofLink, type: z.literal("link.claim_conflict"), count }),
  z.strictObject({
    ...ofLink,
    type: z.literal("link.confirmed"),
    receipt: base64url(43),
    sig: base64url(86),
  }),
  z.strictObject({ ...ofLink, type: z.literal("link.lapsed") }),
  z.strictObject({ ...ofLink, type: z.literal("link.expired"), opened: count }),
  z.strictObject({ ...ofLink, type: z.literal("link.revoked"), wasClaimed: z.boolean() }),
  z.strictObject({ ...ofNone, type: z.literal("exchange.rolled_back"), locked: count }),
  z.strictObject({
    ...ofNone,
    type: z.literal("refused.counts"),
    counts: z
      .array(z.tuple([z.string().max(32), z.string().regex(/^[A-Z_]{1,32}$/), count]))
      .max(256),
  }),
]);

export type RemoteEvent = z.infer<typeof RemoteEvent>;
export type RemoteLinkEvent = Extract<RemoteEvent, { link: string }>;

/** Reads event `n`; null when it is not one that this core knows. */
export function parseRemoteEvent(bytes: Uint8Array, n: number): RemoteEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  const parsed = RemoteEvent.safeParse(value);
  if (!parsed.success || parsed.data.n !== n) {
    return null;
  }
  const canonical = canonicalJson(parsed.data as Canonical);
  return canonical === Buffer.from(bytes).toString("utf8") ? parsed.data : null;
}
