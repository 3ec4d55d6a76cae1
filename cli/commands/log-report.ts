/**
 * `meterseal log report --from --to`: what an auditor takes away.
 *
 * @module
 */
import { mkdir, readFile, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { preparePrivateFile } from "../private-file.ts";
import { reportFiles } from "../report/files.ts";
import { gatherReport } from "../report/gather.ts";
import { parsePeriod } from "../report/period.ts";
import { count } from "../text.ts";

/** Adds the verb `report` to the noun `log`. */
export function addLogReport(noun: Command): void {
  noun
    .command("report")
    .description("write a report of a time: releases, refusals, changes, key ages, proven samples")
    .requiredOption("--from <day>", "first day (UTC), or an RFC 3339 time")
    .requiredOption("--to <day>", "last day (UTC), or an RFC 3339 time that is not part of it")
    .requiredOption("--out <dir>", "a new directory for report.html, CSV files and proofs")
    .option("--key <vkey>", "the log's key as init printed it, kept elsewhere")
    .option("--checkpoint <file>", "an older checkpoint of this log, kept elsewhere")
    .action(
      run(async (context) => {
        const { option, output } = context;
        const period = parsePeriod(option("from") ?? "", option("to") ?? "");
        const out = option("out") ?? "";
        const file = option("checkpoint");
        const pins = {
          vkey: option("key"),
          checkpoint: file === undefined ? undefined : await readCheckpoint(file),
        };
        await makeFolder(out);
        const report = await context
          .client()
          .then((client) =>
            gatherReport(client, period, pins, (what) => {
              if (process.stderr.isTTY === true) {
                output.note(`asking for ${what}`);
              }
            }),
          )
          .catch(async (error: unknown) => {
            // Nothing is in it yet; the next try wants the name.
            await rmdir(out).catch(() => undefined);
            throw error;
          });
        for (const [name, content] of reportFiles(report)) {
          const path = join(out, name);
          await mkdir(dirname(path), { recursive: true, mode: 0o700 });
          await (await preparePrivateFile(path, "--out", false)).commit(content);
        }
        const { head, releases, refusals, changes, samples } = report;
        const summary = {
          out,
          size: head.size,
          root: head.root,
          releases: releases.length,
          refusals: refusals.length,
          changes: changes.length,
          samples: samples.length,
        };
        await output.result(summary, () => [
          `${count(releases.length, "release")}, ${count(refusals.length, "refusal")}, ` +
            `${count(changes.length, "change")}, ${count(samples.length, "sample")} proven under ` +
            `the signed head of ${head.size} entries.`,
          `The report is ${join(out, "report.html")}`,
        ]);
        return 0;
      }),
    );
}

async function readCheckpoint(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Misuse("--checkpoint: the file cannot be read");
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch {
    throw new Misuse("--out: expected a directory that does not exist yet, in one that does");
  }
}
