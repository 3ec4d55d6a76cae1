/**
 * Reads request bodies: bounded in size and time, never quoted in an error.
 *
 * Ready-made parsers put the text they stumbled over into their messages; a body here may hold
 * PIN proofs and keys, so the parser's message is dropped.
 *
 * @module
 */
import type { Request } from "express";
import { Problem } from "../../base/problem.ts";
import { structure } from "./json-structure.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  /** For the whole body, so that a slow sender cannot hold a connection. */
  readonly timeoutSeconds: number;
  /** Sees every chunk as it arrives. */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/**
 * Reads a body whole.
 *
 * @throws {@link Problem} 400, 408, 413, 415
 */
export async function readBody(req: Request, limits: BodyLimits): Promise<Buffer> {
  // A compressed body could unfold to any size.
  if ((req.headers["content-encoding"] ?? "identity") !== "identity") {
    throw new Problem(415, "BODY_ENCODING", "expected a body without content encoding");
  }
  if (Number(req.headers["content-length"] ?? 0) > limits.maxBytes) {
    throw tooLarge(limits);
  }
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (problem: Problem) => {
      clearTimeout(timer);
      req.removeAllListeners("data");
      // The rest is thrown away unread; the connection ends with the answer.
      req.resume();
      reject(problem);
    };
    const timer = setTimeout(
      () => stop(new Problem(408, "BODY_TIMEOUT", "the body took too long")),
      limits.timeoutSeconds * 1000,
    );
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limits.maxBytes) {
        stop(tooLarge(limits));
        return;
      }
      limits.onChunk?.(chunk);
      chunks.push(chunk);
    });
    req.once("end", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    req.once("error", () => stop(new Problem(400, "BODY_CUT_OFF", "the body ended early")));
  });
}

/**
 * Reads a JSON object of plain fields. Names that occur twice are refused: two readers could
 * take different ones for true.
 *
 * @throws {@link Problem} 400, 408, 413, 415
 */
export async function readJsonObject(req: Request, limits: BodyLimits): Promise<unknown> {
  if (req.is("application/json") === false) {
    throw new Problem(415, "BODY_TYPE", "expected application/json");
  }
  const body = await readBody(req, limits);
  const text = decode(body);
  const value = parseJson(text);
  if (isObject(value) && countNames(text) !== Object.keys(value).length) {
    throw new Problem(400, "BODY_SHAPE", "expected one object of plain fields, each named once");
  }
  return value;
}

/**
 * Parses JSON without saying what it read.
 *
 * @throws {@link Problem} 400 `BODY_JSON`
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "BODY_JSON", "the body is not JSON");
  }
}

/** @throws {@link Problem} 400 `BODY_JSON` */
export function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Problem(400, "BODY_JSON", "the body is not UTF-8");
  }
}

/** Names in a JSON text, at any depth: a colon stands after a name and nowhere else. */
function countNames(text: string): number {
  return [...structure(text)].filter((character) => character === ":").length;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tooLarge({ maxBytes }: BodyLimits): Problem {
  return new Problem(413, "BODY_SIZE", `expected at most ${maxBytes} bytes`);
}
