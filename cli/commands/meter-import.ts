/**
 * `meterseal meter import`: enrols the meters of a CSV file, with or without keys.
 *
 * Rows go out while the file is read. What is printed names lines, never their content.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { type Command, Option } from "commander";
import { type Answer, pathOf, readAnswer } from "../client.ts";
import { type Context, run } from "../context.ts";
import { readCsv } from "../csv.ts";
import { Misuse, Refusal } from "../errors.ts";
import { parseColumns } from "../import-columns.ts";
import { type ImportFindings, openImport, type Remark } from "../import-rows.ts";
import { type Progress, startProgress } from "../progress.ts";
import { count, printable } from "../text.ts";

/** Adds the verb `import` to the noun `meter`. */
export function addMeterImport(noun: Command): void {
  noun
    .command("import")
    .description("enrol the meters of a CSV file; good lines stay when others are rejected")
    .argument(
      "<file>",
      "address, profile, key, auth_key, master_key, name, order; no key = generate",
    )
    .requiredOption("--customer <id>", "the owner, cus_…")
    .option("--profile <profile>", "how they encrypt, where the file does not say")
    .addOption(new Option("--format <format>", "form of the file").choices(["csv"]).default("csv"))
    .option("--columns <pairs>", "the file's own column names: address=Serial,key=DEK,…")
    .option("--order <text>", "the order they belong to, where the file does not say")
    .option("--allow-weak", "accept keys that are known to be published")
    .option("--allow-unauthenticated", "accept frames without authentication")
    .action(run(importFile));
}

async function importFile(context: Context, path = ""): Promise<number> {
  const { client, flag, option, output } = context;
  const columns = option("columns");
  const chosen = columns === undefined ? new Map() : parseColumns(columns);
  const file = await openFile(path);
  const progress = await startProgress("import", (await file.stat()).size);
  try {
    const { findings, lines } = await openImport(readCsv(readAll(file, progress)), chosen);
    if (findings.unused.length > 0) {
      output.note(`columns that are not used, from the left: ${findings.unused.join(", ")}`);
    }
    const query = {
      customer: option("customer"),
      profile: option("profile"),
      order: option("order"),
      allowWeak: flag("allowWeak") ? "true" : undefined,
      allowUnauthenticated: flag("allowUnauthenticated") ? "true" : undefined,
    };
    const service = await client();
    const path = pathOf(["v1", "meters", "import"], query);
    const answer = await readAnswer(await service.stream(path, "application/x-ndjson", lines));
    progress.stop();
    const report = reportOf(answer, findings);
    const refused = findings.rows - report.imported + findings.rejected.length;
    await output.result(report, () => describe(report, refused));
    if (findings.hadKeys) {
      output.note("the file still holds keys: delete it");
    }
    return refused === 0 && report.rejected.length === 0 ? 0 : 1;
  } finally {
    progress.stop();
    await file.close();
  }
}

interface Report {
  readonly imported: number;
  readonly rejected: readonly Remark[];
  readonly warnings: readonly Remark[];
}

function reportOf(answer: Answer, findings: ImportFindings): Report {
  const { imported, rejected, warnings } = answer as Partial<Report>;
  if (typeof imported !== "number" || !Array.isArray(rejected) || !Array.isArray(warnings)) {
    throw new Refusal("BAD_ANSWER", "expected an import report from the service");
  }
  const all = [...rejected, ...findings.rejected].sort((a, b) => a.line - b.line);
  return { imported, rejected: all, warnings };
}

/** The service names ten thousand lines at most, so `refused` may be more than it names. */
function describe({ imported, rejected, warnings }: Report, refused: number): string[] {
  return [
    ...rejected.map(lineOf),
    ...warnings.map((warning) => `${lineOf(warning)} (warning)`),
    `${count(imported, "meter")} imported, ${refused} rejected, ${count(warnings.length, "warning")}`,
  ];
}

function lineOf({ line, code, detail }: Remark): string {
  return printable(`line ${line}: ${code} ${detail}`);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch {
    throw new Misuse("the file cannot be read");
  }
}

async function* readAll(file: FileHandle, progress: Progress): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    read += chunk.length;
    progress.at(read);
    yield chunk;
  }
}
