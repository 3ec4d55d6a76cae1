/**
 * Bodies of add-checkpoint that are none; the record is at size 5.
 *
 * @module
 */
import { base64, requestBody, type SignedLog } from "./witness.ts";

export const MALFORMED: readonly (readonly [string, (log: SignedLog) => string | Uint8Array])[] = [
  ["nothing at all", () => ""],
  ["no old line", (log) => `\n${log.checkpoint(7)}`],
  ["a checkpoint alone", (log) => log.checkpoint(7)],
  ["no empty line", (log) => `old 5\n${log.checkpoint(7).replace("\n\n", "\n")}`],
  [
    "an old size with a leading zero",
    (log) => requestBody("05", log.proof(5, 7), log.checkpoint(7)),
  ],
  ["an old size with a sign", (log) => requestBody("+5", log.proof(5, 7), log.checkpoint(7))],
  ["an old size in hexadecimal", (log) => requestBody("0x5", log.proof(5, 7), log.checkpoint(7))],
  ["an old size of 2^63", (log) => requestBody("9223372036854775808", [], log.checkpoint(7))],
  ["two spaces", (log) => requestBody(" 5", log.proof(5, 7), log.checkpoint(7))],
  ["lines that end with CR LF", (log) => log.request(5, 7).replaceAll("\n", "\r\n")],
  ["a proof line that is no base64", (log) => requestBody(5, ["?"], log.checkpoint(7))],
  [
    "a proof line of 31 bytes",
    (log) => requestBody(5, [base64(new Uint8Array(31))], log.checkpoint(7)),
  ],
  [
    "a proof line without padding",
    (log) => requestBody(5, [base64(new Uint8Array(32)).slice(0, -1)], log.checkpoint(7)),
  ],
  [
    "64 proof lines",
    (log) => requestBody(5, Array(64).fill(base64(new Uint8Array(32))), log.checkpoint(7)),
  ],
  ["a note without its last newline", (log) => log.request(5, 7).slice(0, -1)],
  ["a checkpoint size with a leading zero", (log) => log.request(5, 7).replace("\n7\n", "\n07\n")],
  ["a root of 31 bytes", (log) => requestBody(5, [], log.checkpoint(7, new Uint8Array(31)))],
  ["a note with a tab", (log) => log.request(5, 7).replace(log.origin, `${log.origin}\t`)],
  [
    "bytes that are no UTF-8",
    (log) => Buffer.concat([Buffer.from(log.request(5, 7)), Buffer.of(0xff)]),
  ],
];
