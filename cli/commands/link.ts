/**
 * `meterseal link create | list | show | revoke`: hands keys over by one-time links.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { type Context, run, textField } from "../context.ts";
import { Misuse } from "../errors.ts";
import { field, printList } from "../listing.ts";
import { aligned } from "../table.ts";
import { shortTime, show } from "../text.ts";
import { addLinkCollect } from "./link-collect.ts";

/** Adds the noun `link`. */
export function addLinkCommands(program: Command): void {
  const noun = program.command("link").description("one-time links that hand keys over");
  addCreate(noun);

  noun
    .command("list")
    .description("list the links, without their secrets")
    .action(
      run(async (context) => {
        await printList(context, "links", {}, [
          field("REFERENCE", "reference"),
          field("STATE", "state"),
          field("METERS", "meters"),
          field("OPENED", "opened"),
          field("EXPIRES", "expiresAt", { format: shortTime }),
          field("TO", "to", { clips: true }),
          field("PURPOSE", "purpose", { clips: true }),
        ]);
        return 0;
      }),
    );

  noun
    .command("show")
    .description("show a link: its state, who it was for, whether it was collected")
    .argument("<ref>", "its reference")
    .action(
      run(async ({ client, output }, reference) => {
        const answer = await (await client()).call("GET", pathOf(["v1", "links", reference]));
        await output.result(answer, () =>
          aligned(Object.entries(answer).map(([name, value]) => [name, show(value)] as const)),
        );
        return 0;
      }),
    );

  noun
    .command("revoke")
    .description("end a link; keys that were collected before stay disclosed")
    .argument("<ref>", "its reference")
    .action(
      run(async ({ client, output }, reference) => {
        const answer = await (await client()).call("DELETE", pathOf(["v1", "links", reference]));
        await output.result(answer, () => [
          `link ${show(answer["reference"] ?? reference)} is ${show(answer["state"] ?? "revoked")}`,
        ]);
        return 0;
      }),
    );

  addLinkCollect(noun);
}

function addCreate(noun: Command): void {
  noun
    .command("create")
    .description("seal keys into a package and make its link and PIN; both are shown once")
    .requiredOption("--customer <id>", "whose meters, cus_…")
    .option("--all", "every meter that is not retired")
    .option("--meters <list>", "these meters, separated by commas")
    .option("--order <text>", "the meters of this order")
    .requiredOption("--to <text>", "who receives the keys; shown before the PIN is asked for")
    .requiredOption("--purpose <text>", "on which order, why")
    .option("--expires <time>", "90d, 12h, 30m or an RFC 3339 time; by default 7d")
    .option("--recipient <id>", "encrypt to this enrolled recipient's own key, rcp_…")
    .action(
      run(async (context) => {
        const { client, option, output } = context;
        const body = {
          customer: option("customer"),
          ...chosenMeters(context),
          to: option("to"),
          purpose: option("purpose"),
          expires: option("expires"),
          recipient: option("recipient"),
        };
        const answer = await (await client()).call("POST", pathOf(["v1", "links"]), body);
        await output.result(answer, () =>
          aligned([
            ["link", textField(answer, "link")],
            ["pin", textField(answer, "pin")],
            ["reference", textField(answer, "reference")],
            ["expires", show(answer["expiresAt"])],
            ["issuer", show(answer["issuer"])],
            ["state", show(answer["state"])],
          ]),
        );
        output.note(
          "Link and PIN are shown only now. Send the link by one channel, PIN and issuer by another.",
        );
        return 0;
      }),
    );
}

function chosenMeters({ flag, option }: Context): Readonly<Record<string, unknown>> {
  const meters = option("meters")
    ?.split(",")
    .map((meter) => meter.trim())
    .filter((meter) => meter !== "");
  const order = option("order");
  const choices = [
    ...(flag("all") ? [{ all: true }] : []),
    ...(meters === undefined ? [] : [{ meters }]),
    ...(order === undefined ? [] : [{ order }]),
  ];
  const [choice] = choices;
  if (choice === undefined || choices.length > 1 || meters?.length === 0) {
    throw new Misuse("expected one of --all, --meters and --order");
  }
  return choice;
}
