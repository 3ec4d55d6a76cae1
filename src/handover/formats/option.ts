/**
 * What the recipient typed or brought, checked before a key is touched; no message repeats it.
 *
 * @module
 */
import { FormatError, type FormatOption, type FormatOptions } from "./contract.ts";

/** NIST SP 800-63B-4 §3.1.1.2 asks for 15; a slow derivation makes up for some of it. */
const SHORTEST = 12;

/**
 * The own passphrase of a recipient. NFC, because the same letters typed on another system may
 * come as other bytes (RFC 8265 §4.2).
 *
 * @throws {@link FormatError} `FORMAT_OPTION`
 */
export function passphraseOf({ passphrase }: FormatOptions): string {
  const text = (passphrase ?? "").normalize("NFC");
  if ([...text].length < SHORTEST) {
    throw badOption("passphrase", `expected at least ${SHORTEST} characters`);
  }
  return text;
}

/** An option that cannot be used; `expected` is our own sentence and quotes nothing. */
export function badOption(option: FormatOption, expected: string, cause?: unknown): FormatError {
  return new FormatError("FORMAT_OPTION", `${option}: ${expected}`, {
    option,
    ...(cause === undefined ? {} : { cause }),
  });
}
