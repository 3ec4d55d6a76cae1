import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import test from "ava";
import fc from "fast-check";
import { parseExpiry } from "../src/base/clock.ts";

const DAY = 86_400_000;
const NOW = new Date("2026-10-20T12:00:00Z");
const at = (text: string, now = NOW) => parseExpiry(text, now, 90)?.toISOString() ?? null;

test("(abuse 41) a span is so many hours, whatever the clocks do", (t) => {
  // Across 25 October, the day of 25 hours.
  t.is(at("7d"), "2026-10-27T12:00:00.000Z");
  t.is(at("168h"), at("7d"));
  t.is(at("10080m"), at("7d"));
  // Across 29 March, the day of 23 hours.
  const spring = new Date("2026-03-28T12:00:00Z");
  t.is(at("2d", spring), "2026-03-30T12:00:00.000Z");
});

test("(abuse 41) a time is an instant by its own zone; the hour that comes twice is two hours", (t) => {
  t.is(at("2026-10-25T02:30:00+02:00"), "2026-10-25T00:30:00.000Z");
  t.is(at("2026-10-25T02:30:00+01:00"), "2026-10-25T01:30:00.000Z");
  t.is(at("2026-10-25T14:15:00+13:45"), "2026-10-25T00:30:00.000Z");
  t.is(at("2026-10-24T15:30:00-09:00"), "2026-10-25T00:30:00.000Z");
  // Without a zone nobody knows which hour is meant.
  t.is(at("2026-10-25T02:30:00"), null);
  t.is(at("2026-10-25"), null);
});

test("(abuse 41) days and hours that do not exist are refused, not moved", (t) => {
  const february = new Date("2027-02-01T00:00:00Z");
  for (const text of [
    "2027-02-29T12:00:00Z",
    "2027-02-30T12:00:00+01:00",
    "2027-04-31T12:00:00Z",
    "2027-02-28T25:00:00Z",
    "2027-02-28T12:61:00Z",
    "2027-13-01T12:00:00Z",
    "2027-02-28T12:00:00+1:00",
  ]) {
    t.is(at(text, february), null, text);
  }
  t.is(at("2027-02-28T12:00:00Z", february), "2027-02-28T12:00:00.000Z");
  t.is(at("2028-02-29T12:00:00Z", new Date("2028-02-01T00:00:00Z")), "2028-02-29T12:00:00.000Z");
});

test("(abuse 41) the same text is the same instant on a machine in any zone", (t) => {
  const script = `
    import { parseExpiry } from ${JSON.stringify(pathToFileURL("dist/src/base/clock.js").href)};
    const now = new Date("2026-10-20T12:00:00Z");
    const texts = ["7d", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00Z"];
    console.log(texts.map((text) => parseExpiry(text, now, 90).toISOString()).join());`;
  const runs = ["UTC", "Europe/Copenhagen", "Pacific/Kiritimati", "America/St_Johns"].map((TZ) =>
    spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], TZ },
    }),
  );
  t.true(runs.every(({ status }) => status === 0));
  t.deepEqual(
    [...new Set(runs.map(({ stdout }) => stdout.trim()))],
    ["2026-10-27T12:00:00.000Z,2026-10-25T00:30:00.000Z,2026-10-25T02:30:00.000Z"],
  );
});

test("a time that is written is read as the same instant, and never beyond the limit", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -2 * DAY, max: 92 * DAY }), (ms) => {
      const wanted = new Date(NOW.getTime() + ms);
      const read = parseExpiry(wanted.toISOString(), NOW, 90);
      return ms > 0 && ms <= 90 * DAY ? read?.getTime() === wanted.getTime() : read === null;
    }),
  );
  t.is(at("90d"), new Date(NOW.getTime() + 90 * DAY).toISOString());
  t.is(at("91d"), null);
  t.is(at("0d"), null);
});
