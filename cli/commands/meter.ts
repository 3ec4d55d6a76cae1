/**
 * `meterseal meter …`: list, show, rotate, retire. The larger commands have files of their own.
 *
 * No command here prints a key: the check value is what two people compare by phone.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { run } from "../context.ts";
import { field, printList } from "../listing.ts";
import { describeMeter } from "../meter-text.ts";
import { count } from "../text.ts";
import { addMeterCheck } from "./meter-check.ts";
import { addMeterEnrol } from "./meter-enrol.ts";
import { addMeterHolders } from "./meter-holders.ts";
import { addMeterImport } from "./meter-import.ts";
import { addMeterUnknown } from "./meter-unknown.ts";

const METER = "its id, address or name";

/** Adds the noun `meter`. */
export function addMeterCommands(program: Command): void {
  const noun = program.command("meter").description("meters and their keys");
  addMeterEnrol(noun);
  addMeterImport(noun);
  addList(noun);
  addMeterUnknown(noun);
  addMeterCheck(noun);
  addMeterHolders(noun);

  noun
    .command("show")
    .description("show a meter, its state and its key versions")
    .argument("<meter>", METER)
    .action(
      run(async ({ client, output }, meter) => {
        const answer = await (await client()).call("GET", pathOf(["v1", "meters", meter]));
        await output.result(answer, () => describeMeter(answer));
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
        await output.result(answer, () => describeMeter(answer));
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
        await output.result(answer, () => describeMeter(answer));
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
    .option("--unheard", "only those in use of which no frame was ever opened")
    .action(
      run(async (context) => {
        const { flag, option, output } = context;
        const isUnheard = flag("unheard");
        const query = {
          customer: option("customer"),
          order: option("order"),
          unheard: isUnheard ? "true" : undefined,
        };
        const { printed } = await printList(context, "meters", query, [
          field("METER", "meter"),
          field("ADDRESS", "address"),
          field("PROFILE", "profile"),
          field("KIND", "kind"),
          field("STATUS", "status"),
          field("KEY", "keyVersion"),
          field("NAME", "name", { clips: true }),
          field("ORDER", "order", { clips: true }),
        ]);
        if (isUnheard && printed > 0) {
          output.note(`${count(printed, "meter")} never heard`);
        }
        return 0;
      }),
    );
}
