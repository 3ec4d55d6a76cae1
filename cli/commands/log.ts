/**
 * `meterseal log list | verify | resume`: who touched which key, and whether anybody changed the answer.
 *
 * @module
 */
import type { Command } from "commander";
import type { Answer } from "../client.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { field, printList } from "../listing.ts";
import { show } from "../text.ts";
import { addLogResume } from "./log-resume.ts";
import { addLogVerify } from "./log-verify.ts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What the last column has room for; `--json` has everything. */
const DETAILS = ["code", "meter", "reference", "frames", "count", "imported", "token"] as const;

/** Adds the noun `log`. */
export function addLogCommands(program: Command): void {
  const noun = program.command("log").description("the activity log");

  noun
    .command("list")
    .description("list entries, oldest first")
    .option("--meter <meter>", "only where this meter's keys were touched")
    .option("--actor <id>", "only by this token or link")
    .option("--action <action>", "only this action")
    .option("--since <time>", "only from this RFC 3339 time on, or the last 90d, 12h, 30m")
    .action(
      run(async (context) => {
        const { option } = context;
        const query = {
          meter: option("meter"),
          actor: option("actor"),
          action: option("action"),
          from: parseSince(option("since"), Date.now()),
        };
        await printList(context, "activity", query, [
          field("INDEX", "index"),
          { title: "TIME", value: (item) => show(entryOf(item)["at"]).replace(/\.\d+Z$/, "Z") },
          { title: "ACTOR", value: (item) => show(entryOf(item)["actor"]) },
          { title: "ACTION", value: (item) => show(entryOf(item)["action"]) },
          { title: "DETAILS", clips: true, value: detailsOf },
        ]);
        return 0;
      }),
    );

  addLogVerify(noun);
  addLogResume(noun);
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
function parseSince(text: string | undefined, now: number): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ago = amount === undefined || unit === undefined ? null : Number(amount) * UNIT_MS[unit]!;
  const time = ago === null ? Date.parse(/^\d{4}-\d\d-\d\d/.test(text) ? text : "") : now - ago;
  if (Number.isNaN(time)) {
    throw new Misuse("--since: expected an RFC 3339 time, or a span like 90d, 12h, 30m");
  }
  return new Date(time).toISOString();
}
