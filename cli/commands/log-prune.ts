/**
 * `meterseal log prune propose | approve | list`: entries that are older than the policy keeps.
 *
 * Two tokens are needed. What goes are the entries themselves; the tree of hashes stays, so every
 * proof of a kept entry and every old checkpoint stays valid.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { demandConfirmation } from "../confirm.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { field, printList } from "../listing.ts";
import { aligned } from "../table.ts";
import { shortTime, show } from "../text.ts";

/** Adds the noun `prune` to the noun `log`. */
export function addLogPrune(log: Command): void {
  const noun = log.command("prune").description("let old entries go, with two people's consent");

  noun
    .command("propose")
    .description("say what would go; nothing goes before another token approves it")
    .option("--before <date>", "only entries from before this day or RFC 3339 time")
    .action(
      run(async ({ client, option, output }) => {
        const body = { before: readDate(option("before")) };
        const path = pathOf(["v1", "activity", "prunes"]);
        const answer = await (await client()).call("POST", path, body);
        await output.result(answer, () =>
          aligned([
            ["proposal", show(answer["id"])],
            ["would go", `${show(answer["entries"])} entries, below ${show(answer["below"])}`],
            ["dated until", show(answer["until"])],
            ["approve until", show(answer["expiresAt"])],
          ]),
        );
        output.note("Nothing goes before somebody approves it with another token.");
        return 0;
      }),
    );

  noun
    .command("approve")
    .description("approve a proposal; the entries go at once and for good")
    .argument("<id>", "of the proposal, prn_…")
    .option("--yes", "do not ask")
    .action(
      run(async (context, id) => {
        const { client, output } = context;
        await demandConfirmation(context, "The entries below it are gone for good.");
        const path = pathOf(["v1", "activity", "prunes", id, "approve"]);
        const answer = await (await client()).call("POST", path);
        await output.result(answer, () => [
          `${show(answer["entries"])} entries are pruned, all below ${show(answer["below"])}`,
        ]);
        return 0;
      }),
    );

  noun
    .command("list")
    .description("list proposals, newest first")
    .action(
      run(async (context) => {
        const { last } = await printList(context, "activity/prunes", {}, [
          field("ID", "id"),
          field("STATE", "state"),
          field("BELOW", "below"),
          field("PROPOSED", "proposedAt", { format: shortTime }),
          field("BY", "proposedBy", { clips: true }),
        ]);
        context.output.note(`the log begins at entry ${show(last["below"])}`);
        return 0;
      }),
    );
}

function readDate(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = Date.parse(/^\d{4}-\d\d-\d\d/.test(text) ? text : "");
  if (Number.isNaN(time)) {
    throw new Misuse("--before: expected a day like 2026-01-31, or an RFC 3339 time");
  }
  return new Date(time).toISOString();
}
