/**
 * A meter as the service describes it, in lines for a person.
 *
 * @module
 */
import type { Answer } from "./client.ts";
import { aligned } from "./table.ts";
import { show } from "./text.ts";

/** Words for the fields that a person looks for; what else the service sends comes after. */
const LABELS: Readonly<Record<string, string>> = {
  keyVersion: "key version",
  keyCheckValue: "key check value",
  createdAt: "enrolled",
};

/** One line for each field of a meter. */
export function describeMeter(answer: Answer): string[] {
  return aligned(
    Object.entries(answer).flatMap(([name, value]) => {
      const label = LABELS[name] ?? name;
      // One line for each key version: its fields say themselves what they are.
      return Array.isArray(value)
        ? value.map((item, i) => [i === 0 ? label : "", words(item)] as const)
        : [[label, show(value)] as const];
    }),
  );
}

function words(item: unknown): string {
  return typeof item === "object" && item !== null
    ? Object.values(item).map(show).join(" ")
    : show(item);
}
