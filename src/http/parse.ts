/**
 * Requests parsed at the edge: what is wrong is said in our own words, with a pointer.
 *
 * A schema library's message names what it received; here a request may hold keys, so only the
 * path and the expectation go back.
 *
 * @module
 */
import type { Request } from "express";
import { z } from "zod";
import { Problem } from "../base/problem.ts";
import { decode, parseJson, readBody } from "./middleware/json-body.ts";
import { structure } from "./middleware/json-structure.ts";

const MAX_BODY = 256 * 1024;
const MAX_DEPTH = 8;

/** @throws {@link Problem} 400 `BAD_REQUEST` with a pointer. */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const pointer = `/${(issue?.path ?? []).map(String).join("/")}`;
  throw new Problem(400, "BAD_REQUEST", expectation(issue), pointer === "/" ? "" : pointer);
}

/** Reads and parses a JSON body. @throws {@link Problem} 400, 408, 413, 415 */
export async function parseBody<S extends z.ZodType>(
  schema: S,
  req: Request,
  maxBytes = MAX_BODY,
): Promise<z.infer<S>> {
  if (req.is("application/json") === false) {
    throw new Problem(415, "BODY_TYPE", "expected application/json");
  }
  const text = decode(await readBody(req, { maxBytes, timeoutSeconds: 30 }));
  if (depthOf(text) > MAX_DEPTH) {
    throw new Problem(400, "BODY_SHAPE", `expected at most ${MAX_DEPTH} levels`);
  }
  return parseValue(schema, parseJson(text));
}

/**
 * Text that people type and read: PostgreSQL holds no NUL, and canonical JSON no lone surrogate
 * (RFC 8785 §3.2.2.2).
 */
export const typedText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/\p{Cs}/u.test(text) && !text.includes("\0"), {
      message: "expected text without NUL and without half a surrogate pair",
    });

/** `after` and `limit` of a list. */
export const PageQuery = {
  after: z.coerce.number().int().min(-1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
};

/** A query parameter that is `true` or `false`, the latter unless given. */
export const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

function expectation(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "unrecognized_keys":
      return "expected no other fields than the documented ones";
    case "too_small":
      return "expected more: too short or too small";
    case "too_big":
      return "expected less: too long or too large";
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`;
    case "custom":
      return issue.message;
    default:
      return "expected another form";
  }
}

/** Nesting of a JSON text, before a parser recurses over it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of structure(text)) {
    if (character === "[" || character === "{") {
      deepest = Math.max(deepest, ++depth);
    } else if (character !== ":") {
      depth--;
    }
  }
  return deepest;
}
