/**
 * Masks addresses: enough to tell one's own network from a foreign one, too little for a person.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "node:net";

/** /24 of an IPv4 address, /48 of an IPv6 address. */
export function maskNetwork(address: string | undefined): string {
  const plain = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (isIPv4(plain)) {
    return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  }
  return isIPv6(plain) ? `${groups(plain).slice(0, 3).join(":")}::/48` : "unknown";
}

/** /64 of an IPv6 address, the whole of an IPv4 one: what one customer has to itself. */
export function rateLimitKey(address: string | undefined): string {
  const plain = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return isIPv6(plain) ? groups(plain).slice(0, 4).join(":") : plain;
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2) without leading zeros. */
function groups(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
