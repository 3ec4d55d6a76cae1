/**
 * Laws of wM-Bus and wired M-Bus: what the independent encoders make is opened by the product and
 * by the reference alike, and no wrong bit makes another plaintext of an authenticated frame.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { addressOf, type Envelope, enclose } from "../bench/encode/envelope.ts";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import type { Verification } from "../keystore/index.ts";
import { inspectFrame } from "../src/frames/inspect/inspect.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { profileMismatch } from "../src/frames/profile-fit.ts";
import { FrameError, type SealedFrame } from "../src/frames/sealed-frame.ts";
import { hex, toHex } from "./support/frame-vectors.ts";
import { openAny } from "./support/open-sealed.ts";
import { trySealed } from "./support/try-sealed.ts";

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const byte = fc.nat(255);
const address = fc.record({
  manufacturer: fc.stringMatching(/^[A-Z]{3}$/),
  id: bytes(4, 4).map((id) => Buffer.from(id).toString("hex").toUpperCase()),
  version: byte,
  medium: byte,
});
const FROM_METER = [0x08, 0x18, 0x28, 0x38, 0x44, 0x46, 0x47, 0x48];
const TO_METER = [0x06, 0x43, 0x53, 0x73];

/** A radio converter's own address needs a long header, as only that names the meter. */
const envelope = (controls: readonly number[]): fc.Arbitrary<Envelope> =>
  fc
    .record({
      own: address,
      other: address,
      hasConverter: fc.boolean(),
      header: fc.constantFrom("short" as const, "long" as const),
      format: fc.constantFrom(
        ...(["A", "B", "none", "cul", "wired"] as const satisfies Envelope["format"][]),
      ),
      control: fc.constantFrom(...controls),
      ell: fc.option(fc.constantFrom("I" as const, "II" as const, "III" as const, "IV" as const), {
        nil: undefined,
      }),
    })
    .map(({ own, other, hasConverter, ell, ...rest }) => ({
      ...own,
      ...rest,
      ...(hasConverter && rest.header === "long" ? { linkAddress: other } : {}),
      ...(ell === undefined || rest.format === "wired" ? {} : { ell }),
    }));

const message = {
  key: bytes(16, 16),
  acc: byte,
  counter: fc.nat(0xffffffff),
  keyVersion: fc.option(byte),
};
const MAC_LENGTHS = [2, 4, 8, 12, 16] as const;
const TAG_LENGTHS = [4, 8, 12, 16] as const;
const mode7 = fc.record({
  ...message,
  data: bytes(0, 120),
  clear: bytes(0, 20),
  macLength: fc.constantFrom(...MAC_LENGTHS),
  hasLength: fc.boolean(),
});
const mode10 = fc.record({
  ...message,
  plaintext: bytes(1, 120),
  tagLength: fc.constantFrom(...TAG_LENGTHS),
  isCounted: fc.boolean(),
});

interface Opened {
  readonly plaintext: string;
  readonly verification: Verification;
}

/** Null if refused; the product and the reference must agree. */
function open(
  frames: readonly SealedFrame[],
  key: Uint8Array,
  own: Uint8Array,
): Opened | "disagree" | null {
  const reference = openAny(frames, key, undefined, own);
  const outcome = trySealed(frames, key, own);
  if (!outcome.ok) {
    return reference === null ? null : "disagree";
  }
  const { clear } = frames[outcome.candidate]!;
  const plaintext = toHex(outcome.plaintext) + toHex(clear);
  const same = reference !== null && toHex(reference) === plaintext;
  return same ? { plaintext, verification: outcome.verification } : "disagree";
}

function isAddressed(frame: SealedFrame, own: Uint8Array, { header, format }: Envelope): boolean {
  return header === "short" && format === "wired"
    ? frame.address === null
    : toHex(frame.address!.bytes) === toHex(own);
}

/** Fill of the last encrypted block. */
function filled(plaintext: Uint8Array): string {
  return toHex(plaintext) + "2F".repeat((16 - (plaintext.length % 16)) % 16);
}

test("mode 7: every encoded frame opens, with every MAC length, header and link format", (t) => {
  fc.assert(
    fc.property(
      envelope([...FROM_METER, ...TO_METER]),
      mode7,
      (around, { data, clear, ...rest }) => {
        const own = addressOf(around);
        const plaintext = Uint8Array.of(0x2f, 0x2f, ...data);
        const frames = parseFrame(encodeMode7({ ...around, ...rest, plaintext, clear }));
        const isFromMeter = FROM_METER.includes(around.control!);
        t.true(isAddressed(frames[0]!, own, around));
        t.is(frames[0]!.counter, isFromMeter ? rest.counter : null);
        t.deepEqual(open(frames, rest.key, own), {
          plaintext: filled(plaintext) + toHex(clear),
          verification: `mac${(rest.macLength * 8) as 16 | 32 | 64 | 96 | 128}`,
        });
      },
    ),
    { numRuns: 500 },
  );
});

test("mode 10: every encoded frame opens, with every tag length, header and link format", (t) => {
  fc.assert(
    fc.property(envelope(FROM_METER), mode10, (around, options) => {
      const own = addressOf(around);
      const frames = parseFrame(encodeMode10({ ...around, ...options }));
      t.true(isAddressed(frames[0]!, own, around));
      t.is(frames[0]!.counter, options.counter);
      t.deepEqual(open(frames, options.key, own), {
        plaintext: toHex(options.plaintext),
        verification: `tag${(options.tagLength * 8) as 32 | 64 | 96 | 128}`,
      });
    }),
    { numRuns: 500 },
  );
});

test("mode 5: every encoded frame opens under every ELL without encryption and on the wire", (t) => {
  fc.assert(
    fc.property(envelope(FROM_METER), mode7, (around, { key, acc, data, clear }) => {
      const own = addressOf(around);
      const plaintext = Uint8Array.of(0x2f, 0x2f, ...data);
      const frames = parseFrame(encodeMode5({ ...around, key, acc, plaintext, clear }));
      // By chance such a frame ends in its own format-B CRC: mode 5 cannot tell.
      const sure = around.format === "none" ? frames.slice(-1) : frames;
      t.true(isAddressed(frames[0]!, own, around));
      t.deepEqual(open(sure, key, own), {
        plaintext: filled(plaintext) + toHex(clear),
        verification: "check16",
      });
    }),
    { numRuns: 300 },
  );
});

test("modes 7 and 10: any flipped bit is refused or, outside the MAC, changes nothing", (t) => {
  const law = fc.property(
    envelope(FROM_METER),
    mode7,
    mode10,
    fc.boolean(),
    (around, seven, ten, isSeven) => {
      const { data, clear, ...rest } = seven;
      const plaintext = Uint8Array.of(0x2f, 0x2f, ...data);
      // 16 and 32 bits would be hit by chance.
      const macLength = MAC_LENGTHS.find((length) => length >= Math.max(8, rest.macLength))!;
      const tagLength = TAG_LENGTHS.find((length) => length >= Math.max(8, ten.tagLength))!;
      const frame = isSeven
        ? encodeMode7({ ...around, ...rest, macLength, plaintext, clear })
        : encodeMode10({ ...around, ...ten, tagLength });
      const expected = isSeven ? filled(plaintext) + toHex(clear) : toHex(ten.plaintext);
      const key = isSeven ? rest.key : ten.key;
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const wrong = frame.slice();
        wrong[bit >> 3]! ^= 1 << (bit & 7);
        const opened = openWrong(wrong, key, addressOf(around));
        t.true(opened === null || opened === expected, `bit ${bit}`);
      }
    },
  );
  fc.assert(law, { numRuns: 50 });
});

test("any bytes behind a right link layer give sealed frames or a FrameError", (t) => {
  const layer = fc.constantFrom(
    ...["8C2001", "8D200105000000", "9002002C", "900F002C25", "9002004190", "7A", "72", "7A0700"],
    ...["7A07001007", "7A0700FF2A1001", "7A0700FF2A50", "9005003E35", "8E20"],
  );
  const body = fc.tuple(fc.array(layer, { maxLength: 3 }), bytes(0, 60));
  fc.assert(
    fc.property(envelope([...FROM_METER, ...TO_METER]), body, (around, [layers, rest]) => {
      const frame = enclose(around, [...hex(layers.join("")), ...rest]);
      const { refusal } = inspectFrame(frame);
      t.is(codeOf(frame), refusal?.code ?? null);
    }),
    { numRuns: 2000 },
  );
});

/** Null for a frame that can be opened. */
function codeOf(frame: Uint8Array): string | null {
  try {
    const frames = parseFrame(frame);
    const sealed = ({ ciphertext, clear, tag }: SealedFrame) =>
      ciphertext.length + clear.length + tag.length;
    return frames.every((one) => sealed(one) < frame.length) ? null : "outside";
  } catch (error) {
    if (error instanceof FrameError) {
      return error.code;
    }
    throw error;
  }
}

/**
 * The plaintext of a changed frame as the product sees it. With another L field a frame may have
 * the form of an APDU without a tag: the meter's profile refuses that.
 */
function openWrong(frame: Uint8Array, key: Uint8Array, own: Uint8Array): string | null {
  try {
    const frames = parseFrame(frame);
    if (profileMismatch("wmbus", frames[0]!) !== null) {
      return null;
    }
    const outcome = trySealed(frames, key, own);
    return outcome.ok ? toHex(outcome.plaintext) + toHex(frames[outcome.candidate]!.clear) : null;
  } catch (error) {
    if (error instanceof FrameError) {
      return null;
    }
    throw error;
  }
}
