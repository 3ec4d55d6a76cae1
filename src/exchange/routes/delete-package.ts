/**
 * `DELETE /intake/packages/{linkId}`: revokes a link, known or not.
 *
 * @module
 */
import { type RequestHandler, Router } from "express";
import { toBase64url } from "../../handover/protocol/base64url.ts";
import type { ExchangeContext } from "../context.ts";
import { signedEnd } from "../events.ts";
import { revokePackage } from "../revoke.ts";
import { packageId } from "./put-package.ts";

export function deletePackageRoute(x: ExchangeContext, coreOnly: RequestHandler): Router {
  return Router().delete("/intake/packages/:linkId", coreOnly, async (req, res) => {
    const linkId = packageId(req.params["linkId"]);
    const { state, end } = await revokePackage(x, linkId);
    const acknowledged = { link: toBase64url(linkId), put: null, state };
    res.json({ v: 1, state, head: signedEnd(x.key, end, x.now(), acknowledged) });
  });
}
