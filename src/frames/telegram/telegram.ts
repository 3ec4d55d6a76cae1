/**
 * Plaintext in the form that other programs accept: a telegram that needs no key.
 *
 * Built from the layers of the received frame, so it serves every suite that opens one.
 *
 * @module
 */
import { detectTransport } from "../detect.ts";
import type { SealedFrame } from "../sealed-frame.ts";
import { plainWired, plainWireless } from "./wmbus.ts";

/** `/` begins a telegram of the P1 port (DSMR), whose form is the data readout of IEC 62056-21. */
const P1_START = 0x2f;

/**
 * Writes an opened frame as if it had been sent unencrypted: an M-Bus frame in hex, a DLMS APDU
 * or LoRaWAN payload in hex, or a telegram of the P1 port as its text.
 */
export function plainTelegram(
  frame: Uint8Array,
  { protocol, clear }: Pick<SealedFrame, "protocol" | "clear">,
  plaintext: Uint8Array,
): string {
  if (protocol !== "wmbus") {
    const bytes = Buffer.from(plaintext);
    return protocol === "dlms" && isP1(plaintext)
      ? bytes.toString("latin1")
      : bytes.toString("hex");
  }
  const data = Buffer.concat([plaintext, clear]);
  const rebuild = detectTransport(frame) === "mbus" ? plainWired : plainWireless;
  return Buffer.from(rebuild(frame, data)).toString("hex");
}

/** No APDU in clear begins with 2F; the text is printable ASCII and line ends. */
function isP1(plaintext: Uint8Array): boolean {
  const isText = (byte: number): boolean =>
    (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a;
  return plaintext[0] === P1_START && plaintext.every(isText);
}
