/**
 * Makes encrypted wM-Bus frames for tests and measurements: mode 5 and the extended link layer.
 *
 * Written from the standards, not from the parsers: it imports nothing of the project, so that a
 * mistake has to be made twice to stay unseen.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { crcEn13757 } from "./crc.ts";
import {
  addressOf,
  type Envelope,
  enclose,
  type LinkFormat,
  linkFrame,
  tplHeader,
  type WmbusAddress,
} from "./envelope.ts";

export interface Mode5Options extends Envelope {
  readonly key: Uint8Array;
  readonly acc: number;
  /** Filled up with 2F to whole blocks; 2F2F at its start is up to the caller. */
  readonly plaintext: Uint8Array;
  /** Appended unencrypted (partial encryption). */
  readonly clear?: Uint8Array;
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
  /** Makes it ELL IV (CI 8F), encrypted under this address. */
  readonly second?: WmbusAddress;
}

/** Encodes a mode-5 telegram (OMS security profile A). */
export function encodeMode5(options: Mode5Options): Uint8Array {
  const { key, acc, plaintext, clear = [] } = options;
  const padded = wholeBlocks(plaintext);
  const iv = Buffer.concat([addressOf(options), Buffer.alloc(8, acc)]);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(padded), cipher.final()]);
  const config = 0x0500 + padded.length;
  return enclose(options, [...tplHeader(options, acc, config), ...encrypted, ...clear]);
}

/** Encodes a telegram with the encryption of the extended link layer II (CI 8D) or IV (CI 8F). */
export function encodeEll(options: EllOptions): Uint8Array {
  const { key, cc, acc = 0, sn, plaintext, format, second } = options;
  const session = Buffer.alloc(4);
  session.writeUInt32LE(0x20000000 + (sn & 0x1fffffff));
  const own = addressOf(second ?? options);
  // The sender encrypts before any repeater sets its bits (10, 02) in CC.
  const iv = Buffer.concat([own, Buffer.from([cc & 0xed]), session, Buffer.alloc(3)]);
  const crc = crcEn13757(plaintext);
  const inner = Buffer.from([crc & 0xff, crc >> 8, ...plaintext]);
  const encrypted = createCipheriv("aes-128-ctr", key, iv).update(inner);
  const head = second === undefined ? [0x8d, cc, acc] : [0x8f, cc, acc, ...own];
  return linkFrame(addressOf(options), format, [...head, ...session, ...encrypted]);
}

/** Fills up with 2F; a multiple of 16 is its own number of blocks in bits 7 to 4. */
export function wholeBlocks(plaintext: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil(plaintext.length / 16) * 16, 0x2f);
  if (padded.length > 240) {
    throw new RangeError(`block count: expected at most 15 blocks, got ${padded.length / 16}`);
  }
  padded.set(plaintext);
  return padded;
}
