import test from "ava";
import fc from "fast-check";
import { canonicalJson } from "../src/activity/entries/canonical.ts";
import type { Json } from "../src/activity/entries/entry.ts";
import { formatMicroseconds, parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { leafHash } from "../src/activity/hashing.ts";
import { createEntryReader, parseCanonical } from "../src/activity/verify/entry/entry-reader.ts";
import { createScanner } from "../src/activity/verify/entry/entry-scan.ts";
import { entryText } from "./support/log-tree.ts";

/** The law itself, without a scanner. */
function isCanonical(text: string): boolean {
  try {
    const value = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && canonicalJson(value) === text;
  } catch {
    return false;
  }
}

/** What is left of a text that went through UTF-8. */
function wellFormed(body: string): string {
  return Buffer.from(body).toString();
}

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("at", "action", "a", "aa", "b", "keys", '"', "\\", "/", "\n", "\u0001", "\u007f"),
);
const { entry } = fc.letrec<{ value: Json; entry: { readonly [name: string]: Json } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 10, -1, 999_999_999_999_999)),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ) as fc.Arbitrary<Json>,
  entry: fc.dictionary(text, tie("value"), { maxKeys: 6 }) as fc.Arbitrary<{
    readonly [name: string]: Json;
  }>,
}));

/** What an editor does to a text: takes away, puts in, exchanges. */
const mutation = fc.record({
  at: fc.nat(300),
  drop: fc.nat(3),
  put: fc.constantFrom("", "0", "-", ".", "e1", " ", '"', ",", ":", "[", "]", "{", "}", "\\", "x"),
});

test("RFC 8785: the reader says of every text what parsing and writing it again says", (t) => {
  const reader = createEntryReader();
  const agrees = (body: string) => {
    reader.read(body);
    return reader.isCanonical() === isCanonical(body);
  };
  const law = fc.property(entry, fc.array(mutation, { maxLength: 2 }), (value, mutations) => {
    let body: string;
    try {
      body = canonicalJson(value);
    } catch {
      return agrees(JSON.stringify(value));
    }
    const good = agrees(body) && isCanonical(body);
    for (const { at, drop, put } of mutations) {
      const place = at % (body.length + 1);
      body = body.slice(0, place) + put + body.slice(place + drop);
    }
    return good && agrees(wellFormed(body));
  });
  t.notThrows(() => fc.assert(law, { numRuns: 1500 }));
});

test("one pass is enough for what the service writes", (t) => {
  const scanner = createScanner();
  const keys = [
    [1, 1, 12, 0],
    [2, 1, 9_007_199_254, 0],
  ];
  const body = Buffer.from(entryText(7, { keys, customer: "cus_1", details: { a: [], b: {} } }));
  t.true(scanner.scan(body, 0, body.length));
  t.is(scanner.count, 14);
  for (let cut = 0; cut < body.length; cut++) {
    t.false(scanner.scan(body.subarray(0, cut), 0, cut));
    // The bytes behind its end are not the entry's.
    t.false(scanner.scan(body, 0, cut));
  }
});

test("leaf hash, time and action are read where the entry stands", (t) => {
  const reader = createEntryReader();
  const law = fc.property(
    fc.integer({ min: 1, max: 9_000_000_000_000_000 }),
    text,
    (at, action) => {
      const given = entryText(1, { at: formatMicroseconds(at), action: wellFormed(action) });
      const bytes = Buffer.concat([Buffer.alloc(5), Buffer.from(given), Buffer.from("tail")]);
      const hash = Buffer.from(reader.readIn(bytes, 5, bytes.length - 4), "latin1");
      return (
        hash.equals(leafHash(given)) &&
        reader.isCanonical() &&
        reader.at() === at &&
        reader.action() === wellFormed(action) &&
        reader.parse()["n"] === 1
      );
    },
  );
  t.notThrows(() => fc.assert(law, { numRuns: 500 }));
});

test("a time that is none is none: mutated digits, and days that no calendar has", (t) => {
  const reader = createEntryReader();
  const law = fc.property(fc.nat(26), fc.constantFrom(..."0123456789-:.TZx "), (place, letter) => {
    const good = "2028-02-28T23:59:58.999999Z";
    const at = good.slice(0, place) + letter + good.slice(place + 1);
    reader.read(entryText(1, { at }));
    return reader.isCanonical() && Object.is(reader.at(), parseMicroseconds(at));
  });
  t.notThrows(() => fc.assert(law, { numRuns: 1000 }));
  for (const at of ["2027-02-29", "2028-04-31", "2028-13-01", "2028-00-10"]) {
    t.is(parseMicroseconds(`${at}T00:00:00.000000Z`), Number.NaN);
  }
  t.is(parseMicroseconds("2028-02-29T00:00:00.000001Z"), 1_835_395_200_000_001);
});

test("C2SP tlog-tiles: an entry is at most 65 535 bytes long", (t) => {
  const reader = createEntryReader();
  for (const [length, isEntry] of [
    [65_535, true],
    [65_536, false],
  ] as const) {
    const body = `{"a":"${"x".repeat(length - 8)}"}`;
    t.deepEqual(Buffer.from(reader.read(body)), Buffer.from(leafHash(body)));
    t.is(reader.isCanonical(), isEntry);
  }
  t.is(parseCanonical("x"), null);
});
