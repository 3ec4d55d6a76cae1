/**
 * A PIN while it is being typed: grouped as it is printed, with the caret where it was.
 *
 * @module
 */
import { parsePin } from "../../../handover/protocol/pin.ts";

const SYMBOLS = 9;

export type PinState = "incomplete" | "misfits" | "fits";

/** Writes what was typed as `K7QF-3M9X-T`; keeps what is no symbol, so that it can be seen. */
export function groupPin(typed: string): string {
  const symbols = [...symbolsOf(typed)];
  const groups = [symbols.slice(0, 4), symbols.slice(4, 8), symbols.slice(8)];
  return groups
    .map((group) => group.join(""))
    .filter((group) => group !== "")
    .join("-");
}

/** Where the caret belongs in the grouped text: after as many symbols as were before it. */
export function caretIn(grouped: string, before: string): number {
  let left = [...symbolsOf(before)].length;
  let at = 0;
  while (left > 0 && at < grouped.length) {
    left -= grouped.charAt(at) === "-" ? 0 : 1;
    at += 1;
  }
  return at;
}

/** Tells whether a PIN is complete and its check symbol fits (abuse 11: only then can it be sent). */
export function pinState(typed: string): PinState {
  if ([...symbolsOf(typed)].length < SYMBOLS) {
    return "incomplete";
  }
  try {
    parsePin(typed);
    return "fits";
  } catch {
    return "misfits";
  }
}

function symbolsOf(typed: string): string {
  return typed
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, "");
}
