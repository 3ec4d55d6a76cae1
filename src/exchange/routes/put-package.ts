/**
 * `PUT /intake/packages/{linkId}`: takes a sealed package from the core.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import { Problem } from "../../base/problem.ts";
import { fixedBase64url, toBase64url } from "../../handover/protocol/base64url.ts";
import { HandoverError } from "../../handover/protocol/errors.ts";
import { parseHeader } from "../../handover/protocol/manifest.ts";
import { decode, parseJson } from "../../http/middleware/json-body.ts";
import { acceptPackage } from "../accept.ts";
import type { ExchangeContext } from "../context.ts";
import { signedEnd } from "../events.ts";
import { readSignedBody } from "../intake.ts";
import { largeBodyLimit } from "../limits.ts";
import { binary, binaryUpTo, parseFields } from "./bodies.ts";

/** A hundred thousand keys with their inner layer, in base64url twice. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;
const MAX_WINDOW_SECONDS = 30 * 86_400;

const Body = z.strictObject({
  v: z.literal(1),
  header: binaryUpTo(16_384),
  ciphertext: binaryUpTo(MAX_BODY_BYTES),
  share: binary(32),
  authHash: binary(32),
  pinHash: binary(32),
  receiptHash: binary(32),
  // One form only: times are compared as text.
  expiresAt: z.iso.datetime({ precision: 3 }).regex(/Z$/),
  windowSeconds: z.int().min(1).max(MAX_WINDOW_SECONDS),
  // SHA-256 of the certificate that the claimer must show.
  clientCertificate: binary(32).optional(),
});

export function putPackageRoute(x: ExchangeContext, coreOnly: RequestHandler): Router {
  return Router().put("/intake/packages/:linkId", coreOnly, largeBodyLimit(), async (req, res) => {
    const linkId = packageId(req.params["linkId"]);
    const body = await readSignedBody(req, MAX_BODY_BYTES);
    const putHash = createHash("sha256").update(body).digest();
    const pushed = parseFields(parseJson(decode(body)), Body);
    demandHeader(pushed.header);
    const { state, created, end } = await acceptPackage(x, linkId, putHash, pushed);
    const acknowledged = { link: toBase64url(linkId), put: toBase64url(putHash), state };
    const head = signedEnd(x.key, end, x.now(), acknowledged);
    res.status(created ? 201 : 200).json({ v: 1, state, head });
  });
}

/** @throws {@link Problem} 400 `LINK_ID` */
export function packageId(text: unknown): Uint8Array {
  const linkId = fixedBase64url(text, 16);
  if (linkId === null) {
    throw new Problem(400, "LINK_ID", "expected a link id of 22 characters");
  }
  return linkId;
}

function demandHeader(header: Uint8Array): void {
  try {
    parseHeader(header);
  } catch (error) {
    throw error instanceof HandoverError
      ? new Problem(400, "BODY_FIELD", "the header is not of its form", "/header")
      : error;
  }
}
