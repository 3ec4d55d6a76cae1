/**
 * Makes ciphered DLMS/COSEM APDUs for tests and measurements; independent of the parsers, as is
 * the wM-Bus encoder.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { crcX25 } from "./crc.ts";

export interface DlmsOptions {
  /** 8 bytes; always a part of the nonce, in the APDU only in the general form. */
  readonly systemTitle: Uint8Array;
  readonly suite: 0 | 1 | 2;
  readonly protection: "auth-enc" | "enc" | "auth";
  /** 16 bytes in suites 0 and 1, 32 in suite 2. */
  readonly ek: Uint8Array;
  readonly ak: Uint8Array;
  readonly invocationCounter: number;
  /** The APDU in clear. */
  readonly apdu: Uint8Array;
  readonly transport: "bare" | "hdlc";
  /** general-glo-ciphering (DB), or the tag of a service-specific form, e.g. C8. */
  readonly form: "general-glo" | number;
  /** general-glo with an empty system title in the APDU. */
  readonly omitSystemTitle?: boolean;
}

const BITS = { "auth-enc": 0x30, enc: 0x20, auth: 0x10 } as const;

/** Encodes and ciphers an APDU. */
export function encodeDlms(options: DlmsOptions): Uint8Array {
  const { systemTitle, suite, protection, invocationCounter, form } = options;
  const control = BITS[protection] + suite;
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(invocationCounter);
  const body = [control, ...counter, ...protect(options, control, counter)];
  const title = options.omitSystemTitle === true ? [] : [...systemTitle];
  const head = form === "general-glo" ? [0xdb, title.length, ...title] : [form];
  const apdu = Uint8Array.from([...head, ...lengthOf(body.length), ...body]);
  return options.transport === "hdlc" ? hdlc(apdu) : apdu;
}

function protect(options: DlmsOptions, control: number, counter: Buffer): Buffer {
  const { systemTitle, suite, protection, ek, ak, apdu } = options;
  const nonce = Buffer.concat([systemTitle, counter]);
  const cipher = createCipheriv(suite === 2 ? "aes-256-gcm" : "aes-128-gcm", ek, nonce, {
    authTagLength: 12,
  });
  if (protection !== "enc") {
    cipher.setAAD(Buffer.from([control, ...ak, ...(protection === "auth" ? apdu : [])]));
  }
  const encrypted = protection === "auth" ? Buffer.alloc(0) : cipher.update(apdu);
  cipher.final();
  switch (protection) {
    case "enc":
      return encrypted;
    case "auth":
      return Buffer.concat([apdu, cipher.getAuthTag()]);
    case "auth-enc":
      return Buffer.concat([encrypted, cipher.getAuthTag()]);
  }
}

function lengthOf(n: number): number[] {
  if (n < 0x80) {
    return [n];
  }
  return n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
}

/** One frame from a logical device (addresses of 2 and 1 bytes, UI control field). */
function hdlc(apdu: Uint8Array): Uint8Array {
  const length = 2 + 2 + 1 + 1 + 2 + 3 + apdu.length + 2;
  if (length > 0x7ff) {
    throw new RangeError(`HDLC: expected at most 2047 bytes, got ${length}`);
  }
  const header = withFcs([0xa0 + (length >> 8), length & 0xff, 0xce, 0xff, 0x03, 0x13]);
  return Uint8Array.from([0x7e, ...withFcs([...header, 0xe6, 0xe7, 0x00, ...apdu]), 0x7e]);
}

function withFcs(bytes: readonly number[]): number[] {
  const fcs = crcX25(Uint8Array.from(bytes));
  return [...bytes, fcs & 0xff, fcs >> 8];
}
