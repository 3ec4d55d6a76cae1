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
const FOREIGN = /^(?:SQLITE_[A-Z_]+|E[A-Z]{5,}|HTTP_\d{3})$/;

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[A-Z]{5,}$/;

function sourceCodes(): Set<string> {
  const codes = new Set<string>();
  for (const folder of ["keystore", "src", "cli"]) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (/\.tsx?$/.test(name)) {
        const text = readFileSync(join(folder, name), "utf8").replaceAll(
          /^\s*(?:\/?\*|\/\/).*$/gm,
          "",
        );
        for (const match of [...text.matchAll(LONG), ...text.matchAll(SHORT)]) {
          for (const code of match.slice(1)) {
            if (code !== undefined && !FOREIGN.test(code)) {
              codes.add(code);
            }
          }
        }
      }
    }
  }
  return codes;
}

const codes = sourceCodes();
const lines = readFileSync("docs/runbook.md", "utf8").split("\n");

/** Codes with a heading, or in the first cell of a row. */
const places = new Set(
  lines.flatMap((line) => {
    const heading = /^#{2,4} ([A-Z][A-Z0-9_]+)$/.exec(line)?.[1];
    const cell = /^\|([^|]*)\|/.exec(line)?.[1] ?? "";
    return heading === undefined ? spans(cell) : [heading];
  }),
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
  t.deepEqual(homeless.sort(), []);
});

test("the runbook names no code that the sources do not have", (t) => {
  const named = new Set([...places, ...lines.flatMap(spans)]);
  const unknown = [...named].filter(
    (code) => !codes.has(code) && !FOREIGN.test(code) && !code.startsWith("METERSEAL_"),
  );
  t.deepEqual(unknown.sort(), []);
});

test("a code has one place: a heading, or a row, not two headings or two rows", (t) => {
  const headings = lines.flatMap((line) => /^#{2,4} ([A-Z][A-Z0-9_]+)$/.exec(line)?.[1] ?? []);
  t.deepEqual(headings.length, new Set(headings).size);
});
