/**
 * Where a command writes: stdout for results only, stderr for everything else.
 *
 * With `--json` a result is one JSON document and a list is one document per line.
 *
 * @module
 */
import { fstatSync, writeSync } from "node:fs";
import { printable, redact } from "./text.ts";

/** What a command writes to. */
export interface Output {
  readonly json: boolean;
  /** Writes a result in the form that was asked for. */
  result(document: unknown, lines: () => readonly string[]): Promise<void>;
  /** Writes to stdout as it is, and waits until the reader keeps up. */
  write(content: string | Uint8Array): Promise<void>;
  /** Says something beside the result. */
  note(line: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    async result(document, lines) {
      await writeOut(json ? `${JSON.stringify(document)}\n` : `${lines().join("\n")}\n`);
    },
    write: writeOut,
    note(line) {
      process.stderr.write(`${printable(line)}\n`);
    },
  };
}

/** Reports a failure: `noun verb: detail (CODE)`. */
export function complain(name: string, detail: string, code: string | null): void {
  const sentence = printable(redact(detail));
  process.stderr.write(`${name}: ${sentence}${code === null ? "" : ` (${printable(code)})`}\n`);
}

/** A reader that has gone away (`| head`) ends the command without a word. */
export function leaveWhenReaderIsGone(): void {
  process.stdout.on("error", () => {
    process.exit(1);
  });
}

/**
 * Resolves when all of it has left. What is written here may be all that is left of keys once
 * receipt is confirmed: a disk that takes only a part of a file says so by the next write alone,
 * and node's stream does not make one.
 */
async function writeOut(content: string | Uint8Array): Promise<void> {
  const { stdout } = process;
  if (fstatSync(stdout.fd).isFile()) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(stdout.fd, bytes, at);
    }
  } else if (content.length > 0) {
    // A reader that has gone away ends the process; nothing waits for this then.
    await new Promise<void>((resolve) => {
      stdout.write(content, (error) => error ?? resolve());
    });
  }
}
