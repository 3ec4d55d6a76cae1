import { readFileSync } from "node:fs";
import test from "ava";
import { PAGE, renderPage, shownCases } from "./support/abuse-cases.ts";

test("every abuse case has a test, or the reason why not", (t) => {
  const cases = shownCases();
  t.is(cases.length, 48);
  const numbers = (list: typeof cases) => list.map(({ number }) => number);
  t.deepEqual(
    numbers(cases.filter(({ tests, reason }) => tests.length === 0 && reason === null)),
    [],
  );
  // A reason that outlives its need would hide the day when the test goes.
  t.deepEqual(
    numbers(cases.filter(({ tests, reason }) => tests.length > 0 && reason !== null)),
    [],
  );
});

test("docs/abuse-cases.md names them as they are: node dist/test/support/abuse-cases.js", (t) => {
  t.is(readFileSync(PAGE, "utf8"), renderPage());
});
