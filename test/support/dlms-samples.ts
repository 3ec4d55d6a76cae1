/**
 * Ciphered APDUs of every form, the ways in which they travel, and how they open.
 *
 * @module
 */
import fc from "fast-check";
import { type CipherOptions, encodeDlms } from "../../bench/encode/dlms.ts";
import { encodeGeneral } from "../../bench/encode/dlms-general.ts";
import {
  blocks,
  type HdlcOptions,
  hdlc,
  mbusSegments,
  pieces,
  wrap,
} from "../../bench/encode/dlms-transport.ts";
import { type FrameContext, parseFrame } from "../../src/frames/parse.ts";
import { FrameError, type SealedFrame } from "../../src/frames/sealed-frame.ts";
import { toHex } from "./frame-vectors.ts";
import { openAny } from "./open-sealed.ts";

export const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength });
export const ciphered = (maxLength: number) =>
  fc
    .record({
      systemTitle: bytes(8, 8),
      suite: fc.constantFrom(0 as const, 1 as const, 2 as const),
      protection: fc.constantFrom("auth-enc" as const, "auth" as const),
      keys: bytes(64, 64),
      invocationCounter: fc.nat(0xffffffff),
      apdu: bytes(1, maxLength),
    })
    .map(({ keys, ...rest }): CipherOptions => {
      const size = rest.suite === 2 ? 32 : 16;
      return { ...rest, ek: keys.slice(0, size), ak: keys.slice(32, 32 + size) };
    });
export const header = fc.record({
  transactionId: bytes(0, 130),
  recipient: bytes(0, 8),
  dateTime: fc.constantFrom(new Uint8Array(0), new Uint8Array(12)),
  otherInformation: bytes(0, 20),
  keyInfo: fc.constantFrom([0], [1, 0, 0]),
});
const form = fc.constantFrom(
  "general-glo" as const,
  "general-ded" as const,
  0x21,
  0xc8,
  0x46,
  0xd4,
);

export interface Sample {
  readonly options: CipherOptions;
  readonly apdu: Uint8Array;
}

/** A ciphered APDU in any form. */
export const sample = (maxLength: number): fc.Arbitrary<Sample> =>
  fc.oneof(
    fc.tuple(ciphered(maxLength), form).map(([options, tag]) => ({
      options,
      apdu: encodeDlms({ ...options, transport: "bare", form: tag }),
    })),
    fc.tuple(ciphered(maxLength), header).map(([options, rest]) => ({
      options,
      apdu: encodeGeneral({ ...options, ...rest }),
    })),
  );

const hdlcOptions = fc.record({
  segmentSize: fc.integer({ min: 20, max: 2030 }),
  isNumbered: fc.boolean(),
  sharesFlags: fc.boolean(),
});

/** How an APDU travels: pieces in order, and what puts them into one capture. */
export interface Journey {
  readonly cut: (apdu: Uint8Array) => readonly Uint8Array[];
  readonly join: (parts: readonly Uint8Array[]) => Uint8Array;
}

export const concat = (parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
export const numbered: fc.Arbitrary<Journey> = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(63), hdlcOptions, fc.nat(3))
  .map(([size, window, options, kind]) => {
    const toBlocks = (apdu: Uint8Array) => blocks(pieces(apdu, size + 30), window);
    const inHdlc: HdlcOptions = { ...options, segmentSize: 2000, llcOnce: true };
    return [
      { cut: toBlocks, join: concat },
      { cut: toBlocks, join: (parts: readonly Uint8Array[]) => hdlc(parts, inHdlc) },
      { cut: toBlocks, join: (parts: readonly Uint8Array[]) => wrap(parts) },
      { cut: (apdu: Uint8Array) => mbusSegments(apdu, Math.min(250, size)), join: concat },
    ][kind]!;
  });
export const journey: fc.Arbitrary<Journey> = fc.oneof(
  numbered,
  fc.constantFrom(concat, wrap).map((join) => ({ cut: (apdu: Uint8Array) => [apdu], join })),
  hdlcOptions.map((options) => ({
    cut: (apdu: Uint8Array) => [apdu],
    join: (parts: readonly Uint8Array[]) => hdlc(parts, options),
  })),
);

/** Hex of the plaintext, or "" where the capture is refused or its tag does not fit. */
export function open(capture: Uint8Array, { options }: Sample, context?: FrameContext): string {
  try {
    const frames = parseFrame(capture, context);
    const [{ protocol, tag }] = frames as [SealedFrame];
    // As the service: the profile takes no other protocol, and who has an AK must authenticate.
    if (protocol !== "dlms" || (tag.length === 0 && options.protection !== "enc")) {
      return "";
    }
    const opened = openAny(frames, options.ek, options.ak, options.systemTitle);
    return opened === null ? "" : toHex(opened);
  } catch (error) {
    if (error instanceof FrameError) {
      return "";
    }
    throw error;
  }
}
