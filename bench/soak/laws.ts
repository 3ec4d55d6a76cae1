/**
 * What holds for any bytes at all that are taken for a frame, by parser and keystore.
 *
 * A law that does not hold is answered as a sentence, so that a long run can count it and a test
 * can show it.
 *
 * @module
 */
import { inspectFrame } from "../../src/frames/inspect/inspect.ts";
import { type FrameContext, parseFrame } from "../../src/frames/parse.ts";
import { FrameError, type SealedFrame } from "../../src/frames/sealed-frame.ts";
import { plainTelegram } from "../../src/frames/telegram/telegram.ts";
import { type Opening, openReadings } from "./opening.ts";
import type { Sample } from "./sample.ts";

/** What came of a frame: how it was verified, or its code; and the law that it broke. */
export interface Judgement {
  readonly result: string;
  readonly violation: string | null;
}

/** The codes that say what a frame is; the others of the closed list are about meters and keys. */
const PARSER_CODES: ReadonlySet<string> = new Set([
  "NOT_ENCRYPTED",
  "NOT_AUTHENTICATED",
  "MODE_UNSUPPORTED",
  "FRAME_CRC",
  "FRAME_LENGTH",
  "FRAME_FORMAT",
]);

/**
 * Where an exact plaintext cannot be promised: chance hits a check of 16 bits, OMS profile A has no
 * integrity behind its check bytes, and encryption without authentication has no check at all. A
 * MAC or tag that its own header shortens is reported as short.
 */
const UNPROVEN: ReadonlySet<string> = new Set(["check16", "crc16", "none"]);
const SHORTENED: ReadonlySet<string> = new Set(["mac16", "mac32", "tag32"]);

const MOST_READINGS = 3;
const MOST_NONCE = 16;
/** Poisoned bytes before and behind a frame. */
const MARGIN = 64;

/** Reads a frame as the parser does. */
export function readingsOf(
  bytes: Uint8Array,
  context: FrameContext,
): readonly SealedFrame[] | FrameError {
  try {
    return parseFrame(bytes, context);
  } catch (error) {
    if (error instanceof FrameError) {
      return error;
    }
    throw error;
  }
}

/** Reads, explains, opens and rewrites `bytes` as a frame of the sample's meter. */
export function judge(sample: Sample, bytes: Uint8Array): Judgement {
  const answers = [0x00, 0xff].map((poison) => {
    try {
      return surrounded(sample, bytes, poison);
    } catch (error) {
      const violation = `threw ${error instanceof Error ? error.stack : String(error)}`;
      return { result: "crash", violation, text: "" };
    }
  });
  const [one, other] = answers as [(typeof answers)[0], (typeof answers)[0]];
  const isSame = one.text === other.text;
  return {
    result: one.result,
    violation:
      one.violation ?? other.violation ?? (isSame ? null : "bytes outside the frame were read"),
  };
}

/** The same with the frame inside a larger buffer whose rest is poisoned; `text` = all answers. */
function surrounded(sample: Sample, bytes: Uint8Array, poison: number) {
  const { context, meter } = sample;
  const around = new Uint8Array(bytes.length + 2 * MARGIN).fill(poison);
  around.set(bytes, MARGIN);
  const frame = around.subarray(MARGIN, MARGIN + bytes.length);
  const inspection = inspectFrame(frame);
  const alone = readingsOf(frame, { challenge: null, initiate: null });
  const readings = readingsOf(frame, context);
  const refusal = alone instanceof FrameError ? alone.code : null;
  const text = [JSON.stringify(inspection), answerText(readings)];
  let violation =
    (inspection.refusal?.code ?? null) === refusal ? null : "inspection and parser disagree";
  let result: string;
  if (readings instanceof FrameError) {
    result = readings.code;
    violation ??= refusalViolation(readings);
  } else {
    violation ??= formViolation(readings, frame, context);
    const opening = openReadings(meter, readings);
    result = opening.ok ? opening.verification : opening.code;
    if (opening.ok) {
      const [{ protocol }] = readings as readonly [SealedFrame];
      const telegram = plainTelegram(frame, { protocol, clear: opening.clear }, opening.plaintext);
      text.push(opening.said, telegram);
      violation ??= openingViolation(sample, opening, telegram.length > 2 * frame.length);
    }
  }
  const isUnchanged = around.every((byte, i) => {
    const at = i - MARGIN;
    return byte === (at >= 0 && at < bytes.length ? bytes[at] : poison);
  });
  violation ??= isUnchanged ? null : "the frame was changed by reading it";
  return { result, violation, text: text.join("\n") };
}

function refusalViolation({ code, message }: FrameError): string | null {
  if (!PARSER_CODES.has(code)) {
    return `a parser answered ${code}`;
  }
  // A length may be quoted, in decimal digits.
  return /(?=\d*[a-f])[\da-f]{8,}/i.test(message) ? `quotes the frame: ${message}` : null;
}

function openingViolation(
  { said: expected, isProven }: Sample,
  { said, verification }: Extract<Opening, { ok: true }>,
  isTooLong: boolean,
): string | null {
  const excused = isProven ? SHORTENED : UNPROVEN;
  if (!expected.has(said) && !excused.has(verification)) {
    return `another plaintext, counter or clear text under ${verification}`;
  }
  return isTooLong ? "a telegram in clear that is longer than the frame" : null;
}

function formViolation(
  readings: readonly SealedFrame[],
  frame: Uint8Array,
  { challenge }: FrameContext,
): string | null {
  const [first] = readings;
  if (first === undefined || readings.length > MOST_READINGS) {
    return `${readings.length} readings`;
  }
  for (const { address, nonce, aad, ciphertext, tag, clear } of readings) {
    const covered = aad === challenge ? 0 : aad.length;
    if (Math.max(ciphertext.length + tag.length + clear.length, covered) > frame.length) {
      return "parts longer than the frame";
    }
    if (nonce.length > MOST_NONCE || (address !== null && address.bytes.length !== 8)) {
      return "nonce or address of another length";
    }
    if (![ciphertext, tag, clear, nonce, aad].every((part) => isInside(part, frame))) {
      return "a view that reaches beyond the frame";
    }
    const isOne =
      Buffer.compare(nonce, first.nonce) === 0 &&
      Buffer.compare(address?.bytes ?? nonce, first.address?.bytes ?? nonce) === 0;
    if (!isOne) {
      return "readings of different addresses or nonces";
    }
  }
  return null;
}

function isInside(part: Uint8Array, frame: Uint8Array): boolean {
  return (
    part.buffer !== frame.buffer ||
    part.length === 0 ||
    (part.byteOffset >= frame.byteOffset &&
      part.byteOffset + part.length <= frame.byteOffset + frame.length)
  );
}

function answerText(readings: readonly SealedFrame[] | FrameError): string {
  return readings instanceof FrameError
    ? `${readings.code} ${readings.message}`
    : JSON.stringify(readings, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
      );
}
