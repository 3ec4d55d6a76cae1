/**
 * `meterseal log export DIR`: the whole log as files, for whoever checks it without the service.
 *
 * @module
 */
import type { Command } from "commander";
import { run } from "../context.ts";
import { type Exported, exportLog } from "../log/export-log.ts";
import { openMirror } from "../log/mirror.ts";
import { type Progress, startProgress } from "../progress.ts";
import { count, printable } from "../text.ts";

/** Adds the verb `export` to the noun `log`. */
export function addLogExport(noun: Command): void {
  noun
    .command("export")
    .description("copy the log into a directory (C2SP tlog-tiles), or add what is new to it")
    .argument("<dir>", "an empty directory, or an earlier export of this log")
    .option("--key <vkey>", "the log's key as init printed it, kept elsewhere")
    .action(
      run(async (context, dir = "") => {
        const { output } = context;
        const mirror = await openMirror(dir);
        let progress: Progress | null = null;
        let exported: Exported;
        try {
          exported = await exportLog(
            await context.client(),
            mirror,
            context.option("key"),
            async (entries) => {
              progress = await startProgress("entries", entries);
              return progress.at;
            },
          );
        } finally {
          (progress as Progress | null)?.stop();
        }
        const { size, trust, fetched, kept, pruned } = exported;
        const root = Buffer.from(exported.root).toString("base64");
        await output.result({ dir, size, root, trust, fetched, kept, pruned }, () => [
          `${count(size, "entry").replace(/entrys$/, "entries")} in ${printable(dir)}: ` +
            `${count(fetched, "file")} fetched, ${kept} there before` +
            `${pruned === 0 ? "" : `, ${pruned} entries pruned`}.`,
          `Trusted: ${trust}. Root: ${root}`,
        ]);
        return 0;
      }),
    );
}
