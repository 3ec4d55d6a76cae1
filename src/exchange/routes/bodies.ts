/**
 * Shapes of what clients may send: each field named, typed and of its exact length.
 *
 * @module
 */
import type { Request } from "express";
import { z } from "zod";
import { Problem } from "../../base/problem.ts";
import { fixedBase64url } from "../../handover/protocol/base64url.ts";
import { readJsonObject } from "../../http/middleware/json-body.ts";

const LIMITS = { maxBytes: 16_384, timeoutSeconds: 10 };

/** base64url of exactly `length` bytes. */
export function binary(length: number) {
  return z.string().transform((text, context) => {
    const bytes = fixedBase64url(text, length);
    if (bytes === null) {
      context.addIssue({ code: "custom", message: "binary" });
      return z.NEVER;
    }
    return bytes;
  });
}

/** base64url of one to `max` bytes. */
export function binaryUpTo(max: number) {
  return z.string().transform((text, context) => {
    // The platform's decoder, because a package may be large; strict by writing it again.
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length === 0 || bytes.length > max || bytes.toString("base64url") !== text) {
      context.addIssue({ code: "custom", message: "binary" });
      return z.NEVER;
    }
    return bytes;
  });
}

/** Fields of every request to `/x/*`: which link, and the proof of its fragment. */
export const LINK_FIELDS = { linkId: binary(16), authKey: binary(32) };

/** Reads the body of a request to `/x/*`. */
export async function readFields<T>(req: Request, shape: z.ZodType<T>): Promise<T> {
  return parseFields(await readJsonObject(req, LIMITS), shape);
}

/**
 * Checks a body; says where the fault is and never what was there.
 *
 * @throws {@link Problem} 400 `BODY_FIELD`
 */
export function parseFields<T>(body: unknown, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  // The name of an unknown field comes from outside and is not repeated.
  const pointer = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  throw new Problem(400, "BODY_FIELD", "a field is missing, unknown or malformed", pointer);
}
