import { readFileSync } from "node:fs";
import test from "ava";
import { PAGE, renderPage, shownCases } from "./support/abuse-cases.ts";

test("every abuse case has a test", (t) => {
  const cases = shownCases();
  t.is(cases.length, 48);
  t.deepEqual(
    cases.filter(({ tests }) => tests.length === 0).map(({ number }) => number),
    [],
  );
});

test("docs/abuse-cases.md names them as they are: node dist/test/support/abuse-cases.js", (t) => {
  t.is(readFileSync(PAGE, "utf8"), renderPage());
});
