/**
 * Asks for a PIN: from a pipe, or typed unseen.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { Misuse, Refusal } from "./errors.ts";

/** A way to get the PIN that is known to work before anything is claimed. */
export function pinSource(given: string | undefined): () => Promise<string> {
  if (given === "-") {
    return readLine;
  }
  if (given !== undefined) {
    return async () => given;
  }
  if (process.stdin.isTTY !== true) {
    throw new Misuse("no PIN: expected --pin - and the PIN on standard input");
  }
  return typeUnseen;
}

/** Reads the first line of standard input: what must not stand in a process list. */
export async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) {
      return line.trim();
    }
  } finally {
    lines.close();
    process.stdin.destroy();
  }
  throw new Misuse("standard input is empty");
}

function typeUnseen(): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write("PIN: ");
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
          reject(new Refusal("ABORTED", "given up; nothing was collected"));
          return;
        }
        typed = key === "\u007f" || key === "\b" ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
