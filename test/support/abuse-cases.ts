/**
 * The abuse cases of the hand-over, and the tests that show what becomes of each.
 *
 * The page `docs/abuse-cases.md` is written from here: `node dist/test/support/abuse-cases.js`.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const PAGE = "docs/abuse-cases.md";

/** What somebody does, by number. */
export const CASES: readonly string[] = [
  "fifty claim at once with link and PIN",
  "the same over two processes, and `kill -9` between commit and answer",
  "a claimer whose answer was lost tries again",
  "another client replays a claim's answer",
  "a claim races a revocation, the expiry, the fifth wrong PIN",
  "five wrong PINs, then the right one",
  "PINs are tried without the fragment",
  "PINs are guessed in parallel",
  "the sender's address is changed with every request",
  "scanners look: HEAD, GET, OPTIONS, prefetch, bots",
  "a browser without a person renders and clicks everything",
  "a mail gateway rewrites the link",
  "a link arrives cut, in capitals, with a full stop",
  "late by a millisecond; a clock put back",
  "the log cannot be written",
  "the database is full or locked during a claim",
  "a receipt of others, over another hash, twice, before the claim",
  "nobody confirms, and the sweeper is dead",
  "files, logs, backups, memory are searched for secrets in every state",
  "the database is stolen before the claim, with PINs",
  "the database is stolen after the claim, with link and PIN",
  "ciphertext, sealed share, header or count are altered",
  "a package of another deployment",
  "headers of two links are swapped",
  "bodies: too large, slow, zipped, deep, with double or strange names",
  "names that are markup or formulas",
  "line breaks in names of files",
  "lists and log answers are searched for link ids",
  "an auditor claims, an installer reads keys back",
  "one customer's link under another's session",
  "unknown, foreign and erased links are told apart by words or time",
  "floods: at one link, from one net, from everywhere; of new links",
  "back, forward, reload, restored and second tabs",
  "the page is printed or saved",
  "the clipboard is left behind",
  "the browser runs no scripts",
  "the page asks another origin for something",
  "a long key is exported to a form for short ones",
  "a link is issued again",
  "a link is revoked after its claim",
  "an expiry across zones and changes of the clocks",
  "the event chain is edited, cut, reordered",
  "a notification fails",
  "a webhook points inside the network",
  "a PIN is typed as people type",
  "ten thousand keys on a telephone",
  "the mail arrives after the expiry",
  "the sender opens its own link",
];

export interface ShownCase {
  readonly number: number;
  readonly text: string;
  /** Titles with their files. */
  readonly tests: readonly string[];
}

/** Every case, with the titles that name it. */
export function shownCases(): ShownCase[] {
  const titles = readdirSync("test")
    .filter((name) => name.endsWith(".test.ts"))
    .sort()
    .flatMap((name) => titlesIn(name, readFileSync(`test/${name}`, "utf8")));
  return CASES.map((text, i) => ({
    number: i + 1,
    text,
    tests: titles.filter(({ cases }) => cases.includes(i + 1)).map(({ shown }) => shown),
  }));
}

/** Titles of tests that name cases: `… (abuse 1, 2)` or `abuse case 1, 2: …`. */
function titlesIn(file: string, source: string) {
  const calls = source.matchAll(
    /\b(?:test\w*(?:\.serial)?|onEvery\w+|onThePage)\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g,
  );
  return [...calls].flatMap(([, , title = ""]) => {
    const named = title.match(/\(abuse [^)]*\)|abuse case [\d, ]+/g) ?? [];
    const cases = named.flatMap((text) => (text.match(/\d+/g) ?? []).map(Number));
    const words = title
      .replace(/\s*\(abuse [^)]*\)\s*|abuse case [\d, ]+:\s*/g, " ")
      .replace(/\$\{[^}]*\}/g, "…")
      .trim();
    return cases.length === 0 ? [] : [{ cases, shown: `${words} (\`${file}\`)` }];
  });
}

/** The page as it should be: its list is written anew, the rest is kept. */
export function renderPage(): string {
  const items = shownCases().map(
    ({ number, text, tests }) => `${number}. **${text}**: ${tests.join("; ")}`,
  );
  return readFileSync(PAGE, "utf8").replace(
    /(## The cases\n\n)[\s\S]*?(\n\n## )/,
    (_, before: string, after: string) => before + items.join("\n") + after,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, renderPage());
}
