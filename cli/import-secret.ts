/**
 * The secrets of a key file: a passphrase from a pipe or typed unseen, a key from a private file.
 *
 * Neither is ever an argument: those are in the list of processes and in the shell's history.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Misuse, Refusal } from "./errors.ts";

/** A way to ask for the passphrase, checked at once and used only when a file needs it. */
export function passphraseSource(given: string | undefined): () => Promise<string> {
  if (given !== undefined && given !== "-") {
    throw new Misuse("--passphrase: expected - and the passphrase on standard input");
  }
  return async () => {
    if (given === "-") {
      return await readLine();
    }
    if (process.stdin.isTTY !== true) {
      throw new Misuse("the file is encrypted: expected --passphrase - or a terminal to ask on");
    }
    return await typeUnseen("passphrase of the file: ");
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

async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) {
      return line;
    }
  } finally {
    lines.close();
    process.stdin.destroy();
  }
  throw new Misuse("no passphrase: standard input is empty");
}

function typeUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed = "";
    const stop = (): void => {
      stdin.off("data", take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const take = (text: string): void => {
      for (const key of text) {
        if (key === "\r" || key === "\n" || key === "\u0004") {
          stop();
          resolve(typed);
          return;
        }
        if (key === "\u0003") {
          stop();
          reject(new Refusal("ABORTED", "given up; nothing was imported"));
          return;
        }
        typed = key === "\u007f" || key === "\b" ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
