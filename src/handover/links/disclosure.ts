/**
 * What became of a package, in words that a person can act on.
 *
 * @module
 */
import type { LinkRow } from "../context.ts";

/** Says whether the keys of a link are with somebody, and whether that is known. */
export function disclosureOf({
  state,
  disclosed,
  claimed_at: claimedAt,
}: Pick<LinkRow, "state" | "disclosed" | "claimed_at">): string {
  if (!disclosed) {
    return "was not disclosed";
  }
  switch (state) {
    case "confirmed":
      return "was disclosed, receipt confirmed";
    case "claimed":
      return "was disclosed, receipt not confirmed yet";
    case "lapsed":
      return "treat as disclosed, not known delivered";
    default:
      return claimedAt === null
        ? "treat as disclosed, nobody can say whether it was collected"
        : "was disclosed";
  }
}
