/**
 * The CI fields of EN 13757-7 Table 2 (and OMS Vol. 2): which header follows which CI.
 *
 * Fields outside this table are not guessed: a wrong header form would read a wrong address.
 *
 * @module
 */

/** What follows: a lower layer, a long, short or no TPL header, or a maker's own protocol. */
export type CiKind = "ell" | "nwl" | "afl" | "long" | "short" | "plain" | "vendor" | "unknown";

export interface Ci {
  readonly kind: CiKind;
  readonly name: string;
}

const UNKNOWN: Ci = { kind: "unknown", name: "unknown CI field" };
const TABLE: Ci[] = new Array<Ci>(256).fill(UNKNOWN);

/** Looks a CI field up. */
export function ciOf(ci: number): Ci {
  return TABLE[ci] ?? UNKNOWN;
}

function define(kind: CiKind, names: Readonly<Record<number, string>>): void {
  for (const [ci, name] of Object.entries(names)) {
    TABLE[Number(ci)] = { kind, name };
  }
}

define("ell", {
  134: "extended link layer V (variable length)",
  140: "extended link layer I (2 bytes)",
  141: "extended link layer II (session number and payload CRC)",
  142: "extended link layer III (second address)",
  143: "extended link layer IV (second address, session number and payload CRC)",
});
define("nwl", { 129: "network layer" });
define("afl", { 144: "authentication and fragmentation layer" });
define("long", {
  83: "application reset or select, long header",
  85: "request of selected application, long header",
  91: "command, long header",
  95: "security information, long header",
  96: "COSEM data to the meter, long header",
  100: "OBIS data to the meter, long header",
  108: "clock synchronisation, long header",
  109: "clock adjustment, long header",
  111: "application error, long header",
  114: "M-Bus data, long header",
  115: "compact M-Bus data, long header",
  117: "alarm, long header",
  124: "COSEM data, long header",
  126: "OBIS data, long header",
  128: "pure transport layer to the meter, long header",
  132: "compact M-Bus data to the meter, long header",
  133: "M-Bus data to the meter, long header",
  139: "pure transport layer from the meter, long header",
  193: "image transfer, long header",
  196: "security transfer, long header",
});
define("short", {
  90: "command, short header",
  97: "COSEM data to the meter, short header",
  101: "OBIS data to the meter, short header",
  110: "application error, short header",
  116: "alarm, short header",
  122: "M-Bus data, short header",
  123: "compact M-Bus data, short header",
  125: "COSEM data, short header",
  127: "OBIS data, short header",
  136: "network management, short header",
  138: "pure transport layer from the meter, short header",
  158: "service data, short header",
});
define("plain", {
  80: "application reset or select, no header",
  81: "command, no header",
  82: "selection of a device, no header",
  84: "request of selected application, no header",
  102: "application status, no header",
  105: "format frame, no header",
  112: "application error, no header",
  113: "alarm, no header",
  120: "M-Bus data, no header",
  121: "compact M-Bus data, no header",
});
for (let ci = 0xa0; ci <= 0xb7; ci++) {
  TABLE[ci] = { kind: "vendor", name: "protocol of the maker" };
}
