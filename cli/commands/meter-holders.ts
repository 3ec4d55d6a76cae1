/**
 * `meterseal meter holders METER`: who holds a copy of this meter's key, since when, by which
 * order, with what receipt.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { run } from "../context.ts";
import { createTable, hanging } from "../table.ts";
import { show } from "../text.ts";

/** Adds the verb `holders` to the noun `meter`. */
export function addMeterHolders(noun: Command): void {
  noun
    .command("holders")
    .description("say who holds a copy of a meter's key, since when, with receipts")
    .argument("<meter>", "its id, address or name")
    .action(
      run(async ({ client, output }, meter) => {
        const path = pathOf(["v1", "meters", meter, "holders"]);
        const answer = await (await client()).call("GET", path);
        await output.result(answer, () => describe(answer));
        return 0;
      }),
    );
}

const table = () =>
  createTable<Answer>([
    { title: "HOLDS", value: ({ holds }) => show(holds) },
    {
      title: "WHO",
      clips: true,
      value: ({ kind, to }) =>
        kind === "supplier"
          ? "whoever made the key"
          : to === null
            ? "(erased or restricted)"
            : show(to),
    },
    { title: "SINCE", value: ({ since }) => (since === null ? "-" : show(since).slice(0, 16)) },
    {
      title: "KEY",
      value: ({ keyVersions }) => (Array.isArray(keyVersions) ? keyVersions.join(" ") : ""),
    },
    {
      title: "REFERENCE",
      value: ({ reference }) => (reference === undefined ? "-" : show(reference)),
    },
    { title: "ENTRY", value: ({ entry }) => (entry === null ? "pruned" : show(entry)) },
    { title: "RECEIPT", clips: true, value: receiptOf },
  ]);

function describe(answer: Answer): string[] {
  const holders = answer["holders"] as readonly Answer[];
  const outside = holders.filter(({ holds }) => holds === "yes" || holds === "unknown").length;
  const name = answer["name"] === null ? "" : ` (${show(answer["name"])})`;
  return [
    ...hanging(
      "",
      `${show(answer["address"])}${name}, as of entry ${show(answer["size"])} of the log:`,
    ),
    outside === 0
      ? "Nobody outside holds its key."
      : `${outside} outside hold its key, or must be taken to hold it.`,
    ...(holders.length === 0 ? [] : ["", ...table()(holders)]),
  ];
}

function receiptOf({ receipt, disclosure }: Answer): string {
  const given = receipt as Answer | null | undefined;
  return given === null || given === undefined
    ? show(disclosure)
    : given["verified"] === true
      ? `by ${show(given["name"])}, ${show(given["at"]).slice(0, 16)}`
      : "did not verify";
}
