/**
 * `meterseal link list | show`: the life of links, without what opens them.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { LINK_STATES } from "../../src/handover/context.ts";
import { type Answer, pathOf } from "../client.ts";
import { run } from "../context.ts";
import { field, printList } from "../listing.ts";
import { aligned } from "../table.ts";
import { count, shortTime, show } from "../text.ts";

/** Adds the verbs `list` and `show` to the noun `link`. */
export function addLinkList(noun: Command): void {
  noun
    .command("list")
    .description("list the links, without their secrets")
    .addOption(new Option("--state <state>", "only those in this state").choices(LINK_STATES))
    .option("--customer <id>", "only this customer's")
    .option("--order <text>", "only those for the meters of this order")
    .action(
      run(async (context) => {
        const { option } = context;
        const query = {
          state: option("state"),
          customer: option("customer"),
          order: option("order"),
        };
        await printList(context, "links", query, [
          field("REFERENCE", "reference"),
          field("STATE", "state"),
          field("METERS", "meters"),
          field("OPENED", "opened"),
          field("DISCLOSED", "disclosed", { format: (value) => (value === true ? "yes" : "no") }),
          field("EXPIRES", "expiresAt", { format: shortTime }),
          { title: "NOTE", value: trouble },
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
        await output.result(answer, () => aligned(describe(answer)));
        return 0;
      }),
    );
}

/** The one thing that somebody should look at; `show` has the rest. */
function trouble({ conflicts, tries }: Answer): string {
  if (typeof conflicts === "number" && conflicts > 0) {
    return count(conflicts, "conflict");
  }
  return typeof tries === "number" && tries > 0 ? count(tries, "wrong PIN") : "";
}

/** Only what there is to say; times to the second in UTC, as the log has them. */
function describe(link: Answer): (readonly [string, string])[] {
  const { opened, receipt } = link;
  const looks =
    opened === 0
      ? "never"
      : `${count(Number(opened), "time")}, first ${show(link["firstOpenedAt"])}, last ${show(link["lastOpenedAt"])}`;
  const pairs: (readonly [string, unknown])[] = [
    ["reference", link["reference"]],
    ["state", link["state"]],
    ["keys", link["disclosure"]],
    ["to", link["to"]],
    ["purpose", link["purpose"]],
    ["customer", link["customer"]],
    ["order", link["order"]],
    ["meters", link["meters"]],
    ["created", link["createdAt"]],
    ["expires", link["expiresAt"]],
    ["opened", looks],
    ["wrong PINs", link["tries"]],
    ["conflicts", link["conflicts"]],
    ["repeated", link["replayed"]],
    ["claimed", link["claimedAt"]],
    ["to confirm by", link["state"] === "claimed" ? link["windowEndsAt"] : null],
    ["confirmed", link["confirmedAt"]],
    [String(link["state"]), link["endedAt"]],
    ["revoked", link["revokedAt"]],
    ["receipt", receipt === null ? null : receiptText(receipt)],
    ["supersedes", link["supersedes"]],
    ["superseded by", link["supersededBy"]],
    ["in the log", link["link"]],
  ];
  return pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== 0)
    .map(([name, value]) => [name, show(value)] as const);
}

function receiptText(receipt: unknown): string {
  const { verified, name, at } = (receipt ?? {}) as Answer;
  return verified === true
    ? `verified, signed as ${show(name)} at ${show(at)}`
    : "does not fit: no proof of delivery";
}
