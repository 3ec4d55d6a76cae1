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
import { demandPoint } from "../../handover/protocol/claim-keys.ts";
import { HandoverError } from "../../handover/protocol/errors.ts";
import { claim } from "../claim.ts";
import { demandCertificate } from "../client-certificate.ts";
import type { ExchangeContext } from "../context.ts";
import { signedEnd } from "../events.ts";
import { maskNetwork } from "../network.ts";
import { guarded } from "../store.ts";
import { binary, LINK_FIELDS, readFields } from "./bodies.ts";
import { answerPackage } from "./package-answer.ts";

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
    await x.linkLimit(fields.linkId, res);
    await demandKey(fields.pk, "/pk");
    await demandKey(fields.sigPk, "/sigPk");
    if (!(await guarded(() => x.resync.isDone()))) {
      throw new Problem(503, "EXCHANGE_RESYNC", "the exchange has just started, try again soon");
    }
    await demandCertificate(x, req, fields);
    const network = maskNetwork(req.ip);
    const claimed = await claim(x, { ...fields, pinProof, network });
    const { head, sig } = signedEnd(x.key, claimed.end, x.now());
    res.set("Exchange-Head", `${head}.${sig}`);
    await answerPackage(x, fields.linkId, claimed, res);
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
