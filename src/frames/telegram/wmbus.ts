/**
 * An M-Bus frame as if it had been sent unencrypted, by radio or by wire (EN 13757-2, -4, -7).
 *
 * What only served encryption goes: the AFL with its MAC, session number and payload CRC of the
 * extended link layer, configuration extension and message counter, the tag. The configuration
 * word becomes 0 (mode 0), link CRCs are left out, lengths and checksum are computed anew. All
 * else stays byte for byte, the addresses above all.
 *
 * @module
 */
import { type EllHeader, readLayers, type TplHeader } from "../wmbus/layers.ts";
import { LINK_HEADER, readLink } from "../wmbus/link.ts";

/** 68 L L 68 C A. */
const WIRED_HEADER = 6;

/** Rebuilds a frame of EN 13757-4; `data` is its plaintext and what followed it in clear. */
export function plainWireless(frame: Uint8Array, data: Uint8Array): Uint8Array {
  const { bytes } = readLink(frame)[0]!;
  const plain = Buffer.concat([bytes.subarray(0, LINK_HEADER), ...plainLayers(bytes, data)]);
  plain[0] = plain.length - 1;
  return plain;
}

/** Rebuilds a long frame of EN 13757-2. */
export function plainWired(frame: Uint8Array, data: Uint8Array): Uint8Array {
  const end = frame[1]! + 4;
  const layers = Buffer.concat([new Uint8Array(LINK_HEADER), frame.subarray(WIRED_HEADER, end)]);
  const summed = Buffer.concat([frame.subarray(4, WIRED_HEADER), ...plainLayers(layers, data)]);
  const checksum = summed.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return Buffer.from([0x68, summed.length, summed.length, 0x68, ...summed, checksum, 0x16]);
}

/** The layers from the first CI field on, each as its unencrypted form has it. */
function plainLayers(frame: Uint8Array, data: Uint8Array): Uint8Array[] {
  const { ell, tpl } = readLayers(frame, LINK_HEADER);
  return [
    ...(ell === null ? [] : [plainEll(frame, ell)]),
    // An encrypted extended link layer has the inner layers in its plaintext.
    ...(tpl === null ? [] : [plainTpl(frame, tpl)]),
    data,
  ];
}

/** EN 13757-4: ELL II (8D) and IV (8F) are I (8C) and III (8E) with a session number and a CRC. */
function plainEll(frame: Uint8Array, { ci, sessionAt, end }: EllHeader): Uint8Array {
  if (sessionAt === 0) {
    return frame.subarray(LINK_HEADER, end);
  }
  const header = Uint8Array.from(frame.subarray(LINK_HEADER, sessionAt));
  header[0] = ci - 1;
  return header;
}

/** EN 13757-7: CI, the address of a long header, ACC, status; then the configuration word. */
function plainTpl(frame: Uint8Array, { address, end }: TplHeader): Uint8Array {
  const header = Uint8Array.from(frame.subarray(end - (address === null ? 5 : 13), end));
  header.fill(0, -2);
  return header;
}
