/**
 * Makes ciphered DLMS/COSEM APDUs for tests and measurements; independent of the parsers, as is
 * the wM-Bus encoder.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { hdlc } from "./dlms-transport.ts";

export interface CipherOptions {
  /** 8 bytes; always a part of the nonce, in the APDU only in the general forms. */
  readonly systemTitle: Uint8Array;
  readonly suite: 0 | 1 | 2;
  readonly protection: "auth-enc" | "enc" | "auth";
  /** 16 bytes in suites 0 and 1, 32 in suite 2. */
  readonly ek: Uint8Array;
  readonly ak: Uint8Array;
  readonly invocationCounter: number;
  /** The APDU in clear. */
  readonly apdu: Uint8Array;
}

export interface DlmsOptions extends CipherOptions {
  readonly transport: "bare" | "hdlc";
  /** DB, DC, or the tag of a service-specific form, e.g. C8. */
  readonly form: "general-glo" | "general-ded" | number;
  /** A general form with an empty system title in the APDU. */
  readonly omitSystemTitle?: boolean;
}

const BITS = { "auth-enc": 0x30, enc: 0x20, auth: 0x10 } as const;

/** Encodes and ciphers an APDU. */
export function encodeDlms(options: DlmsOptions): Uint8Array {
  const { systemTitle, form } = options;
  const title = options.omitSystemTitle === true ? [] : [...systemTitle];
  const head =
    typeof form === "number"
      ? [form]
      : [form === "general-glo" ? 0xdb : 0xdc, title.length, ...title];
  const apdu = Uint8Array.from([...head, ...octets(cipherApdu(options))]);
  return options.transport === "hdlc" ? hdlc([apdu]) : apdu;
}

/** SC ‖ IC ‖ ciphered APDU and tag; `header` is covered by the tag behind SC ‖ AK. */
export function cipherApdu(options: CipherOptions, header: readonly number[] = []): number[] {
  const { systemTitle, suite, protection, ek, ak, invocationCounter, apdu } = options;
  const control = BITS[protection] + suite;
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(invocationCounter);
  const nonce = Buffer.concat([systemTitle, counter]);
  const cipher = createCipheriv(suite === 2 ? "aes-256-gcm" : "aes-128-gcm", ek, nonce, {
    authTagLength: 12,
  });
  const isClear = protection === "auth";
  if (protection !== "enc") {
    cipher.setAAD(Buffer.from([control, ...ak, ...header, ...(isClear ? apdu : [])]));
  }
  const body = isClear ? apdu : cipher.update(apdu);
  cipher.final();
  const tag = protection === "enc" ? [] : cipher.getAuthTag();
  return [control, ...counter, ...body, ...tag];
}

/** An octet string: its length, then its bytes. */
export function octets(bytes: ArrayLike<number>): number[] {
  const n = bytes.length;
  const long = n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return [...(n < 0x80 ? [n] : long), ...Array.from(bytes)];
}
