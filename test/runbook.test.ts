/**
 * The runbook has a place for every code that a person can meet, and for none that there is not.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";

/** Two words or more: in these sources a literal of this shape is a code, but for the list below. */
const LONG = /["'`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["'`]/g;
/** One word is a code where an error, a finding or an entry takes one. */
const SHORT = new RegExp(
  [
    String.raw`(?:Problem|Error|Refusal|Rejection|Fault)\(\s*(?:\d+,\s*)?"([A-Z]{5,})"`,
    String.raw`\bcode(?::| =) "([A-Z]{5,})"`,
    String.raw`\?\? "([A-Z]{5,})"`,
    String.raw`\? "([A-Z]{5,})" : "([A-Z]{5,})";`,
    String.raw`\bcode: "([A-Z]{5,})" \|`,
    String.raw`^ {2}\| "([A-Z]{5,})"`,
  ].join("|"),
  "gm",
);

/** Literals that look like codes of ours, and why nobody looks for them in the runbook. */
const OTHERWISE: Readonly<Record<string, string>> = {
  BY_SENDER: "a reason within an entry, the only one",
  CSV_MAX_RECORD_SIZE: "the CSV parser's own, told as CSV_LENGTH",
  CSV_QUOTE_NOT_CLOSED: "the CSV parser's own, told as CSV_QUOTES",
  METERSEAL_CONFIG: "a variable of the environment",
  METERSEAL_TOKEN: "a variable of the environment",
  METERSEAL_URL: "a variable of the environment",
  NODE_EXTRA_CA_CERTS: "a variable of the environment",
  POLICY: "told as a fault of the setting witnessPolicyFile, without a code",
  WEBHOOK_STOPPED: "the service stops while it sends; nothing keeps it",
  WITNESS_STOPPED: "the service stops while it asks; nothing keeps it",
};

/** Codes of other programs that a person meets here, too: SQLite's, the system's, HTTP's. */
const FOREIGN = /^(?:SQLITE_[A-Z_]+|ENOENT|ENOTDIR|EISDIR|EEXIST|ENOSPC|ECONNREFUSED|HTTP_\d{3})$/;

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[A-Z]{5,}$/;

/** Every source file, without its comments: they may speak of codes. */
const sources: readonly string[] = ["keystore", "src", "cli"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .map((text) => text.replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, "")),
);

/** What the groups of a pattern find in the sources. */
function found(pattern: RegExp): string[] {
  return sources
    .flatMap((text) => [...text.matchAll(pattern)])
    .flatMap((match) => match.slice(1))
    .filter((code) => code !== undefined && !FOREIGN.test(code));
}

const codes = new Set([...found(LONG), ...found(SHORT)]);
const lines = readFileSync("docs/runbook.md", "utf8").split("\n");

const HEADING = /^#{2,4} ([A-Z][A-Z0-9_]+)$/;
const FIRST_CELL = /^\|([^|]*)\|/;

/** Codes with a heading, or in the first cell of a row. */
const places = new Set(
  lines.flatMap((line) => [
    ...(HEADING.exec(line)?.slice(1) ?? []),
    ...spans(FIRST_CELL.exec(line)?.[1] ?? ""),
  ]),
);

/** Code spans of a line that hold nothing but a code. */
function spans(line: string): string[] {
  return [...line.matchAll(/`([^`]+)`/g)]
    .map(([, span = ""]) => span)
    .filter((one) => CODE.test(one));
}

test("every code of the sources has a heading or a row in the runbook", (t) => {
  t.true(codes.size > 150);
  const homeless = [...codes].filter((code) => !places.has(code) && !(code in OTHERWISE));
  t.deepEqual(homeless, []);
});

test("the runbook names no code that the sources do not have", (t) => {
  const named = new Set([...places, ...lines.flatMap(spans)]);
  const unknown = [...named].filter(
    (code) => !codes.has(code) && !FOREIGN.test(code) && !code.startsWith("METERSEAL_"),
  );
  t.deepEqual(unknown, []);
});

test("a warning, a lock, an answer of 503 and what a sentence points at have headings", (t) => {
  const unions = found(/type (?:WarningCode|LockCode) =([^;]+);/g).join("");
  const actedOn = [
    ...[...unions.matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code),
    ...found(/\b503,\s*"([A-Z_]+)"/g),
    ...found(/\b([A-Z_]{5,}) in docs\/runbook\.md/g),
  ];
  t.true(actedOn.length > 25);
  const headings = lines.flatMap((line) => HEADING.exec(line)?.[1] ?? []);
  t.deepEqual(
    actedOn.filter((code) => !headings.includes(code)),
    [],
  );
});

test("no code has two headings, nor two rows", (t) => {
  const headings = lines.flatMap((line) => HEADING.exec(line)?.[1] ?? []);
  const rows = lines.flatMap((line) => spans(FIRST_CELL.exec(line)?.[1] ?? ""));
  for (const all of [headings, rows]) {
    t.deepEqual(
      all.filter((code, i) => all.indexOf(code) !== i),
      [],
    );
  }
});
