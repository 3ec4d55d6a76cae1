/**
 * `meterseal log verify`: checks the log of a data directory, a directory of files, a URL, or
 * proofs that were handed out.
 *
 * Without `--key` and `--checkpoint` it trusts the key that lies beside the log, and says so.
 *
 * @module
 */
import { open } from "node:fs/promises";
import type { Command } from "commander";
import { restoredSentence } from "../../src/activity/verify/loss/restored.ts";
import type { VerifyReport } from "../../src/programs/verify-log.ts";
import { type Context, run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { type Progress, startProgress } from "../progress.ts";
import { hanging } from "../table.ts";
import { count, printable } from "../text.ts";
import { logAddress, oneSource, type Source } from "./log-source.ts";

/** A checkpoint and a verifier key are a few lines, a proof has an entry of 64 kB besides. */
const MAX_FILE = 2_000_000;

/** Adds the verb `verify` to the noun `log`. */
export function addLogVerify(noun: Command): void {
  noun
    .command("verify")
    .description("verify every entry, every hash and checkpoint, and the rows they vouch for")
    .addHelpText(
      "after",
      [
        "",
        "What is verified is one of --data (the default), --dir, --url and --proof.",
        "--url: the log is at URL/log/ if there is a checkpoint, else at URL/.",
        "METERSEAL_TOKEN is sent when the server asks for it.",
      ].join("\n"),
    )
    .option("--dir <dir>", "a copy of the log's files, as log export writes it")
    .option("--proof <file...>", "proofs as log proof writes them; needs --key, --data or --dir")
    .option("--key <vkey>", "the log's key as init printed it, kept elsewhere")
    .option("--checkpoint <file>", "a checkpoint of this log, kept elsewhere")
    .action(
      run(async (context) => {
        const source = oneSource(context);
        const report = await verify(context, source);
        await context.output.result(report, () => describe(report, source));
        return report.ok ? 0 : 1;
      }),
    );
}

async function verify(context: Context, source: Source): Promise<VerifyReport> {
  const { option } = context;
  const vkey = option("key");
  const checkpoint = option("checkpoint");
  const pins = {
    ...(vkey === undefined ? {} : { vkey }),
    ...(checkpoint === undefined ? {} : { checkpoint: await readText(checkpoint, "--checkpoint") }),
  };
  if (source.kind === "proofs") {
    const { verifyProofFiles } = await import("../../src/programs/verify-elsewhere.ts");
    const proofs = [];
    for (const file of source.files) {
      proofs.push({ what: file, text: await readText(file, "--proof") });
    }
    return await verifyProofFiles(proofs, pins, source.keeper);
  }
  if (source.kind === "data") {
    const { verifyDataDirectory } = await import("../../src/programs/verify-log.ts");
    const config = context.config();
    return await withProgress(await startProgress("entries", null), (progress) =>
      verifyDataDirectory(config, pins, progress.at),
    );
  }
  const { verifyPlace } = await import("../../src/programs/verify-elsewhere.ts");
  const place = source.kind === "dir" ? { dir: source.dir } : logAddress(source.url);
  return await withProgress(await startProgress("entries", null), (progress) =>
    verifyPlace(place, pins, progress.at),
  );
}

async function withProgress<T>(progress: Progress, work: (progress: Progress) => Promise<T>) {
  try {
    return await work(progress);
  } finally {
    progress.stop();
  }
}

async function readText(path: string, name: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const buffer = Buffer.alloc(MAX_FILE);
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      read = (await file.read(buffer, length, MAX_FILE - length, null)).bytesRead;
    }
    return buffer.toString("utf8", 0, length);
  } catch {
    throw new Misuse(`${name}: the file cannot be read`);
  }
}

function describe(report: VerifyReport, source: Source): string[] {
  const { ok, size, root, trust, unsigned, problems, restored = [] } = report;
  const said = restoredSentence(restored);
  const entries = count(size, "entry").replace(/entrys$/, "entries");
  const waiting =
    unsigned === 0 ? "all are signed" : `the last ${unsigned} not yet under a signed checkpoint`;
  const verdict =
    source.kind === "proofs"
      ? proofVerdict(report, source.files.length, entries)
      : ok
        ? `The log is whole: ${entries}, ${waiting}.`
        : `The log is NOT whole: ${count(problems.length, "problem")} in ${size} entries.`;
  return [
    `${verdict} Trusted: ${printable(trust)}. Root: ${root}`,
    ...problems.map(({ index, code, detail }) => `entry ${index}: ${code} ${printable(detail)}`),
    // It belongs to a log that has problems, and to one that has none.
    ...(said === null ? [] : hanging("", `The log itself says: ${said}.`)),
  ];
}

function proofVerdict({ ok, problems }: VerifyReport, files: number, entries: string): string {
  return ok
    ? `${count(files, "proof")} verified: what they show is in the log of ${entries}.`
    : `NOT proven: ${count(problems.length, "problem")} in ${count(files, "proof")}.`;
}
