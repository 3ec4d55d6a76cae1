/**
 * The secrets of a key file: a passphrase from a pipe or typed unseen, a key from a private file.
 *
 * Neither is ever an argument: those are in the list of processes and in the shell's history.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { Misuse } from "../errors.ts";
import { readLines, typeUnseen } from "../secret-input.ts";

/** A way to ask for the passphrase, checked at once and used only when a file needs it. */
export function passphraseSource(given: string | undefined): () => Promise<string> {
  if (given !== undefined && given !== "-") {
    throw new Misuse("--passphrase: expected - and the passphrase on standard input");
  }
  return async () => {
    if (given === "-") {
      const [line = ""] = await readLines(1, "no passphrase: standard input is empty");
      return line;
    }
    if (process.stdin.isTTY !== true) {
      throw new Misuse("the file is encrypted: expected --passphrase - or a terminal to ask on");
    }
    return await typeUnseen("passphrase of the file");
  };
}

/** The key of `--kek-file`: 32, 48 or 64 hex digits. */
export function kekSource(path: string | undefined): () => Promise<Uint8Array> {
  return async () => {
    if (path === undefined) {
      throw new Misuse("the file is encrypted with a key shared beforehand: name it by --kek-file");
    }
    const text = await readFile(path, "utf8").catch(() => {
      throw new Misuse("--kek-file: the file cannot be read");
    });
    const hex = text.replace(/\s/g, "");
    if (!/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$/.test(hex)) {
      throw new Misuse("--kek-file: expected 32, 48 or 64 hex digits");
    }
    return new Uint8Array(Buffer.from(hex, "hex"));
  };
}
