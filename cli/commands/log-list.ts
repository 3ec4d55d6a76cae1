/**
 * `meterseal log list`: who touched which key, refusals, everything somebody did.
 *
 * @module
 */
import type { Command } from "commander";
import type { Answer } from "../client.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { field, printList } from "../listing.ts";
import { show } from "../text.ts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What the last column has room for; `--json` has everything. */
const DETAILS = ["code", "meter", "reference", "frames", "count", "imported", "token"] as const;

/** Adds the verb `list` to the noun `log`. */
export function addLogList(noun: Command): void {
  noun
    .command("list")
    .description("list entries, oldest first")
    .option("--meter <meter>", "only where this meter's keys were touched")
    .option("--actor <id>", "only by this token or link")
    .option("--action <action>", "only this action")
    .option("--customer <id>", "only of this customer")
    .option("--code <code>", "only with this code of a refusal or failure")
    .option("--outcome <outcome>", "only ok, refused or failed")
    .option("--reference <reference>", "only about this link")
    .option("--since <time>", "only from this RFC 3339 time on, or the last 90d, 12h, 30m")
    .option("--until <time>", "only before this RFC 3339 time, or so long ago")
    .option("--newest", "newest first")
    .action(
      run(async (context) => {
        const { option } = context;
        const isNewestFirst = context.flag("newest");
        const query = {
          meter: option("meter"),
          actor: option("actor"),
          action: option("action"),
          customer: option("customer"),
          code: option("code"),
          outcome: option("outcome"),
          reference: option("reference"),
          from: parseTime("--since", option("since"), Date.now()),
          to: parseTime("--until", option("until"), Date.now()),
          order: isNewestFirst ? "desc" : undefined,
        };
        const columns = [
          field("INDEX", "index"),
          {
            title: "TIME",
            value: (item: Answer) => show(entryOf(item)["at"]).replace(/\.\d+Z$/, "Z"),
          },
          { title: "ACTOR", value: (item: Answer) => show(entryOf(item)["actor"]) },
          { title: "ACTION", value: (item: Answer) => show(entryOf(item)["action"]) },
          { title: "DETAILS", clips: true, value: detailsOf },
        ];
        const page = isNewestFirst ? "before" : "after";
        await printList(context, "activity", query, columns, page);
        return 0;
      }),
    );
}

function entryOf(item: Answer): Answer {
  const entry = item["entry"];
  return typeof entry === "object" && entry !== null ? (entry as Answer) : {};
}

/** What did not go well comes first. */
function detailsOf(item: Answer): string {
  const entry = entryOf(item);
  const outcome = entry["outcome"] === "ok" ? [] : [show(entry["outcome"])];
  const values = DETAILS.flatMap((name) => (name in entry ? [show(entry[name])] : []));
  return [...outcome, ...values].join(" ");
}

/** The log compares times in one fixed form, so every other form is brought into it. */
function parseTime(name: string, text: string | undefined, now: number): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ago = amount === undefined || unit === undefined ? null : Number(amount) * UNIT_MS[unit]!;
  const time = ago === null ? Date.parse(/^\d{4}-\d\d-\d\d/.test(text) ? text : "") : now - ago;
  if (Number.isNaN(time)) {
    throw new Misuse(`${name}: expected an RFC 3339 time, or a span like 90d, 12h, 30m`);
  }
  return new Date(time).toISOString();
}
