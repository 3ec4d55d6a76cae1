/**
 * `POST /x/peek`: says what is waiting behind a link; moves nothing.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { toBase64url } from "../../handover/protocol/base64url.ts";
import { parseHeader } from "../../handover/protocol/manifest.ts";
import type { ExchangeContext } from "../context.ts";
import { peek } from "../peek.ts";
import { LINK_FIELDS, readFields } from "./bodies.ts";

const Body = z.strictObject(LINK_FIELDS);

export function peekRoute(x: ExchangeContext): Router {
  return Router().post("/x/peek", async (req, res) => {
    const { linkId, authKey } = await readFields(req, Body);
    await x.linkLimit(linkId, res);
    const { header, ...peeked } = await peek(x, linkId, authKey);
    const tier = header === null ? 1 : parseHeader(header).tier;
    res.json({ v: 1, tier, header: header === null ? null : toBase64url(header), ...peeked });
  });
}
