/**
 * `GET /v1/identities`, `GET,PATCH,DELETE /v1/identities/{id}`, and what a person may ask for.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import {
  correctIdentity,
  eraseIdentity,
  findIdentities,
  type Identity,
  type IdentityDeps,
  readIdentity,
  releaseIdentity,
  restrictIdentity,
} from "../../access/identities/identities.ts";
import { tokenSource } from "../../access/identities/token-source.ts";
import { mentionsOf } from "../../activity/ask/mentions.ts";
import { timestamp } from "../../base/clock.ts";
import { linkSource } from "../../handover/links/link-source.ts";
import { recipientSource } from "../../handover/recipients/recipient-source.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { parseBody, parseValue, typedText } from "../parse.ts";

const Search = z.strictObject({ text: typedText(200) });
const Correction = z.strictObject({ name: typedText(200) });

export function identityRoutes(context: CoreContext): Router {
  const deps: IdentityDeps = {
    ...context,
    sources: [tokenSource(context), linkSource(context.handover), recipientSource(context)],
  };
  return Router()
    .get("/v1/identities", guard(context, "identities.read"), async (req, res) => {
      const { text } = parseValue(Search, req.query);
      const { items, isCut } = await findIdentities(deps, callerOf(res), text);
      res.json({ items: items.map(view), next: null, isCut });
    })
    .get("/v1/identities/:id", guard(context, "identities.read"), async (req, res) => {
      const id = String(req.params["id"]);
      const found = await readIdentity(deps, callerOf(res), id, "identity.read");
      res.json({ ...view(found), log: await mentionsIn(context, found) });
    })
    .get("/v1/identities/:id/export", guard(context, "identities.read"), async (req, res) => {
      const id = String(req.params["id"]);
      const found = await readIdentity(deps, callerOf(res), id, "identity.exported");
      res.json({
        form: "meterseal-identity",
        version: 1,
        exportedAt: timestamp(context.clock()),
        ...view(found),
        log: await mentionsIn(context, found),
      });
    })
    .patch("/v1/identities/:id", guard(context, "identities.write"), async (req, res) => {
      const { name } = await parseBody(Correction, req);
      const id = String(req.params["id"]);
      res.json(view(await correctIdentity(deps, callerOf(res), id, name)));
    })
    .post("/v1/identities/:id/restrict", guard(context, "identities.write"), async (req, res) => {
      const id = String(req.params["id"]);
      res.json(view(await restrictIdentity(deps, callerOf(res), id)));
    })
    .post("/v1/identities/:id/release", guard(context, "identities.write"), async (req, res) => {
      const id = String(req.params["id"]);
      res.json(view(await releaseIdentity(deps, callerOf(res), id)));
    })
    .delete("/v1/identities/:id", guard(context, "identities.write"), async (req, res) => {
      const id = String(req.params["id"]);
      res.json(view(await eraseIdentity(deps, callerOf(res), id)));
    });
}

function view({ id, kind, customer, data, facts, live, restrictedAt, erasedAt }: Identity) {
  return { id, kind, customer, data, facts, isLive: live !== null, restrictedAt, erasedAt };
}

/** Entries of what it did, and of what was done to it. */
async function mentionsIn({ db }: CoreContext, { actor, subject }: Identity) {
  const [[field, value] = ["", ""]] = Object.entries(subject);
  return {
    by: actor === null ? null : await mentionsOf(db, "actor", actor),
    about: await mentionsOf(db, field, value),
  };
}
