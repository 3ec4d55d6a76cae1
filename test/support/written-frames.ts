/**
 * Frames written by hand, layer by layer; lengths, checksums and CRCs are counted here.
 *
 * @module
 */
import { crcEn13757 } from "../../bench/encode/crc.ts";
import { hex, toHex } from "./frame-vectors.ts";

/** C and address of the meter whose frames these are. */
export const LINK = "44 2D2C 99873476 1B16";
/** M ‖ A of the second address of an ELL. */
export const PARTNER = "3A63 66554433 0A31";
/** Any 16 bytes. */
export const DATA16 = "00112233445566778899AABBCCDDEEFF";

/** A wM-Bus frame without CRCs. */
export function wmbus(body: string, link = LINK): Uint8Array {
  const rest = bytesOf(link + body);
  return Uint8Array.of(rest.length, ...rest);
}

/** A wired long frame. */
export function wired(body: string): Uint8Array {
  const inner = bytesOf(body);
  const sum = inner.reduce((total, byte) => total + byte, 0) & 0xff;
  return Uint8Array.of(0x68, inner.length, inner.length, 0x68, ...inner, sum, 0x16);
}

/** An ELL without encryption but with a session number and so with a payload CRC. */
export function clearEll(body: string, ell = "8D 20 01"): string {
  const crc = crcEn13757(bytesOf(body));
  return `${ell} 05000000 ${toHex(Uint8Array.of(crc & 0xff, crc >> 8))} ${body}`;
}

function bytesOf(text: string): Uint8Array {
  return hex(text.replaceAll(" ", ""));
}
