/**
 * Asks for a PIN: from a pipe, or typed unseen.
 *
 * @module
 */
import { Misuse } from "./errors.ts";
import { readPiped, typeUnseen } from "./secret-input.ts";

/** A way to get the PIN that is known to work before anything is claimed. */
export function pinSource(given: string | undefined): () => Promise<string> {
  if (given === "-") {
    return async () => {
      const { pin = "" } = await readPiped(["pin"]);
      return pin;
    };
  }
  if (given !== undefined) {
    return async () => given;
  }
  if (process.stdin.isTTY !== true) {
    throw new Misuse("no PIN: expected --pin - and the PIN on standard input");
  }
  return () => typeUnseen("PIN");
}
