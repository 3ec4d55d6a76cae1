/**
 * Looks at a link without claiming it, as the page does before the PIN is typed: for a sender who
 * wants to know whether a link that it has made works.
 *
 * The exchange counts it as opened, and the recipient is shown that count.
 *
 * @module
 */
import { type Fields, post } from "./collect-client.ts";
import { fromBase64url, toBase64url } from "./protocol/base64url.ts";
import { deriveLink } from "./protocol/derive.ts";
import { HandoverError } from "./protocol/errors.ts";
import { parseLink } from "./protocol/link.ts";
import { type PackageHeader, parseHeader } from "./protocol/manifest.ts";

export interface Looked {
  readonly state: string;
  /** Null once the link was revoked. */
  readonly waiting: PackageHeader | null;
  /** How often somebody looked before this time. */
  readonly opened: number;
  readonly lastOpenedAt: string | null;
  readonly claimedAt: string | null;
}

/** @throws {@link HandoverError} `LINK_FORMAT`, `LINK_UNKNOWN`, `EXCHANGE_UNAVAILABLE`, … */
export async function lookAtLink(link: string): Promise<Looked> {
  const { baseUrl, fragment } = parseLink(link);
  const { linkId, authKey } = deriveLink(fragment);
  const proof = { linkId: toBase64url(linkId), authKey: toBase64url(authKey) };
  const answer = await post(`${baseUrl}/x/peek`, proof, { attempts: 3, firstDelayMs: 500 });
  const { state, opened, header } = answer;
  if (typeof state !== "string" || typeof opened !== "number") {
    throw new HandoverError("EXCHANGE_ANSWER", "exchange: answered something else than a link");
  }
  const bytes = typeof header === "string" ? fromBase64url(header) : null;
  return {
    state,
    waiting: bytes === null ? null : parseHeader(bytes),
    opened,
    lastOpenedAt: time(answer, "lastOpenedAt"),
    claimedAt: time(answer, "claimedAt"),
  };
}

function time(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null;
}
