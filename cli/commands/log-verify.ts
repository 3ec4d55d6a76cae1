/**
 * `meterseal log verify`: checks the log of a data directory, the service running or not.
 *
 * Without `--key` and `--checkpoint` it trusts what lies in that directory, and says so.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { VerifyReport } from "../../src/programs/verify-log.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { count, printable } from "../text.ts";

/** Adds the verb `verify` to the noun `log`. */
export function addLogVerify(noun: Command): void {
  noun
    .command("verify")
    .description("verify every entry, every checkpoint and the rows they vouch for")
    .option("--key <vkey>", "the log's key as init printed it, kept elsewhere")
    .option("--checkpoint <file>", "a checkpoint of this log, kept elsewhere")
    .option("--dir <dir>", "comes with a later release")
    .action(
      run(async (context) => {
        const { option, output } = context;
        if (option("dir") !== undefined || option("url") !== undefined) {
          const name = option("dir") === undefined ? "--url" : "--dir";
          throw new Misuse(`${name}: comes with a later release, use --data`);
        }
        const vkey = option("key");
        const checkpoint = option("checkpoint");
        const pins = {
          ...(vkey === undefined ? {} : { vkey }),
          ...(checkpoint === undefined ? {} : { checkpoint: await readPin(checkpoint) }),
        };
        const config = context.config();
        const { verifyDataDirectory } = await import("../../src/programs/verify-log.ts");
        const progress = await startProgress("entries", null);
        let report: VerifyReport;
        try {
          report = await verifyDataDirectory(config, pins, progress.at);
        } finally {
          progress.stop();
        }
        await output.result(report, () => describe(report));
        return report.ok ? 0 : 1;
      }),
    );
}

async function readPin(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Misuse("--checkpoint: the file cannot be read");
  }
}

function describe({ ok, size, root, trust, unsigned, problems }: VerifyReport): string[] {
  const waiting =
    unsigned === 0 ? "all are signed" : `the last ${unsigned} not yet under a signed checkpoint`;
  const verdict = ok
    ? `The log is whole: ${count(size, "entry").replace(/entrys$/, "entries")}, ${waiting}.`
    : `The log is NOT whole: ${count(problems.length, "problem")} in ${size} entries.`;
  return [
    `${verdict} Trusted: ${printable(trust)}. Root: ${root}`,
    ...problems.map(({ index, code, detail }) => `entry ${index}: ${code} ${printable(detail)}`),
  ];
}
