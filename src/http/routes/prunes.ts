/**
 * `GET,POST /v1/activity/prunes`, `POST /v1/activity/prunes/{id}/approve`.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf } from "../../access/caller.ts";
import type { Proposal } from "../../activity/retention/history.ts";
import { APPROVAL_MS } from "../../activity/retention/prunes.ts";
import type { CoreContext } from "../context.ts";
import { demandUnscoped } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { parseBody } from "../parse.ts";

const NewProposal = z.strictObject({ before: z.iso.datetime({ offset: true }).optional() });

export function pruneRoutes(context: CoreContext): Router {
  const { prunes, clock } = context;
  return Router()
    .get("/v1/activity/prunes", guard(context, "activity.approve-prune"), async (_req, res) => {
      demandUnscoped(callerOf(res));
      const items = prunes.list().map((one) => view(one, clock()));
      res.json({ items, next: null, below: prunes.below });
    })
    .post("/v1/activity/prunes", guard(context, "activity.prune"), async (req, res) => {
      const { before } = await parseBody(NewProposal, req);
      const caller = demandUnscoped(callerOf(res));
      const time = before === undefined ? null : new Date(before);
      res.status(201).json(await prunes.propose(actorOf(caller), time));
    })
    .post(
      "/v1/activity/prunes/:id/approve",
      guard(context, "activity.approve-prune"),
      async (req, res) => {
        const caller = demandUnscoped(callerOf(res));
        res.json(await prunes.approve(actorOf(caller), String(req.params["id"])));
      },
    );
}

function view({ index: _index, pruned, ...proposal }: Proposal, now: Date) {
  const end = Date.parse(proposal.proposedAt) + APPROVAL_MS;
  const open = now.getTime() <= end ? "open" : "expired";
  const state = pruned !== null ? "pruned" : open;
  return { ...proposal, state, expiresAt: new Date(end).toISOString() };
}
