/**
 * Makes what stands around ciphered APDUs: general-ciphering with its whole header, authentication
 * tokens, and the requests that transport dedicated keys.
 *
 * @module
 */
import { type CipherOptions, cipherApdu, octets } from "./dlms.ts";

export interface GeneralOptions extends CipherOptions {
  readonly transactionId: Uint8Array;
  readonly recipient: Uint8Array;
  readonly dateTime: Uint8Array;
  readonly otherInformation: Uint8Array;
  /** As on the wire: 00 for absent, 01 00 00 for the GUEK. */
  readonly keyInfo: readonly number[];
}

/** general-ciphering (DD). */
export function encodeGeneral(options: GeneralOptions): Uint8Array {
  const header = [
    ...octets(options.transactionId),
    ...octets(options.systemTitle),
    ...octets(options.recipient),
    ...octets(options.dateTime),
    ...octets(options.otherInformation),
  ];
  const ciphered = octets(cipherApdu(options, header));
  return Uint8Array.from([0xdd, ...header, ...options.keyInfo, ...ciphered]);
}

/** The answer to a challenge by HLS mechanism 5. */
export function encodeToken(
  options: Omit<CipherOptions, "protection" | "apdu">,
  challenge: Uint8Array,
): Uint8Array {
  const frame = cipherApdu({ ...options, protection: "auth", apdu: challenge });
  return Uint8Array.from([...frame.slice(0, 5), ...frame.slice(-12)]);
}

/** An InitiateRequest in clear; without `key` it transports none. */
export function initiateRequest(key: Uint8Array | null): Uint8Array {
  const dedicated = key === null ? [0] : [1, ...octets(key)];
  // response-allowed true, no quality of service, version 6, conformance block, PDU size.
  return Uint8Array.from([1, ...dedicated, 0, 0, 6, 0x5f, 0x1f, 4, 0, 0, 0x7e, 0x1f, 4, 0xb0]);
}

/** An AARQ with its sender's system title around a ciphered InitiateRequest. */
export function encodeAarq(clientTitle: Uint8Array, initiate: Uint8Array): Uint8Array {
  const name = [0xa1, 9, 6, 7, 0x60, 0x85, 0x74, 5, 8, 1, 3];
  const title = [0xa6, ...octets([4, ...octets(clientTitle)])];
  const information = [0xbe, ...octets([4, ...octets(initiate)])];
  return Uint8Array.from([0x60, ...octets([...name, ...title, ...information])]);
}
