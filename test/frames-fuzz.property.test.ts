/**
 * Mutants of frames of every family, noise, and layers without end: the laws of `bench/soak/laws.ts`
 * hold for all of them. `bench/soak/mutants.ts` runs the same by the million.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { applyEdits, EDIT_KINDS } from "../bench/soak/edits.ts";
import { judge, readingsOf } from "../bench/soak/laws.ts";
import { NESTINGS } from "../bench/soak/nesting.ts";
import { openReadings } from "../bench/soak/opening.ts";
import { mutant } from "../bench/soak/sample.ts";
import { allSamples } from "../bench/soak/samples.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";

const SAMPLES = allSamples();
const sample = fc.constantFrom(...SAMPLES);
const edits = fc.array(
  fc.record({ kind: fc.nat(EDIT_KINDS - 1), at: fc.nat(5000), value: fc.nat(5000) }),
  { maxLength: 3 },
);

test("every sample opens as it is, and says what it was made of", (t) => {
  t.true(SAMPLES.length >= 160);
  for (const one of SAMPLES) {
    for (const body of one.bodies) {
      const { result, violation } = judge(one, one.pack(body));
      t.is(violation, null, one.name);
      t.regex(result, one.isProven ? /^(tag|mac)(64|96|128)$/ : /^(check16|crc16|none)$/, one.name);
    }
  }
});

test("mutants inside and outside their envelope, and splices of two", (t) => {
  const which = fc.tuple(fc.nat(1), edits, edits);
  fc.assert(
    fc.property(sample, fc.option(sample), which, (one, other, how) => {
      t.is(judge(one, mutant(one, other ?? one, how)).violation, null);
    }),
    { numRuns: 12_000 },
  );
});

test("every kind of edit, on every sample, before and after packing", (t) => {
  for (const [n, one] of SAMPLES.entries()) {
    const other = SAMPLES[(n + 1) % SAMPLES.length]!;
    for (let kind = 0; kind < EDIT_KINDS; kind++) {
      const edit = { kind, at: n * 7 + kind, value: n * 31 + 1 };
      for (const [inside, outside] of [
        [[edit], []],
        [[], [edit]],
      ] as const) {
        t.is(judge(one, mutant(one, other, [0, inside, outside])).violation, null, one.name);
      }
    }
  }
});

test("what stands beside a frame, changed, opens nothing else", (t) => {
  const beside = SAMPLES.filter(
    ({ context }) => context.challenge !== null || context.initiate !== null,
  );
  t.is(beside.length, 4);
  fc.assert(
    fc.property(fc.constantFrom(...beside), edits, edits, (one, context, frame) => {
      const { challenge, initiate } = one.context;
      const changed = (bytes: Uint8Array | null) => bytes && applyEdits(bytes, context, bytes);
      const wrong = { challenge: changed(challenge), initiate: changed(initiate) };
      const bytes = applyEdits(one.pack(one.bodies[0]!), frame, one.bodies[0]!);
      const { result, violation } = judge({ ...one, context: wrong }, bytes);
      t.is(violation, null);
      const isSame = challenge !== null && Buffer.compare(challenge, wrong.challenge!) === 0;
      t.true(challenge === null || isSame || !result.startsWith("tag"));
    }),
    { numRuns: 2000 },
  );
});

test("noise behind whatever a frame can begin with", (t) => {
  const heads = ["", "7EA0", "DB08", "2E44", "68101068", "00010001", "E080000100", "DD08", "6082"];
  const head = fc.constantFrom(...heads.map((text) => Buffer.from(text, "hex")));
  fc.assert(
    fc.property(sample, head, fc.uint8Array({ maxLength: 300 }), (one, start, rest) => {
      t.is(judge(one, Buffer.concat([start, rest])).violation, null);
    }),
    { numRuns: 3000 },
  );
});

test("a thousand layers are read or refused, each for its reason", (t) => {
  const [anySample] = SAMPLES;
  const answers = NESTINGS.map(({ name, frame, initiate }) => {
    const context = { challenge: null, initiate: initiate?.(1000) ?? null };
    const bytes = frame(1000);
    t.true(initiate !== undefined || bytes.length >= 1000, name);
    const { violation } = judge({ ...anySample!, context }, bytes);
    t.is(violation, null, name);
    const readings = readingsOf(bytes, context);
    return [name, readings instanceof FrameError ? readings.code : "opens"];
  });
  t.deepEqual(Object.fromEntries(answers), {
    "blocks of one APDU": "opens",
    "blocks within blocks": "MODE_UNSUPPORTED",
    "HDLC segments of one APDU": "opens",
    "HDLC frames of many APDUs": "MODE_UNSUPPORTED",
    "HDLC flags": "opens",
    "HDLC frames within HDLC frames": "FRAME_FORMAT",
    "M-Bus segments of one APDU": "opens",
    "wrapped APDUs": "MODE_UNSUPPORTED",
    "wrapped blocks": "opens",
    "headers of general-ciphering": "FRAME_LENGTH",
    "length fields": "FRAME_LENGTH",
    "wM-Bus: ELL I": "MODE_UNSUPPORTED",
    "wM-Bus: ELL III": "MODE_UNSUPPORTED",
    "wM-Bus: empty AFL": "FRAME_FORMAT",
    "wM-Bus: AFL with a MAC": "FRAME_FORMAT",
    "wM-Bus: TPL": "NOT_ENCRYPTED",
    "fields of an AARQ": "FRAME_FORMAT",
    "BER within BER": "FRAME_LENGTH",
  });
});

test("what the protocols cannot see is seen by its verification alone", (t) => {
  const changedAtEnd = (name: string) => {
    const one = SAMPLES.find((candidate) => candidate.name.startsWith(name))!;
    const body = Uint8Array.from(one.bodies[0]!);
    body[body.length - 1]! ^= 1;
    const opening = openReadings(one.meter, parseFrame(one.pack(body), one.context));
    return opening.ok ? [opening.verification, one.said.has(opening.said)] : [opening.code];
  };
  t.deepEqual(changedAtEnd("mode 5, short"), ["check16", false]);
  t.deepEqual(changedAtEnd("mode 5, partial"), ["check16", false]);
  t.deepEqual(changedAtEnd("general-glo, encryption only"), ["none", false]);
  t.deepEqual(changedAtEnd("encrypted ELL"), ["CHECK_FAILED"]);
  t.deepEqual(changedAtEnd("mode 7"), ["MAC_FAILED"]);
  t.deepEqual(changedAtEnd("mode 10"), ["TAG_FAILED"]);
  t.deepEqual(changedAtEnd("general-glo, auth"), ["TAG_FAILED"]);
});
