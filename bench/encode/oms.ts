/**
 * Makes frames of OMS security profiles B (mode 7) and D (mode 10), independent of the parsers
 * and of the keystore's suites.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { aesCmac } from "./cmac.ts";
import { addressOf, type Envelope, enclose, tplHeader } from "./envelope.ts";
import { wholeBlocks } from "./wmbus.ts";

interface MessageOptions extends Envelope {
  readonly key: Uint8Array;
  readonly acc: number;
  /** Message counter, 32 bits. */
  readonly counter: number;
  readonly plaintext: Uint8Array;
}

export interface Mode7Options extends MessageOptions {
  readonly macLength: 2 | 4 | 8 | 12 | 16;
  /** Appended unencrypted (partial encryption). */
  readonly clear?: Uint8Array;
  /** Adds key information with this version to the AFL. */
  readonly keyVersion?: number | null;
  /** Adds the message length to the AFL. */
  readonly hasLength?: boolean;
}

export interface Mode10Options extends MessageOptions {
  readonly tagLength: 4 | 8 | 12 | 16;
  readonly keyVersion?: number | null;
  /** Announces the number of encrypted bytes instead of FF. */
  readonly isCounted?: boolean;
}

const TYPES = { 2: 3, 4: 4, 8: 5, 12: 6, 16: 7 } as const;
/** C fields of frames that a meter sends; in all others D begins with 1. */
const METER_CONTROLS: readonly number[] = [0x08, 0x18, 0x28, 0x38, 0x44, 0x46, 0x47, 0x48];

/** Encodes a mode-7 telegram; its plaintext is filled up with 2F to whole blocks. */
export function encodeMode7(options: Mode7Options): Uint8Array {
  const { acc, plaintext, clear = [], macLength, keyVersion = null, hasLength = false } = options;
  const padded = wholeBlocks(plaintext);
  const key = messageKey(options, 0);
  const cipher = createCipheriv("aes-128-cbc", key, Buffer.alloc(16)).setAutoPadding(false);
  const encrypted = cipher.update(padded);
  const header = [...tplHeader(options, acc, 0x0700 + padded.length), 0x10];
  const message = [...header, ...encrypted, ...clear];

  const mcl = 0x20 + (hasLength ? 0x40 : 0) + (keyVersion === null ? 0 : 0x10) + TYPES[macLength];
  const ki = keyVersion === null ? [] : [0x10, keyVersion];
  const ml = hasLength ? [message.length & 0xff, message.length >> 8] : [];
  const mcr = littleEndian(options.counter);
  const input = Buffer.from([mcl, ...ki, ...mcr, ...ml, ...message]);
  const mac = aesCmac(messageKey(options, 1), input).subarray(0, macLength);
  const fcl = 0x2c + (hasLength ? 0x10 : 0) + (keyVersion === null ? 0 : 0x02);
  const afl = [0x00, fcl, mcl, ...ki, ...mcr, ...mac, ...ml];
  return enclose(options, [0x90, afl.length, ...afl, ...message]);
}

/** Encodes a mode-10 telegram. */
export function encodeMode10(options: Mode10Options): Uint8Array {
  const { acc, plaintext, counter, tagLength, keyVersion = null, isCounted = false } = options;
  const config = 0x2a00 + (isCounted ? plaintext.length : 0xff);
  const extension = [keyVersion === null ? 0x10 : 0x50, (tagLength - 4) / 4];
  const header = [...tplHeader(options, acc, config), ...extension];
  const aad = Buffer.from([...header, ...(keyVersion === null ? [] : [keyVersion])]);
  const mc = littleEndian(counter);
  const nonce = Buffer.from([...addressOf(options), 0x00, ...Buffer.from(mc).reverse()]);
  const cipher = createCipheriv("aes-128-ccm", messageKey(options, 0), nonce, {
    authTagLength: tagLength,
  });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const encrypted = cipher.update(plaintext);
  cipher.final();
  return enclose(options, [...aad, ...mc, ...encrypted, ...cipher.getAuthTag()]);
}

/** KDF-A: CMAC(MK, D ‖ C ‖ ID ‖ 07 × 7). */
function messageKey(options: MessageOptions, use: 0 | 1): Buffer {
  const { format, control = format === "wired" ? 0x08 : 0x44 } = options;
  const direction = METER_CONTROLS.includes(control) ? 0x00 : 0x10;
  const id = addressOf(options).subarray(2, 6);
  const context = [direction + use, ...littleEndian(options.counter), ...id];
  return aesCmac(options.key, Buffer.from([...context, ...Buffer.alloc(7, 7)]));
}

function littleEndian(counter: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(counter);
  return [...bytes];
}
