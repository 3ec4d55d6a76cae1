/**
 * Secrets on their way in: lines of a pipe, or typed unseen. None comes by the command line.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { Misuse, Refusal } from "./errors.ts";

/** What a command may take from standard input, in the order of the lines. */
const PIPED = ["link", "pin", "passphrase"] as const;
export type Piped = (typeof PIPED)[number];

/**
 * Reads the named secrets from standard input, a line each: the link first, the PIN after it, the
 * passphrase last.
 *
 * @throws {@link Misuse} when there are fewer lines
 */
export async function readPiped(
  wanted: readonly Piped[],
): Promise<Readonly<Partial<Record<Piped, string>>>> {
  const names = PIPED.filter((name) => wanted.includes(name));
  if (names.length === 0) {
    return {};
  }
  const missing = `standard input has too few lines: expected ${names.join(", ")}`;
  const lines = await readLines(names.length, missing);
  // A passphrase may have blanks at its ends, the others are copied with them.
  const clean = (name: Piped, line = "") => (name === "passphrase" ? line : line.trim());
  return Object.fromEntries(names.map((name, i) => [name, clean(name, lines[i])]));
}

/**
 * Reads lines from standard input and gives it up; a terminal may be asked again.
 *
 * @throws {@link Misuse} when there are fewer
 */
export async function readLines(count: number, missing: string): Promise<readonly string[]> {
  const lines = createInterface({ input: process.stdin });
  const read: string[] = [];
  try {
    for await (const line of lines) {
      read.push(line);
      if (read.length === count) {
        return read;
      }
    }
  } finally {
    lines.close();
    if (process.stdin.isTTY !== true) {
      process.stdin.destroy();
    }
  }
  throw new Misuse(missing);
}

/** Asks on the terminal; what is typed is not shown. */
export function typeUnseen(label: string): Promise<string> {
  const { stdin, stderr } = process;
  // First, so that nothing typed at the sight of the question is shown.
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stderr.write(`${label}: `);
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
          reject(new Refusal("ABORTED", "given up; nothing was changed"));
          return;
        }
        typed = key === "\u007f" || key === "\b" ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
