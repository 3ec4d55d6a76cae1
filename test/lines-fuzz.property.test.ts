/**
 * Lines of every form in which frames are sent or kept, made of anything: each gives bytes or a
 * refusal that quotes nothing, and a line costs its length only.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { FRAME_FORMATS, formatOf, readOneFrame } from "../cli/frame-formats/formats.ts";
import { foreignTelegram } from "../cli/frame-formats/json-object.ts";
import { type FrameRequest, parseJsonLine, parseTextLine } from "../src/frames/request.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";

const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";
const SECRET = "5ec4e7c0ffee";
const NAMES = ["ref", "frame", "meter", "challenge", "initiate", "telegram", "key", "__proto__"];
const PIECES = [
  ...[FRAME, SECRET, "0x", "telegram=", "|", "_", ";", ",", " ", "\t", '"', "\\", "\u0000", "ß"],
  ...["C1;1;1;", "T1;0;1;", "2024-11-05 10:00:00", "mbus-raw", "frame", "{", "}", '{"telegram":"'],
];

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join("")),
);
const value = fc.oneof(text, fc.constant(FRAME), fc.jsonValue({ maxDepth: 3 }));
const object = fc.dictionary(fc.constantFrom(...NAMES), value).map((one) => JSON.stringify(one));
const line = fc.oneof(object, text, fc.json());

test("a line of a request gives bytes, or a refusal that quotes nothing", (t) => {
  fc.assert(
    fc.property(line, fc.nat(), (one, number) => {
      for (const request of [parseJsonLine(one), parseTextLine(one, number)]) {
        t.true(isSound(request), one);
      }
    }),
    { numRuns: 8000 },
  );
});

test("a request is what JSON says, whatever else its line holds", (t) => {
  const hex = fc.uint8Array({ minLength: 1, maxLength: 70 }).map((bytes) => {
    return Buffer.from(bytes).toString("hex");
  });
  const ref = fc.oneof(
    fc.string({ maxLength: 256 }),
    fc.double({ noNaN: true }),
    fc.constant(null),
  );
  fc.assert(
    fc.property(hex, ref, fc.string({ maxLength: 200 }), (frame, wanted, meter) => {
      const given = JSON.parse(JSON.stringify({ ref: wanted, frame, meter }));
      const request = parseJsonLine(JSON.stringify(given));
      t.deepEqual([request.ref, request.meter], [given.ref, given.meter]);
      t.is(Buffer.from(request.frame as Uint8Array).toString("hex"), frame);
      // An unknown name beside them is refused, and the answer still finds its request.
      const wrong = parseJsonLine(JSON.stringify({ ...given, key: SECRET }));
      t.deepEqual([wrong.ref, wrong.frame instanceof FrameError], [given.ref, true]);
    }),
    { numRuns: 1000 },
  );
});

test("every file format answers every line with whole bytes, nothing, or a refusal", (t) => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      for (const open of Object.values(FRAME_FORMATS)) {
        const read = open();
        for (const one of lines) {
          const reading = read(one.trim());
          t.true(reading === null || isReading(reading), one);
        }
      }
      for (const one of lines) {
        t.true(isReading(readOneFrame(one)), one);
        const foreign = foreignTelegram(one);
        t.true(foreign === null || isReading(foreign.hex), one);
      }
    }),
    { numRuns: 3000 },
  );
});

test("long lines of one kind end in time", (t) => {
  const kinds = [
    "aa ",
    "aa, ",
    " ",
    "0x",
    "aa0x",
    '"',
    ";",
    ",",
    "telegram=",
    "telegram=aa_",
    '{"a":',
  ];
  for (const kind of kinds) {
    for (const end of ["", "!", "\n;!"]) {
      const long = kind.repeat(100_000) + end;
      t.true(isReading(readOneFrame(long)));
      t.true(isSound(parseTextLine(long, 1)) && isSound(parseJsonLine(long)));
      for (const open of Object.values(FRAME_FORMATS)) {
        const reading = open()(long);
        t.true(reading === null || isReading(reading));
      }
      t.notThrows(() => formatOf(long));
    }
  }
});

function isReading(reading: string | FrameError): boolean {
  return reading instanceof FrameError
    ? isQuiet(reading)
    : reading.length > 0 && /^(?:[\da-f]{2})+$/i.test(reading);
}

function isSound({ ref, frame, challenge, initiate }: FrameRequest): boolean {
  const isRef = ref === null || typeof ref === "number" || ref.length <= 256;
  if (frame instanceof FrameError) {
    return isRef && isQuiet(frame);
  }
  return isRef && frame.length > 0 && (challenge === null || initiate === null);
}

/** One sentence of ours, with nothing of the line in it. */
function isQuiet({ code, message }: FrameError): boolean {
  return /^FRAME_(FORMAT|CRC)$/.test(code) && /^[\w:;,"= -]{10,120}$/.test(message);
}
