/**
 * `meterseal status`: how the service is, and what somebody should act on.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { run } from "../context.ts";
import { describeStatus } from "../status-text.ts";

/** Adds the verb; it ends with 1 while the service is locked. */
export function addStatus(program: Command): void {
  program
    .command("status")
    .description(
      "say how the service is: locks, log, disk, exchange, witnesses, certificates, links",
    )
    .action(
      run(async ({ client, output }) => {
        const answer = await (await client()).call("GET", pathOf(["v1", "status"]));
        await output.result(answer, () => describeStatus(answer, Date.now()));
        return answer["locked"] === true ? 1 : 0;
      }),
    );
}
