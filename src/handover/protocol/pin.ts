/**
 * The PIN: eight symbols of Crockford base32 (40 bits) and a check symbol.
 *
 * The check symbol catches typing errors before they cost a try; it is not part of the input of
 * scrypt. People may type lower case, O for 0, I or L for 1, blanks, hyphens and full-width
 * digits.
 *
 * @module
 */
import { HandoverError } from "./errors.ts";

/** Crockford base32: no I, L, O, U. */
export const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = 8;

/**
 * Check symbol of eight PIN symbols: sum of (2i+1)·value, mod 32. Odd weights are invertible
 * mod 32, so every single wrong symbol changes it.
 */
export function pinCheckSymbol(symbols: string): string {
  let sum = 0;
  for (let i = 0; i < SYMBOLS; i++) {
    sum += (2 * i + 1) * CROCKFORD.indexOf(symbols.charAt(i));
  }
  return CROCKFORD.charAt(sum % 32);
}

/** Writes eight symbols as people see them, `K7QF-3M9X-T`. */
export function formatPin(symbols: string): string {
  return `${symbols.slice(0, 4)}-${symbols.slice(4)}-${pinCheckSymbol(symbols)}`;
}

/**
 * Reads a PIN as typed and answers its eight symbols, without the check symbol.
 *
 * @throws {@link HandoverError} `PIN_FORMAT`
 */
export function parsePin(typed: string): string {
  const symbols = typed
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replaceAll(/[\s\p{Pd}]/gu, "");
  if (symbols.length !== SYMBOLS + 1 || [...symbols].some((s) => !CROCKFORD.includes(s))) {
    throw new HandoverError("PIN_FORMAT", "PIN: expected eight symbols and a check symbol");
  }
  if (pinCheckSymbol(symbols) !== symbols.charAt(SYMBOLS)) {
    throw new HandoverError("PIN_FORMAT", "PIN: the check symbol does not fit, a symbol is wrong");
  }
  return symbols.slice(0, SYMBOLS);
}
