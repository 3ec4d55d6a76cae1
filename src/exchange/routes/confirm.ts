/**
 * `POST /x/confirm`: takes the claimer's receipt and erases the package, and with it what the
 * page has kept in the browser.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { demandCertificate } from "../client-certificate.ts";
import { confirm } from "../confirm.ts";
import type { ExchangeContext } from "../context.ts";
import { signedEnd } from "../events.ts";
import { binary, binaryUpTo, LINK_FIELDS, readFields } from "./bodies.ts";

const MAX_RECEIPT_BYTES = 2048;
const Body = z.strictObject({
  ...LINK_FIELDS,
  receipt: binaryUpTo(MAX_RECEIPT_BYTES),
  sig: binary(64),
  receiptProof: binary(32),
});

export function confirmRoute(x: ExchangeContext): Router {
  return Router().post("/x/confirm", async (req, res) => {
    const fields = await readFields(req, Body);
    await x.linkLimit(fields.linkId, res);
    await demandCertificate(x, req, fields);
    const { end, confirmedAt } = await confirm(x, fields);
    res.set("Clear-Site-Data", '"storage"');
    res.json({ v: 1, state: "confirmed", confirmedAt, head: signedEnd(x.key, end, x.now()) });
  });
}
