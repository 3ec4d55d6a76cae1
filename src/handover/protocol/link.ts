/**
 * The link: `<public URL>/r#<43 base64url characters>`.
 *
 * The fragment never goes on the wire (RFC 9110 §4.2.5), so neither servers nor proxies see it.
 *
 * @module
 */
import { fixedBase64url, toBase64url } from "./base64url.ts";
import { HandoverError } from "./errors.ts";

/** Longer than any link: finding the marks at the end takes quadratic time. */
const MAX_LENGTH = 2048;

export interface ParsedLink {
  /** Public URL of the exchange, without a slash at its end. */
  readonly baseUrl: string;
  /** F, 32 bytes. */
  readonly fragment: Uint8Array;
}

/** Writes a link. */
export function formatLink(publicUrl: string, fragment: Uint8Array | string): string {
  const code = typeof fragment === "string" ? fragment : toBase64url(fragment);
  return `${publicUrl.replace(/\/+$/, "")}/r#${code}`;
}

/**
 * Reads a link as pasted; a full stop or bracket that mail programs leave at the end is ignored.
 *
 * @throws {@link HandoverError} `LINK_FORMAT`, `INSECURE_URL`
 */
export function parseLink(text: string): ParsedLink {
  const pasted = (text.length > MAX_LENGTH ? "" : text)
    .trim()
    .replace(/^<+/, "")
    .replace(/[.,;:!?)>\]"']+$/, "");
  const url = URL.canParse(pasted) ? new URL(pasted) : null;
  if (url === null || !url.pathname.endsWith("/r") || !/^https?:$/.test(url.protocol)) {
    throw new HandoverError("LINK_FORMAT", "link: expected an address that ends in /r#…");
  }
  const code = url.hash.slice(1);
  if (code === "") {
    throw new HandoverError("LINK_FORMAT", "link: the part after # is missing, copy all of it");
  }
  const fragment = fixedBase64url(code, 32);
  if (fragment === null) {
    throw new HandoverError("LINK_FORMAT", "link: expected 43 characters after #, copy all of it");
  }
  demandSecure(url);
  return { baseUrl: `${url.origin}${url.pathname.slice(0, -2)}`, fragment };
}

/**
 * Refuses an address that would carry secrets in clear over a network.
 *
 * @throws {@link HandoverError} `INSECURE_URL`
 */
export function demandSecure(url: URL): void {
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !loopback) {
    throw new HandoverError("INSECURE_URL", "address: expected https, except on this machine");
  }
}
