/**
 * A DLMS capture that was changed, cut short or put together wrongly is refused or changes nothing.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { hdlc, pieces } from "../bench/encode/dlms-transport.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { concat, journey, numbered, open, sample } from "./support/dlms-samples.ts";
import { toHex } from "./support/frame-vectors.ts";

test("any flipped bit is refused or gives the same plaintext", (t) => {
  fc.assert(
    fc.property(sample(300), journey, fc.nat(), (frame, { cut, join }, at) => {
      const capture = join(cut(frame.apdu));
      capture[(at >> 3) % capture.length]! ^= 1 << (at & 7);
      t.true(["", toHex(frame.options.apdu)].includes(open(capture, frame)));
    }),
    { numRuns: 4000 },
  );
});

test("a capture that was cut short is refused, at every byte, as a FrameError", (t) => {
  fc.assert(
    fc.property(sample(120), journey, (frame, { cut, join }) => {
      const capture = join(cut(frame.apdu));
      for (let length = 0; length < capture.length; length++) {
        t.is(open(capture.subarray(0, length), frame), "");
      }
    }),
    { numRuns: 150 },
  );
});

type Edit = (parts: Uint8Array[], at: number, to: number) => Uint8Array[];
const edits = fc.constantFrom<Edit>(
  (parts, at) => parts.toSpliced(at, 1),
  (parts, at) => parts.toSpliced(at, 0, parts[at]!),
  (parts, at, to) => parts.with(at, parts[to]!).with(to, parts[at]!),
);

test("blocks and M-Bus segments missing, doubled or out of order are refused", (t) => {
  fc.assert(
    fc.property(sample(1000), numbered, edits, fc.nat(), fc.nat(), (frame, way, edit, a, b) => {
      const parts = [...way.cut(frame.apdu)];
      const [at, to] = [a % parts.length, b % parts.length];
      const edited = edit(parts, at, to);
      // M-Bus segments are numbered in four bits: two that are 16 apart have one number.
      fc.pre((at - to) % 16 !== 0 && edited.some((part, i) => part !== parts[i]));
      t.throws(() => parseFrame(way.join(edited)), { instanceOf: FrameError });
    }),
    { numRuns: 1000 },
  );
});

test("IEC 62056-46: numbered segments missing, doubled or out of order are refused", (t) => {
  fc.assert(
    fc.property(sample(1000), edits, fc.nat(), fc.nat(), (frame, edit, a, b) => {
      const frames = hdlcFrames(frame.apdu, true);
      const edited = edit(frames, a % frames.length, b % frames.length);
      fc.pre(edited.some((part, i) => part !== frames[i]) && edited.length > 0);
      t.throws(() => parseFrame(concat(edited)), { instanceOf: FrameError });
    }),
    { numRuns: 500 },
  );
});

test("segments without numbers, edited, never give another plaintext under a tag", (t) => {
  fc.assert(
    fc.property(sample(1000), edits, fc.nat(), fc.nat(), (frame, edit, a, b) => {
      const frames = hdlcFrames(frame.apdu, false);
      const edited = edit(frames, a % frames.length, b % frames.length);
      t.true(["", toHex(frame.options.apdu)].includes(open(concat(edited), frame)));
    }),
    { numRuns: 300 },
  );
});

/** The HDLC frames of one message, each with flags of its own. */
function hdlcFrames(apdu: Uint8Array, isNumbered: boolean): Uint8Array[] {
  const segmentSize = 40;
  const capture = hdlc([apdu], { segmentSize, isNumbered });
  return pieces(capture, segmentSize + 2 + 2 + 2 + 1 + 1 + 2 + 2);
}
