/**
 * Where a webhook may go: public addresses, and networks that the operator has named.
 *
 * Judged by the address that was resolved, never by the name: any name may resolve to the inside
 * (server-side request forgery). IPv6 is an allow-list, because only 2000::/3 is global unicast.
 *
 * @module
 */
import { BlockList, isIP } from "node:net";

/** IANA special-purpose registries (RFC 6890); 168.63.129.16 is Azure's metadata address. */
const CLOSED_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Within 2000::/3: IETF assignments with Teredo, documentation, 6to4, which embeds IPv4. */
const CLOSED_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const closed = blockList([...CLOSED_V4, ...CLOSED_V6]);
const global = blockList(["2000::/3"]);

export type Networks = BlockList;

/** Reads networks such as `10.1.0.0/16`; an address alone is a network of one. Null for others. */
export function parseNetworks(list: readonly string[]): Networks | null {
  return list.every(isNetwork) ? blockList(list) : null;
}

/** Tells whether a webhook may connect to this address. */
export function isOpenAddress(address: string, allowed: Networks): boolean {
  const family = isIP(address);
  // A zone (`fe80::1%eth0`) names a link of this machine.
  if (family === 0 || address.includes("%")) {
    return false;
  }
  const kind = family === 4 ? "ipv4" : "ipv6";
  if (allowed.check(address, kind)) {
    return true;
  }
  return family === 4
    ? !closed.check(address, kind)
    : global.check(address, kind) && !closed.check(address, kind);
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  const isPrefix =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return family !== 0 && rest.length === 0 && isPrefix && !address.includes("%");
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const [address = "", bits] = text.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, Number(bits ?? (family === "ipv4" ? 32 : 128)), family);
  }
  return list;
}
