/**
 * Cuts APDUs into what carries them: blocks, HDLC frames and segments, wrapped APDUs, wired M-Bus
 * segments.
 *
 * @module
 */
import { crcX25 } from "./crc.ts";

/** Cuts bytes into pieces of at most `size`. */
export function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** General block transfer: one block (E0) per piece. */
export function blocks(data: readonly Uint8Array[], window = 0): Uint8Array[] {
  return data.map((piece, i) => {
    const control = (i === data.length - 1 ? 0x80 : 0x40) + window;
    const n = piece.length;
    const length = n < 0x80 ? [n] : [0x82, n >> 8, n & 0xff];
    return Uint8Array.from([
      0xe0,
      control,
      (i + 1) >> 8,
      (i + 1) & 0xff,
      0,
      0,
      ...length,
      ...piece,
    ]);
  });
}

export interface HdlcOptions {
  /** Bytes of information per frame; longer messages are segmented. */
  readonly segmentSize?: number;
  /** Numbered information frames instead of UI frames. */
  readonly isNumbered?: boolean;
  /** One flag closes a frame and opens the next. */
  readonly sharesFlags?: boolean;
  /** The LLC header before the first message only, as Landis+Gyr E450 sends blocks. */
  readonly llcOnce?: boolean;
}

/** HDLC frames from a logical device (addresses of 2 and 1 bytes), one message after the other. */
export function hdlc(messages: readonly Uint8Array[], options: HdlcOptions = {}): Uint8Array {
  const frames = messages.flatMap((message, m) => {
    const llc = m > 0 && options.llcOnce === true ? [] : [0xe6, 0xe7, 0x00];
    const segments = pieces(Uint8Array.from([...llc, ...message]), options.segmentSize ?? 2000);
    return segments.map((segment, i) => ({ segment, isLast: i === segments.length - 1 }));
  });
  const bytes: number[] = [0x7e];
  for (const [i, { segment, isLast }] of frames.entries()) {
    const control = options.isNumbered === true ? 0x30 + ((i % 8) << 1) : 0x13;
    bytes.push(...hdlcFrame(segment, control, isLast), 0x7e);
    if (options.sharesFlags !== true && i < frames.length - 1) {
      bytes.push(0x7e);
    }
  }
  return Uint8Array.from(bytes);
}

function hdlcFrame(information: Uint8Array, control: number, isLast: boolean): number[] {
  const length = 2 + 2 + 1 + 1 + 2 + information.length + 2;
  if (length > 0x7ff) {
    throw new RangeError(`HDLC: expected at most 2047 bytes, got ${length}`);
  }
  const format = (isLast ? 0xa0 : 0xa8) + (length >> 8);
  const header = withFcs([format, length & 0xff, 0xce, 0xff, 0x03, control]);
  return withFcs([...header, ...information]);
}

function withFcs(bytes: readonly number[]): number[] {
  const fcs = crcX25(Uint8Array.from(bytes));
  return [...bytes, fcs & 0xff, fcs >> 8];
}

/** The wrapper of TCP and UDP around each message. */
export function wrap(messages: readonly Uint8Array[], source = 1, destination = 0x66): Uint8Array {
  return Uint8Array.from(
    messages.flatMap((apdu) =>
      [1, source, destination, apdu.length].flatMap((n) => [n >> 8, n & 0xff]).concat(...apdu),
    ),
  );
}

/** Wired M-Bus long frames, one per segment of at most `size` bytes. */
export function mbusSegments(apdu: Uint8Array, size: number): Uint8Array[] {
  const segments = pieces(apdu, size);
  return segments.map((segment, i) => {
    const ci = (i % 16) + (i === segments.length - 1 ? 0x10 : 0);
    const body = [0x53, 0xff, ci, 0x01, 0x67, ...segment];
    const sum = body.reduce((total, byte) => (total + byte) % 256, 0);
    return Uint8Array.from([0x68, body.length, body.length, 0x68, ...body, sum, 0x16]);
  });
}
