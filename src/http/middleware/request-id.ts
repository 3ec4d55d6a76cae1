/**
 * Gives every request an id, which its answer, its log lines and its entries carry.
 *
 * Always drawn here: an id chosen by the caller could be made to collide or to carry text.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { RequestHandler, Response } from "express";

/** Sets the `Request-Id` header. */
export function requestId(): RequestHandler {
  return (_req, res, next) => {
    res.locals["requestId"] = randomBytes(12).toString("base64url");
    res.set("Request-Id", res.locals["requestId"]);
    next();
  };
}

/** The id of the request that `res` answers. */
export function requestIdOf(res: Response): string {
  const id: unknown = res.locals["requestId"];
  return typeof id === "string" ? id : "";
}
