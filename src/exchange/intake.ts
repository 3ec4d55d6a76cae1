/**
 * Lets only the core in: every intake request carries its signature (RFC 9421).
 *
 * Checked before a body is read. The tag names this exchange, so a request to one exchange is
 * none to another; a nonce counts once.
 *
 * @module
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { Problem } from "../base/problem.ts";
import { keyName } from "../handover/protocol/chain.ts";
import {
  coveredComponents,
  digestField,
  parseSignature,
  type SignedRequest,
  signatureBase,
} from "../handover/protocol/http-signature.ts";
import { readBody } from "../http/middleware/json-body.ts";
import type { ExchangeContext } from "./context.ts";
import { guarded } from "./store.ts";

/** How far `created` may be from our clock; nonces are kept twice as long. */
const TOLERANCE_SECONDS = 300;
/** RFC 8410 §4: SubjectPublicKeyInfo of Ed25519 up to the key itself. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Refuses requests that the core has not signed, with one answer for every reason. */
export function coreOnly(x: ExchangeContext): RequestHandler {
  const core = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, x.corePublicKey]),
    format: "der",
    type: "spki",
  });
  const keyid = keyName(x.corePublicKey);
  const tag = `meterseal-intake:${x.key.id}`;
  return async (req, _res, next) => {
    const nonce = signedNonce(req, core, { keyid, tag, now: x.clock() });
    if (nonce === null || !(await guarded(() => spend(x, nonce)))) {
      throw new Problem(401, "INTAKE_SIGNATURE", "expected a request signed by the core");
    }
    next();
  };
}

/** Reads a signed body; its digest is compared when the last byte has come in. */
export async function readSignedBody(req: Request, maxBytes: number): Promise<Buffer> {
  const hash = createHash("sha256");
  const onChunk = (chunk: Uint8Array) => void hash.update(chunk);
  const body = await readBody(req, { maxBytes, timeoutSeconds: 120, onChunk });
  if (req.get("content-digest") !== digestField(hash.digest())) {
    throw new Problem(400, "BODY_DIGEST", "the body is not the one that was signed");
  }
  return body;
}

interface Expected {
  readonly keyid: string;
  readonly tag: string;
  readonly now: Date;
}

/** The nonce of a request with a good signature; null otherwise. */
function signedNonce(req: Request, core: KeyObject, expected: Expected): string | null {
  const parsed = parseSignature(req.get("signature-input"), req.get("signature"));
  if (parsed === null || parsed.keyid !== expected.keyid || parsed.tag !== expected.tag) {
    return null;
  }
  const age = Math.abs(expected.now.getTime() / 1000 - parsed.created);
  const mustCover = coveredComponents(hasBody(req));
  if (age > TOLERANCE_SECONDS || parsed.components.join() !== mustCover.join()) {
    return null;
  }
  const base = signatureBase(asSigned(req), parsed.components, parsed.parameters);
  const genuine = base !== null && verify(null, base, core, parsed.signature);
  return genuine ? parsed.nonce : null;
}

/** RFC 9112 §6: a body is announced by its length or by chunks. */
function hasBody(req: Request): boolean {
  const length = req.get("content-length");
  return req.get("transfer-encoding") !== undefined || (length !== undefined && length !== "0");
}

function asSigned(req: Request): SignedRequest {
  const [path = "", ...rest] = req.originalUrl.split("?");
  return {
    method: req.method,
    path,
    query: `?${rest.join("?")}`,
    fields: {
      "content-digest": req.get("content-digest"),
      "content-length": req.get("content-length"),
    },
  };
}

async function spend(x: ExchangeContext, nonce: string): Promise<boolean> {
  const keep = new Date(x.clock().getTime() + 2 * TOLERANCE_SECONDS * 1000).toISOString();
  const added: unknown[] = await x
    .db("intake_nonces")
    .insert({ nonce, expires_at: keep })
    .onConflict("nonce")
    .ignore()
    .returning("nonce");
  return added.length === 1;
}
