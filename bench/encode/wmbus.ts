/**
 * Makes encrypted wM-Bus frames for tests and measurements.
 *
 * Written from the standards, not from the parsers: it imports nothing of the project, so that a
 * mistake has to be made twice to stay unseen.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { crcEn13757 } from "./crc.ts";

/** A wM-Bus address as printed: FLAG code, 8 hex digits, version and medium as numbers. */
export interface WmbusAddress {
  readonly manufacturer: string;
  readonly id: string;
  readonly version: number;
  readonly medium: number;
}

/** `none` = the link CRCs were taken out by the receiver. */
export type LinkFormat = "A" | "B" | "none";

export interface Mode5Options extends WmbusAddress {
  readonly key: Uint8Array;
  readonly acc: number;
  /** Filled up with 2F to whole blocks; 2F2F at its start is up to the caller. */
  readonly plaintext: Uint8Array;
  /** Appended unencrypted (partial encryption). */
  readonly clear?: Uint8Array;
  readonly header: "short" | "long";
  /** Address of a radio converter; the meter's own if absent. */
  readonly linkAddress?: WmbusAddress;
  readonly format: LinkFormat;
}

export interface EllOptions extends WmbusAddress {
  readonly key: Uint8Array;
  readonly cc: number;
  readonly acc?: number;
  /** Session number without its ENC bits (29 bits). */
  readonly sn: number;
  /** From the inner CI field on, without the payload CRC. */
  readonly plaintext: Uint8Array;
  readonly format: LinkFormat;
}

/** Encodes a mode-5 telegram (OMS security profile A). */
export function encodeMode5(options: Mode5Options): Uint8Array {
  const { key, acc, plaintext, header, format } = options;
  const blocks = Math.ceil(plaintext.length / 16);
  if (blocks > 15) {
    throw new RangeError(`mode 5: expected at most 15 blocks, got ${blocks}`);
  }
  const padded = Buffer.alloc(blocks * 16, 0x2f);
  padded.set(plaintext);
  const own = addressOf(options);
  const iv = Buffer.concat([own, Buffer.alloc(8, acc)]);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(padded), cipher.final()]);
  const long = [0x72, ...own.subarray(2, 6), ...own.subarray(0, 2), ...own.subarray(6)];
  const link = addressOf(options.linkAddress ?? options);
  return frame(link, format, [
    ...(header === "long" ? long : [0x7a]),
    ...[acc, 0x00, blocks << 4, 0x05],
    ...encrypted,
    ...(options.clear ?? []),
  ]);
}

/** Encodes a telegram with the encryption of the extended link layer II (CI 8D). */
export function encodeEll(options: EllOptions): Uint8Array {
  const { key, cc, acc = 0, sn, plaintext, format } = options;
  const session = Buffer.alloc(4);
  session.writeUInt32LE(0x20000000 + (sn & 0x1fffffff));
  const link = addressOf(options);
  // The sender encrypts before any repeater sets its bits (10, 02) in CC.
  const iv = Buffer.concat([link, Buffer.from([cc & 0xed]), session, Buffer.alloc(3)]);
  const crc = crcEn13757(plaintext);
  const inner = Buffer.from([crc & 0xff, crc >> 8, ...plaintext]);
  const encrypted = createCipheriv("aes-128-ctr", key, iv).update(inner);
  return frame(link, format, [0x8d, cc, acc, ...session, ...encrypted]);
}

function addressOf({ manufacturer, id, version, medium }: WmbusAddress): Buffer {
  const [a, b, c] = Array.from(manufacturer, (letter) => letter.charCodeAt(0) - 64);
  const m = a! * 1024 + b! * 32 + c!;
  return Buffer.from([m % 256, m >> 8, ...Buffer.from(id, "hex").reverse(), version, medium]);
}

function frame(link: Buffer, format: LinkFormat, body: readonly number[]): Uint8Array {
  const length = 9 + body.length;
  const crcs = format !== "B" ? 0 : length + 3 > 128 ? 4 : 2;
  if (length + crcs > 255) {
    throw new RangeError(`link layer: expected at most 255 bytes, got ${length + crcs}`);
  }
  const plain = Uint8Array.from([length + crcs, 0x44, ...link, ...body]);
  switch (format) {
    case "none":
      return plain;
    case "A": {
      const blocks = [withCrc(plain.subarray(0, 10))];
      for (let at = 10; at < plain.length; at += 16) {
        blocks.push(withCrc(plain.subarray(at, at + 16)));
      }
      return concat(blocks);
    }
    case "B":
      return crcs === 2
        ? withCrc(plain)
        : concat([withCrc(plain.subarray(0, 126)), withCrc(plain.subarray(126))]);
  }
}

function withCrc(block: Uint8Array): Uint8Array {
  const crc = crcEn13757(block);
  return Uint8Array.from([...block, crc >> 8, crc & 0xff]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
