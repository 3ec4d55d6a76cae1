/**
 * `meterseal meter …`: enrol, list, show, rotate, retire. Import has a file of its own.
 *
 * No command here prints a key: the check value is what two people compare by phone.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { run } from "../context.ts";
import { field, printList } from "../listing.ts";
import { aligned } from "../table.ts";
import { show } from "../text.ts";
import { addMeterImport } from "./meter-import.ts";

const METER = "its id, address or name";

/** Adds the noun `meter`. */
export function addMeterCommands(program: Command): void {
  const noun = program.command("meter").description("meters and their keys");
  addEnrol(noun);
  addMeterImport(noun);
  addList(noun);

  noun
    .command("show")
    .description("show a meter, its state and its key versions")
    .argument("<meter>", METER)
    .action(
      run(async ({ client, output }, meter) => {
        const answer = await (await client()).call("GET", pathOf(["v1", "meters", meter]));
        await output.result(answer, () => describe(answer));
        return 0;
      }),
    );

  noun
    .command("rotate")
    .description("generate the next key of a meter; the old one stays until the new one is heard")
    .argument("<meter>", METER)
    .action(
      run(async ({ client, output }, meter) => {
        const path = pathOf(["v1", "meters", meter, "rotate"]);
        const answer = await (await client()).call("POST", path);
        await output.result(answer, () => describe(answer));
        return 0;
      }),
    );

  noun
    .command("retire")
    .description("take a meter out of use: its frames are refused and no link carries its keys")
    .argument("<meter>", METER)
    .action(
      run(async ({ client, output }, meter) => {
        const path = pathOf(["v1", "meters", meter, "retire"]);
        const answer = await (await client()).call("POST", path);
        await output.result(answer, () => describe(answer));
        return 0;
      }),
    );
}

function addEnrol(noun: Command): void {
  noun
    .command("enrol")
    .description("enrol a meter and generate its key, which nobody sees")
    .argument("<address>", "KAM-76348799, st:4B414D4501349083 or eui:…")
    .requiredOption("--customer <id>", "the owner, cus_…")
    .option("--profile <profile>", "how it encrypts; by default what its address suggests")
    .option("--name <text>", "a name to call it by")
    .option("--order <text>", "the order it belongs to")
    .option("--allow-unauthenticated", "accept frames without authentication")
    .action(
      run(async ({ client, flag, option, output }, address) => {
        const body = {
          customer: option("customer"),
          address,
          profile: option("profile"),
          name: option("name"),
          order: option("order"),
          allowUnauthenticated: flag("allowUnauthenticated") || undefined,
        };
        const answer = await (await client()).call("POST", pathOf(["v1", "meters"]), body);
        await output.result(answer, () => describe(answer));
        return 0;
      }),
    );
}

function addList(noun: Command): void {
  noun
    .command("list")
    .description("list meters")
    .option("--customer <id>", "only this customer's")
    .option("--order <text>", "only this order's")
    .action(
      run(async (context) => {
        const { option } = context;
        const query = { customer: option("customer"), order: option("order") };
        await printList(context, "meters", query, [
          field("METER", "meter"),
          field("ADDRESS", "address"),
          field("PROFILE", "profile"),
          field("STATUS", "status"),
          field("KEY", "keyVersion"),
          field("NAME", "name", { clips: true }),
          field("ORDER", "order", { clips: true }),
        ]);
        return 0;
      }),
    );
}

/** Words for the fields that a person looks for; what else the service sends comes after. */
const LABELS: Readonly<Record<string, string>> = {
  keyVersion: "key version",
  keyCheckValue: "key check value",
  createdAt: "enrolled",
};

function describe(answer: Answer): string[] {
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
