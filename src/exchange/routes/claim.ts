/**
 * `POST /x/claim`: hands the package to one claimer, and to the same one again.
 *
 * The body is byte for byte the same on a retry; the signed head of the event chain travels in
 * the `Exchange-Head` field beside it.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { Problem } from "../../base/problem.ts";
import { toBase64url } from "../../handover/protocol/base64url.ts";
import { demandPoint } from "../../handover/protocol/claim-keys.ts";
import { HandoverError } from "../../handover/protocol/errors.ts";
import { claim } from "../claim.ts";
import { demandCertificate } from "../client-certificate.ts";
import type { ExchangeContext } from "../context.ts";
import { signedEnd } from "../events.ts";
import { maskNetwork } from "../network.ts";
import { binary, LINK_FIELDS, readFields } from "./bodies.ts";

const POINT_LENGTH = 65;
const Body = z.strictObject({
  ...LINK_FIELDS,
  pinProof: binary(32).optional(),
  pk: binary(POINT_LENGTH),
  sigPk: binary(POINT_LENGTH),
});

export function claimRoute(x: ExchangeContext): Router {
  return Router().post("/x/claim", async (req, res) => {
    const { pinProof = null, ...fields } = await readFields(req, Body);
    await demandKey(fields.pk, "/pk");
    await demandKey(fields.sigPk, "/sigPk");
    if (!x.resync.done) {
      throw new Problem(503, "EXCHANGE_RESYNC", "the exchange has just started, try again soon");
    }
    await demandCertificate(x, req, fields);
    const network = maskNetwork(req.ip);
    const { end, ...claimed } = await claim(x, { ...fields, pinProof, network });
    const { head, sig } = signedEnd(x.key, end, x.now());
    res.set("Exchange-Head", `${head}.${sig}`);
    res.json({
      v: 1,
      header: toText(claimed.header),
      // C and sealed: the protocol's own names.
      C: toText(claimed.ciphertext),
      sealed: toText(claimed.sealed),
      claimedAt: claimed.claimedAt,
      windowEndsAt: claimed.windowEndsAt,
    });
  });
}

async function demandKey(point: Uint8Array, pointer: string): Promise<void> {
  try {
    await demandPoint(point);
  } catch (error) {
    throw error instanceof HandoverError
      ? new Problem(400, error.code, "expected an uncompressed P-256 point", pointer)
      : error;
  }
}

/** A package may have tens of megabytes: the platform's own encoder is the fast one. */
function toText(bytes: Uint8Array): string {
  return bytes instanceof Buffer ? bytes.toString("base64url") : toBase64url(bytes);
}
