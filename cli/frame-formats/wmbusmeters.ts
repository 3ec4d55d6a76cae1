/**
 * The log of wmbusmeters with `--logtelegrams`, which is also its simulation format:
 *
 *     … telegram=|1E440C2E…_5E25183A…|+12
 *
 * `_` and `|` stand between header, content and suffix, the number is seconds since the start.
 * Whatever else such a log says is none of our business: lines without a telegram are skipped.
 *
 * @module
 */
import { type Reading, readHex, unreadable } from "./line.ts";

const TELEGRAM = /telegram=([0-9A-Fa-f_|]*)/;

/** Takes the telegram out of a log line; null for a line without one. */
export function readWmbusmeters(line: string): Reading {
  const telegram = TELEGRAM.exec(line)?.[1];
  if (telegram === undefined) {
    return null;
  }
  const hex = telegram.replace(/[_|]/g, "");
  return hex === "" ? unreadable("expected hex digits after telegram=") : readHex(hex);
}
