/**
 * `meterseal meter import`: enrols the meters of a file, with or without keys.
 *
 * The file is gone through twice: once to see what its rows say of each other, once to send them
 * while they are read. What is printed names places of the file, never their content.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { type Answer, pathOf, readAnswer } from "../client.ts";
import { type Context, run } from "../context.ts";
import { Misuse, Refusal } from "../errors.ts";
import { checkImport } from "../import/check.ts";
import { parseColumns } from "../import/columns.ts";
import { openImport } from "../import/open.ts";
import { describeReport, type ImportReport } from "../import/report.ts";
import { kekSource, passphraseSource } from "../import/secret.ts";
import { parseSigner } from "../import/signer.ts";
import type { ImportForm, ImportSource, Remark } from "../import/source.ts";
import { type Survey, surveyRows } from "../import/survey.ts";
import { startProgress } from "../progress.ts";

const FORMS: readonly ImportForm[] = ["csv", "kem", "kem2", "pskc", "eddi24", "text"];

/** Adds the verb `import` to the noun `meter`. */
export function addMeterImport(noun: Command): void {
  noun
    .command("import")
    .description("enrol the meters of a file; good lines stay when others are rejected")
    .argument(
      "<file>",
      "CSV (address, profile, key, auth_key, master_key, name, order; no key = generate), KEM, KEM2, PSKC or a key list",
    )
    .requiredOption("--customer <id>", "the owner, cus_…")
    .option("--profile <profile>", "how they encrypt, where the file does not say")
    .addOption(
      new Option(
        "--format <format>",
        "form of the file, told from its content if not given; text = a key list with keys of 16 characters",
      ).choices(FORMS),
    )
    .option("--columns <pairs>", "the file's own column names: address=Serial,key=DEK,…")
    .option("--manufacturer <flag>", "the maker's three letters, where the file names none")
    .option("--text-keys", "keys in the file are 16 characters of text, not hex")
    .option("--passphrase <->", "- = one line of standard input; without it, it is asked for")
    .option("--kek-file <file>", "the key that a PSKC file is encrypted with, in hex")
    .option("--signer <signer>", "accept only this signer: SHA-256 of a certificate, or its file")
    .option("--order <text>", "the order they belong to, where the file does not say")
    .option("--allow-weak", "accept keys that are known to be published")
    .option("--allow-unauthenticated", "accept frames without authentication")
    .option("--dry-run", "read and check the file, send nothing")
    .action(run(importFile));
}

async function importFile(context: Context, path = ""): Promise<number> {
  const { flag, option, output } = context;
  const columns = option("columns");
  const source = await openImport(path, {
    form: (option("format") as ImportForm | undefined) ?? null,
    columns: columns === undefined ? new Map() : parseColumns(columns),
    maker: parseMaker(option("manufacturer")),
    textKeys: flag("textKeys"),
    passphrase: passphraseSource(option("passphrase")),
    kek: kekSource(option("kekFile")),
    pinned: await parseSigner(option("signer")),
  });
  for (const note of source.notes) {
    output.note(note);
  }
  const survey = await surveyRows(source);
  const dryRun = flag("dryRun");
  const progress = await startProgress(dryRun ? "check" : "import", survey.items);
  let report: ImportReport;
  let refused: number;
  try {
    if (dryRun) {
      const defaults = {
        profile: option("profile"),
        order: option("order"),
        allowWeak: flag("allowWeak"),
        allowUnauthenticated: flag("allowUnauthenticated"),
      };
      report = await checkImport(source, survey, defaults, progress.at);
      refused = report.rejected.length;
    } else {
      ({ report, refused } = await send(context, source, survey, progress.at));
    }
  } finally {
    progress.stop();
  }
  const { signer } = source;
  const document = {
    ...report,
    ...(signer === undefined ? {} : { signer }),
    ...(dryRun ? { dryRun } : {}),
  };
  await output.result(document, () =>
    describeReport(report, refused, { place: source.place, dryRun }),
  );
  if (survey.hadKeys) {
    output.note("the file still holds keys: delete it");
  }
  return refused === 0 && report.rejected.length === 0 ? 0 : 1;
}

async function send(
  { client, flag, option }: Context,
  source: ImportSource,
  survey: Survey,
  at: (items: number) => void,
): Promise<{ report: ImportReport; refused: number }> {
  const found: { readonly rejected: Remark[]; readonly warnings: Remark[]; sent: number } = {
    rejected: [],
    warnings: [],
    sent: 0,
  };
  async function* lines(): AsyncGenerator<string> {
    let seen = 0;
    for await (const item of source.items()) {
      seen += 1;
      at(seen);
      const why = "row" in item ? survey.conflicts.get(item.line) : item.rejected;
      if (why !== undefined || !("row" in item)) {
        found.rejected.push(...(why === undefined ? [] : [why]));
        continue;
      }
      found.warnings.push(...(item.warnings ?? []));
      found.sent += 1;
      yield `${JSON.stringify({ line: item.line, ...item.row })}\n`;
    }
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
  const answer = await readAnswer(await service.stream(path, "application/x-ndjson", lines()));
  const theirs = parseReport(answer);
  return {
    report: {
      imported: theirs.imported,
      rejected: [...theirs.rejected, ...found.rejected].sort((a, b) => a.line - b.line),
      warnings: [...found.warnings, ...theirs.warnings],
    },
    // The service names ten thousand lines at most, so there may be more than it names.
    refused: found.sent - theirs.imported + found.rejected.length,
  };
}

function parseReport(answer: Answer): ImportReport {
  const { imported, rejected, warnings } = answer as Partial<ImportReport>;
  if (typeof imported !== "number" || !Array.isArray(rejected) || !Array.isArray(warnings)) {
    throw new Refusal("BAD_ANSWER", "expected an import report from the service");
  }
  return { imported, rejected, warnings };
}

function parseMaker(text: string | undefined): string {
  if (text !== undefined && !/^[A-Za-z]{3}$/.test(text)) {
    throw new Misuse("--manufacturer: expected the maker's three letters");
  }
  return (text ?? "").toUpperCase();
}
