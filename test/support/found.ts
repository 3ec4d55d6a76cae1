/**
 * What a reader found, in few words.
 *
 * @module
 */
import type { Found } from "../../src/handover/formats/read-contract.ts";

/** `1 KAM-76348799 KEY_UNUSED` or `2 KEY_MISSING`. */
export function outcome(found: Found): string {
  return "row" in found
    ? [found.line, found.row.address, ...(found.warnings ?? []).map(({ code }) => code)].join(" ")
    : `${found.line} ${found.rejected.code}`;
}
