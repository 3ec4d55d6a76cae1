/**
 * Meters that the chosen form cannot hold with all their keys: said to whoever collects, and kept collectable.
 *
 * Confirming erases the package, so nothing is confirmed while a key has not been written. The
 * claim goes into a private file, with which the same link gives the keys in another form until
 * its window ends.
 *
 * @module
 */
import {
  type ExportFormat,
  FormatError,
  type RefusedMeter,
} from "../../src/handover/formats/contract.ts";
import { codeOf, Refusal } from "../errors.ts";
import type { Output } from "../output.ts";
import { createTable } from "../table.ts";
import { count, shortTime } from "../text.ts";

const REASONS: Readonly<Record<RefusedMeter["code"], string>> = {
  KEY_LENGTH: "another length of key than the program takes",
  KEY_TYPE: "a kind of key that the program does not know",
  MASTER_KEY: "written, but for its master key, which no reader needs",
  ADDRESS_KIND: "an address by which the program cannot name it",
};

/** How to get the keys after all. */
export interface SecondChance {
  readonly windowEndsAt: string;
  /** File with the claim; null when there is none. */
  readonly resume: string | null;
}

/** Names the meters, and makes the failure that says how to get their keys. */
export function refusedMeters(
  output: Output,
  { id }: ExportFormat,
  refused: readonly RefusedMeter[],
  chance: SecondChance,
): Refusal {
  const table = createTable<RefusedMeter>([
    { title: "SERIAL", value: ({ serial }) => serial },
    { title: "CODE", value: ({ code }) => code },
    { title: "WHY", value: ({ code }) => REASONS[code], clips: true },
  ]);
  for (const line of table(refused)) {
    output.note(line);
  }
  const what = `the ${id} file lacks keys of ${count(refused.length, "meter")}`;
  return new Refusal("METERS_REFUSED", `${what}; ${sentence(chance)}`);
}

/** The failure of a form that was tried and could not write these keys all the same. */
export function notWritten(error: unknown, chance: SecondChance): Refusal {
  const what = error instanceof FormatError ? error.message : "the keys were not written";
  return new Refusal(codeOf(error) ?? "NOT_WRITTEN", `${what}; ${sentence(chance)}`);
}

function sentence({ windowEndsAt, resume }: SecondChance): string {
  const unconfirmed = "receipt is not confirmed";
  return resume === null
    ? unconfirmed
    : `${unconfirmed}, collect all with --format json and --resume ${resume} until ${shortTime(windowEndsAt)}`;
}
