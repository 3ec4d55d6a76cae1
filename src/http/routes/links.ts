/**
 * `POST,GET /v1/links`, `GET,DELETE /v1/links/{reference}`, `POST /v1/links/{reference}/reissue`.
 *
 * Link and PIN are in the answer to the creation and nowhere else.
 *
 * @module
 */
import { Router } from "express";
import { actorOf, type Caller } from "../../access/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Dispatched } from "../../handover/links/dispatch.ts";
import { type LinkView, listLinks, showLink } from "../../handover/links/list.ts";
import { revokeLink } from "../../handover/links/revoke.ts";
import { readReissue } from "../../handover/links/supersede.ts";
import { issuerFingerprint } from "../../handover/protocol/package.ts";
import { concealed } from "../concealed.ts";
import type { CoreContext } from "../context.ts";
import { requireCustomer } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { createLink } from "../hand-over.ts";
import { metersOfNumbers, selectMeters } from "../link-meters.ts";
import { demandExpiry, LinkListQuery, MAX_LINK_BODY, NewLink, Reissue } from "../link-request.ts";
import { parseBody, parseValue } from "../parse.ts";

export function linkRoutes(context: CoreContext): Router {
  return Router()
    .post("/v1/links", guard(context, "links.write"), async (req, res) => {
      const wanted = await parseBody(NewLink, req, MAX_LINK_BODY);
      const caller = callerOf(res);
      const customer = await requireCustomer(context, caller, wanted.customer);
      const expiresAt = demandExpiry(wanted.expires, context.clock());
      const meters = await selectMeters(context, caller, customer.id, wanted);
      const { to, purpose, recipient = null } = wanted;
      const link = { meters, to, purpose, expiresAt, recipient };
      res.status(201).json(await createLink(context, caller, link));
    })
    .get("/v1/links", guard(context, "links.read"), async (req, res) => {
      const { state, customer, order, after, limit } = parseValue(LinkListQuery, req.query);
      const page = {
        ...scope(callerOf(res)),
        ...(state === undefined ? {} : { state }),
        ...(customer === undefined ? {} : { customer }),
        ...(order === undefined ? {} : { order }),
        ...(after === undefined ? {} : { after }),
        limit,
      };
      const { items, next } = await listLinks(context.db, page);
      res.json({ items: items.map((link) => shown(context, callerOf(res), link)), next });
    })
    .get("/v1/links/:reference", guard(context, "links.read"), async (req, res) => {
      const reference = String(req.params["reference"]);
      const { exchange, issuerPublicKey } = context.handover;
      res.json({
        ...shown(
          context,
          callerOf(res),
          await showLink(context.db, reference, callerOf(res).customer ?? undefined),
        ),
        // What a mail or a letter about it needs.
        sender: context.sender,
        page: `${exchange.publicUrl}/r`,
        issuer: issuerFingerprint(issuerPublicKey),
      });
    })
    .post("/v1/links/:reference/reissue", guard(context, "links.write"), async (req, res) => {
      const wanted = await parseBody(Reissue, req);
      const reference = String(req.params["reference"]);
      res.status(201).json(await reissue(context, callerOf(res), reference, wanted.expires));
    })
    .delete("/v1/links/:reference", guard(context, "links.write"), async (req, res) => {
      const reference = String(req.params["reference"]);
      const caller = callerOf(res);
      const { disclosed } = await revokeLink(context.handover, {
        reference,
        reason: "BY_SENDER",
        actor: actorOf(caller),
        ...customerScope(caller),
      });
      res.json({ reference, state: "revoked", disclosed });
    });
}

function shown(context: CoreContext, caller: Caller, link: LinkView): LinkView {
  return concealed(context, caller, link.reference, link, ["to", "purpose", "receipt"]);
}

function scope({ customer }: Caller): { within?: string } {
  return customer === null ? {} : { within: customer };
}

function customerScope({ customer }: Caller): { customer?: string } {
  return customer === null ? {} : { customer };
}

/** The same meters with the keys they have now; what was retired since is left out. */
async function reissue(
  context: CoreContext,
  caller: Caller,
  reference: string,
  expires: string | undefined,
): Promise<Dispatched & { readonly meters: number; readonly retired: number }> {
  const supersedes = { reference, ...scope(caller) };
  if (context.restricted.has(reference)) {
    // Another customer's link looks as if it were not there.
    await showLink(context.db, reference, caller.customer ?? undefined);
    const detail = "what is known of the recipient is restricted: an admin must release it first";
    throw new Problem(409, "LINK_RESTRICTED", detail);
  }
  const old = await readReissue(context.handover, supersedes);
  const now = context.clock();
  const expiresAt =
    expires === undefined
      ? new Date(now.getTime() + old.lifetimeSeconds * 1000)
      : demandExpiry(expires, now);
  const meters = await metersOfNumbers(context, caller, old.customer, old.numbers);
  const { to, purpose, enrolled: recipient } = old;
  const wanted = { meters, to, purpose, expiresAt, recipient, supersedes };
  const made = await createLink(context, caller, wanted);
  return { ...made, meters: meters.length, retired: old.numbers.length - meters.length };
}
