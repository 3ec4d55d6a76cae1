import test from "ava";
import fc from "fast-check";
import { leafHash, PRIMITIVES as NODE } from "../src/activity/hashing.ts";
import { parseTilePath } from "../src/activity/tree/tiles.ts";
import { csvOf } from "../src/web/audit/csv.ts";
import { checkEveryEntry } from "../src/web/audit/engine/full-check.ts";
import { MERKLE, PRIMITIVES } from "../src/web/audit/engine/primitives.ts";
import { FILTERS, fragmentOf, placeIn, VIEWS, withFilter } from "../src/web/audit/place.ts";
import { readSearch } from "../src/web/audit/search.ts";
import { linesOf } from "../src/web/audit/series.ts";
import { castEntries, TOKEN } from "./support/audit-cast.ts";
import { type AuditLog, createAuditLog } from "./support/audit-log.ts";

test("a place comes back from its address, whatever is in it but a token", (t) => {
  const value = fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" });
  fc.assert(
    fc.property(
      fc.constantFrom(...VIEWS),
      fc.dictionary(fc.constantFrom(...FILTERS), value),
      fc.option(fc.nat()),
      (view, filters, entry) => {
        const place = { view, filters, entry, by: "action" as const };
        t.deepEqual(placeIn(fragmentOf(place)), { ...place, filters: { ...filters } });
      },
    ),
  );
  const sent = placeIn(`#view=none&entry=-1&actor=${TOKEN}&meter=KAM-1&by=x&other=1`);
  t.deepEqual(sent, { view: "all", filters: { meter: "KAM-1" }, entry: null, by: "action" });
  t.deepEqual(withFilter({ ...sent, entry: 4 }, "meter", ""), { ...sent, filters: {} });
});

test("what is searched for is told by its form, and a token is nothing", (t) => {
  const known = [{ name: "customer" as const, value: "cus_1", word: "Süd" }];
  const found = (text: string) => readSearch(text, known);
  t.deepEqual(found(" süd "), { kind: "filter", name: "customer", value: "cus_1" });
  t.deepEqual(found("# 7"), { kind: "entry", index: 7 });
  t.deepEqual(found("KAM-76348799/01/07"), {
    kind: "filter",
    name: "meter",
    value: "KAM-76348799/01/07",
  });
  t.deepEqual(found("system"), { kind: "filter", name: "actor", value: "system" });
  for (const nothing of ["", "  ", TOKEN, ` x ${TOKEN}`]) {
    t.is(found(nothing), null);
  }
});

test("the browser's SHA-256 and Ed25519 say what the core's say", (t) => {
  const bytes = Buffer.from("meterseal");
  t.deepEqual(Buffer.from(PRIMITIVES.sha256(bytes, bytes)), Buffer.from(NODE.sha256(bytes, bytes)));
  t.deepEqual(Buffer.from(MERKLE.leafHash(bytes)), Buffer.from(leafHash(bytes)));
  // RFC 8032 §7.1, TEST 2.
  const key = Buffer.from(
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "hex",
  );
  const signature = Buffer.from(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "hex",
  );
  t.true(PRIMITIVES.verifyEd25519(key, Buffer.from("72", "hex"), signature));
  t.false(PRIMITIVES.verifyEd25519(key, Buffer.from("73", "hex"), signature));
  t.false(PRIMITIVES.verifyEd25519(key.subarray(1), Buffer.from("72", "hex"), signature));
});

async function checked(log: AuditLog, gone: (index: number) => boolean = () => false) {
  const tree = MERKLE.createTree();
  for (const body of log.bodies) {
    tree.append(leafHash(body));
  }
  return await checkEveryEntry({
    size: log.size(),
    root: tree.root(),
    onProgress: () => undefined,
    read(path) {
      const ref = parseTilePath(path.slice("log/".length));
      const isGone = ref === null || (ref.level === "entries" && gone(ref.index));
      return Promise.resolve(isGone ? null : log.tile(ref));
    },
  });
}

test("bundles that a prune covers are missed by nobody; others are", async (t) => {
  const log = createAuditLog(castEntries(600));
  t.deepEqual(await checked(log), { entries: 600, pruned: 0, problem: null });
  t.deepEqual((await checked(log, (index) => index === 0)).problem, {
    index: 0,
    code: "ENTRY_MISSING",
  });
  log.append({ action: "log.pruned", actor: "system", outcome: "ok", below: 256 });
  t.deepEqual(await checked(log, (index) => index === 0), {
    entries: 345,
    pruned: 256,
    problem: null,
  });
  t.deepEqual((await checked(log, (index) => index <= 1)).problem, {
    index: 256,
    code: "ENTRY_MISSING",
  });
});

test("an entry out of time or form is named, though the log signed it", async (t) => {
  const log = createAuditLog(castEntries(40));
  log.bodies[20] = log.bodies[19] ?? "";
  t.deepEqual((await checked(log)).problem, { index: 20, code: "ENTRY_ORDER" });
  log.bodies[12] = ` ${log.bodies[12]}`;
  t.deepEqual((await checked(log)).problem, { index: 12, code: "ENTRY_MALFORMED" });
  log.bodies[3] = "no JSON";
  t.deepEqual((await checked(log)).problem, { index: 3, code: "ENTRY_MALFORMED" });
});

test("no cell of the table runs as a formula, and an entry is whole in its row", (t) => {
  const names = { actors: new Map([["a", { name: "=cmd()", role: null }]]), customers: new Map() };
  const csv = csvOf([{ index: 3, entry: { actor: "a", action: "@x", frames: 2 } }], names);
  const [, row = "", end] = csv.split("\r\n");
  t.is(end, "");
  t.true(row.startsWith('"3";"";"a";'));
  t.true(row.includes(`"'@x"`) && row.includes(`"'=cmd()"`));
  t.true(row.includes('""frames"":2'));
});

test("a plot has six lines and the rest; no entry is left out of the sum", (t) => {
  const times = ["2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z"];
  const series = Array.from({ length: 11 }, (_, i) => ({ name: `a${i}`, counts: [i, 1] }));
  series.push({ name: "other", counts: [40, 2] });
  const lines = linesOf({ from: "", to: "", bucketSeconds: 3600, size: 1, times, series });
  t.deepEqual(
    lines.map(({ name }) => name),
    ["a10", "a9", "a8", "a7", "a6", "a5", null],
  );
  t.is(
    lines.reduce((sum, { total }) => sum + total, 0),
    55 + 11 + 42,
  );
});
