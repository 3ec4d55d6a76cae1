/**
 * What stands around a transport layer: link layer with its CRCs or the wired long frame, and an
 * extended link layer without encryption.
 *
 * @module
 */
import { crcEn13757 } from "./crc.ts";

/** A wM-Bus address as printed: FLAG code, 8 hex digits, version and medium as numbers. */
export interface WmbusAddress {
  readonly manufacturer: string;
  readonly id: string;
  readonly version: number;
  readonly medium: number;
}

/**
 * `none` = the link CRCs were taken out by the receiver; `cul` = format A with an L field that
 * counts them.
 */
export type LinkFormat = "A" | "B" | "none" | "cul";

export interface Envelope extends WmbusAddress {
  readonly header: "short" | "long";
  readonly format: LinkFormat | "wired";
  /** Address of a radio converter; the meter's own if absent. */
  readonly linkAddress?: WmbusAddress;
  /** C field; SND-NR, on the wire RSP-UD, if absent. */
  readonly control?: number;
  /** Extended link layer without encryption. */
  readonly ell?: "I" | "II" | "III" | "IV";
}

/** M(2) ‖ ID(4) ‖ version ‖ medium. */
export function addressOf({ manufacturer, id, version, medium }: WmbusAddress): Buffer {
  const [a, b, c] = Array.from(manufacturer, (letter) => letter.charCodeAt(0) - 64);
  const m = a! * 1024 + b! * 32 + c!;
  return Buffer.from([m % 256, m >> 8, ...Buffer.from(id, "hex").reverse(), version, medium]);
}

/** CI field to configuration word. */
export function tplHeader(envelope: Envelope, acc: number, config: number): number[] {
  const own = addressOf(envelope);
  const long = [0x72, ...own.subarray(2, 6), ...own.subarray(0, 2), ...own.subarray(6)];
  return [
    ...(envelope.header === "long" ? long : [0x7a]),
    ...[acc, 0x00, config & 0xff, config >> 8],
  ];
}

/** Packs everything from the first CI field after the ELL on. */
export function enclose(envelope: Envelope, body: readonly number[]): Uint8Array {
  const { format, control, linkAddress = envelope } = envelope;
  if (format === "wired") {
    const inner = [control ?? 0x08, 0x01, ...body];
    const sum = inner.reduce((total, byte) => total + byte, 0) % 256;
    return Uint8Array.from([0x68, inner.length, inner.length, 0x68, ...inner, sum, 0x16]);
  }
  return linkFrame(
    addressOf(linkAddress),
    format,
    [...ellHeader(envelope, body), ...body],
    control,
  );
}

/** Packs a body that begins with its own ELL, if any. */
export function linkFrame(
  link: Buffer,
  format: LinkFormat,
  body: readonly number[],
  control = 0x44,
): Uint8Array {
  const length = 9 + body.length;
  const crcs = format !== "B" ? 0 : length + 3 > 128 ? 4 : 2;
  if (length + crcs > 255) {
    throw new RangeError(`link layer: expected at most 255 bytes, got ${length + crcs}`);
  }
  const plain = Uint8Array.from([length + crcs, control, ...link, ...body]);
  switch (format) {
    case "none":
      return plain;
    case "A":
      return formatA(plain);
    case "cul":
      plain[0] = formatA(plain).length - 1;
      return formatA(plain);
    case "B":
      return crcs === 2
        ? withCrc(plain)
        : concat([withCrc(plain.subarray(0, 126)), withCrc(plain.subarray(126))]);
  }
}

function ellHeader({ ell }: Envelope, body: readonly number[]): readonly number[] {
  const [cc, acc] = [0x20, 0x75];
  const partner = [0x3a, 0x63, 0x66, 0x55, 0x44, 0x33, 0x0a, 0x31];
  const crc = crcEn13757(Uint8Array.from(body));
  const session = [0x05, 0x00, 0x00, 0x00, crc & 0xff, crc >> 8];
  switch (ell) {
    case "I":
      return [0x8c, cc, acc];
    case "II":
      return [0x8d, cc, acc, ...session];
    case "III":
      return [0x8e, cc, acc, ...partner];
    case "IV":
      return [0x8f, cc, acc, ...partner, ...session];
    default:
      return [];
  }
}

function formatA(plain: Uint8Array): Uint8Array {
  const blocks = [withCrc(plain.subarray(0, 10))];
  for (let at = 10; at < plain.length; at += 16) {
    blocks.push(withCrc(plain.subarray(at, at + 16)));
  }
  return concat(blocks);
}

function withCrc(block: Uint8Array): Uint8Array {
  const crc = crcEn13757(block);
  return Uint8Array.from([...block, crc >> 8, crc & 0xff]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
