import test from "ava";
import fc from "fast-check";
import { fromBase64url, toBase64url } from "../src/handover/protocol/base64url.ts";
import { HandoverError } from "../src/handover/protocol/errors.ts";
import type { PackageMeter } from "../src/handover/protocol/manifest.ts";
import { listKeys } from "../src/web/collect/engine/key-list.ts";
import { createPatience } from "../src/web/collect/engine/patience.ts";
import { watchIdle } from "../src/web/idle.ts";

test("RFC 4648 §3.5: of all texts only the one spelling of some bytes is read", (t) => {
  const symbols = fc.constantFrom(..."ABCYZabcyz0189-_+/= \n.é");
  fc.assert(
    fc.property(fc.array(symbols, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const bytes = Buffer.from(text, "base64url");
      const canonical = bytes.toString("base64url") === text;
      const read = fromBase64url(text);
      t.is(read === null, !canonical, JSON.stringify(text));
      t.deepEqual(read === null ? null : Buffer.from(read), canonical ? bytes : null);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      t.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
    }),
  );
});

/** Meters with one or two keys each. */
const meters = fc.array(
  fc
    .record({
      serial: fc.stringMatching(/^\d{8}$/),
      name: fc.option(fc.string({ maxLength: 8 })),
      keys: fc.array(fc.stringMatching(/^[0-9a-f]{6}$/), { minLength: 1, maxLength: 2 }),
    })
    .map(
      ({ serial, name, keys }): PackageMeter => ({
        address: `KAM-${serial}`,
        meter: `mtr_${serial}`,
        name,
        profile: "wmbus",
        manufacturer: "KAM",
        serial,
        keys: keys.map((kcv) => ({
          type: "mk",
          algorithm: "AES-128",
          keyVersion: 1,
          value: kcv.repeat(6).slice(0, 32),
          kcv,
        })),
      }),
    ),
  { maxLength: 30 },
);

test("slices of a filtered list are the filtered list, and no row has a key's value", (t) => {
  fc.assert(
    fc.property(
      meters,
      fc.constantFrom("", "1", "kam", " KAM-2 ", "a0", "zz"),
      fc.integer({ min: 1, max: 7 }),
      (all, filter, size) => {
        const list = listKeys({ meters: all, inner: null });
        const whole = list.rows(filter, 0, 1000);
        t.is(whole.rows.length, whole.total);
        const slices = [];
        for (let from = 0; from < whole.total; from += size) {
          slices.push(...list.rows(filter, from, size).rows);
        }
        t.deepEqual(slices, [...whole.rows]);
        const keys = all.flatMap((meter) => meter.keys);
        t.is(list.length, keys.length);
        for (const row of whole.rows) {
          t.is(list.value(row.index), keys[row.index]?.value ?? null);
          t.is(keys[row.index]?.kcv, row.kcv);
          t.false("value" in row);
        }
        if (filter === "") {
          t.is(whole.total, keys.length);
        }
      },
    ),
  );
});

test("what passes is tried again, what does not is thrown at once", async (t) => {
  const patience = createPatience();
  let tries = 0;
  let offline = 0;
  const answer = await patience.until(
    () => {
      tries += 1;
      return tries < 4
        ? Promise.reject(new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer"))
        : Promise.resolve("answer");
    },
    () => {
      offline += 1;
      setTimeout(() => patience.hurry(), 5);
    },
  );
  t.is(answer, "answer");
  t.deepEqual([tries, offline], [4, 3]);
  await t.throwsAsync(
    patience.until(
      () => Promise.reject(new HandoverError("LINK_LOCKED", "link: locked")),
      () => t.fail(),
    ),
    { code: "LINK_LOCKED" },
  );
});

test("a machine that slept past the end is wiped by its first sign of life", (t) => {
  let now = 0;
  const counted: (number | null)[] = [];
  let wiped = 0;
  const watch = watchIdle(
    (seconds) => counted.push(seconds),
    () => {
      wiped += 1;
    },
    600_000,
    () => now,
  );
  now = 599_000;
  watch.touch();
  now += 600_000;
  watch.touch();
  t.is(wiped, 1, "a touch that comes too late puts nothing off");
  t.deepEqual(counted, []);
});
