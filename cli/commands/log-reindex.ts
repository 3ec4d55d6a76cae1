/**
 * `meterseal log reindex`: drops the index over the log and makes it again from the entries.
 *
 * @module
 */
import type { Command } from "commander";
import { run } from "../context.ts";
import { startProgress } from "../progress.ts";
import { show } from "../text.ts";

/** Adds the verb `reindex` to the noun `log`. */
export function addLogReindex(noun: Command): void {
  noun
    .command("reindex")
    .description("drop the index over the log and make it again; the service goes on meanwhile")
    .action(
      run(async ({ client, output }) => {
        const service = await client();
        const progress = await startProgress("making the index again, seconds", null);
        let seconds = 0;
        const timer = setInterval(() => progress.at(++seconds), 1000);
        try {
          const answer = await service.call("POST", "/v1/activity/reindex");
          await output.result(answer, () => [
            `The index is made again: as of entry ${show(answer["size"])}.`,
          ]);
        } finally {
          clearInterval(timer);
          progress.stop();
        }
        return 0;
      }),
    );
}
