/**
 * Where a command writes: stdout for results only, stderr for everything else.
 *
 * With `--json` a result is one JSON document and a list is one document per line.
 *
 * @module
 */
import { once } from "node:events";
import { printable, redact } from "./text.ts";

/** What a command writes to. */
export interface Output {
  readonly json: boolean;
  /** Writes a result in the form that was asked for. */
  result(document: unknown, lines: () => readonly string[]): Promise<void>;
  /** Writes to stdout and waits until the reader keeps up. */
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

async function writeOut(content: string | Uint8Array): Promise<void> {
  if (content.length > 0 && !process.stdout.write(content)) {
    await once(process.stdout, "drain");
  }
}
