/**
 * `meterseal frame decrypt`: frames in, rows out, both at once.
 *
 * Every frame sent must come back as a row: a stream that ends early, even if it ends cleanly,
 * is a failure and the exit status says so.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { pathOf } from "../client.ts";
import type { Context } from "../context.ts";
import { Misuse, Refusal } from "../errors.ts";
import type { FrameFormat } from "../frame-formats/formats.ts";
import { asNdjson, openFrames, type Sent } from "../frames-in.ts";
import type { Output } from "../output.ts";
import { count } from "../text.ts";

interface Tally {
  /** Rows that came back. */
  rows: number;
  /** Rows about lines that were not sent. */
  unsent: number;
  errors: number;
  /** The service's last word about the stream itself. */
  broken: Refusal | null;
}

interface RowError {
  readonly code?: unknown;
  readonly detail?: unknown;
}

/** Answers 1 if any row is an error. */
export async function decryptFrames(
  { client, option, output }: Context,
  file: string,
): Promise<number> {
  const format = option("format") ?? "auto";
  const headers = keyHeader(option("idempotencyKey"));
  const input = await openFrames(file);
  try {
    const service = await client();
    const sent: Sent = { frames: 0, unsent: [] };
    const response = await service.stream(
      pathOf(["v1", "frames", "decrypt"], { as: option("as") }),
      "application/x-ndjson",
      asNdjson(input, format === "auto" ? null : (format as FrameFormat), sent),
      headers,
    );
    const tally = await printRows(response, sent, output);
    if (tally.broken !== null) {
      throw tally.broken;
    }
    if (tally.rows !== sent.frames) {
      throw new Refusal("STREAM_BROKEN", `${tally.rows} rows came back for ${sent.frames} frames`);
    }
    await output.write(unsentRows(sent, tally));
    if (tally.errors > 0) {
      const all = count(tally.rows + tally.unsent, "frame");
      output.note(`frame decrypt: ${tally.errors} of ${all} refused`);
    }
    return tally.errors > 0 ? 1 : 0;
  } finally {
    // A terminal or pipe that nobody reads any more would keep the process alive.
    input.destroy();
  }
}

function keyHeader(key: string | undefined): Readonly<Record<string, string>> {
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Misuse("--idempotency-key: expected 1 to 255 visible ASCII characters");
  }
  return key === undefined ? {} : { "idempotency-key": key };
}

async function printRows(response: IncomingMessage, sent: Sent, output: Output): Promise<Tally> {
  const tally: Tally = { rows: 0, unsent: 0, errors: 0, broken: null };
  let rest = "";
  response.setEncoding("utf8");
  try {
    for await (const text of response) {
      const end = text.lastIndexOf("\n");
      if (end < 0) {
        rest += text;
        continue;
      }
      const whole = rest + text.slice(0, end);
      rest = text.slice(end + 1);
      await output.write(tallyRows(whole.split("\n"), sent, tally));
    }
  } catch (cause) {
    tally.broken ??= new Refusal(
      "STREAM_BROKEN",
      `the answer broke off after ${count(tally.rows, "row")}`,
      { cause },
    );
  }
  if (rest !== "" && tally.broken === null) {
    tally.broken = new Refusal("STREAM_BROKEN", "the answer ended within a row");
  }
  return tally;
}

function tallyRows(lines: readonly string[], sent: Sent, tally: Tally): string {
  let rows = "";
  for (const line of lines) {
    if (line === "") {
      continue;
    }
    const error = line.includes('"error"') ? errorIn(line) : null;
    if (error?.ref === undefined && error !== null) {
      tally.broken = new Refusal(error.code, error.detail);
      continue;
    }
    rows += unsentRows(sent, tally);
    tally.rows += 1;
    tally.errors += error === null ? 0 : 1;
    rows += `${line}\n`;
  }
  return rows;
}

/** The rows of unsent lines whose turn it is. */
function unsentRows({ unsent }: Sent, tally: Tally): string {
  let rows = "";
  for (let next = unsent[tally.unsent]; next !== undefined; next = unsent[tally.unsent]) {
    if (next.after > tally.rows) {
      break;
    }
    rows += next.row;
    tally.unsent += 1;
    tally.errors += 1;
  }
  return rows;
}

/** A row with `error`, its own or of a frame inside it; one without `ref` is about the stream. */
function errorIn(line: string): { ref: unknown; code: string; detail: string } | null {
  let row: { ref?: unknown; error?: RowError; frames?: readonly { error?: RowError }[] };
  try {
    row = JSON.parse(line);
  } catch {
    return { ref: undefined, code: "BAD_ANSWER", detail: "expected JSON rows from the service" };
  }
  const error = row.error ?? row.frames?.find((inner) => inner.error !== undefined)?.error;
  return error === undefined
    ? null
    : {
        ref: row.ref,
        code: String(error.code ?? "BAD_ANSWER"),
        detail: String(error.detail ?? "the service ended the stream"),
      };
}
