/**
 * `GET /log/checkpoint`, `GET /log/vkey`: the signed head, as C2SP tlog-checkpoint.
 *
 * The head of now has few cosignatures or none; `?witnessed` answers the newest one that has met
 * the quorum of witnesses.
 *
 * @module
 */
import { Router } from "express";
import { Problem } from "../../base/problem.ts";
import type { CoreContext } from "../context.ts";
import { guard } from "../guard.ts";

export function logRoutes(context: CoreContext): Router {
  return Router()
    .get("/log/checkpoint", guard(context, "activity.read"), async (req, res) => {
      res.type("text/plain").send(await checkpoint(context, "witnessed" in req.query));
    })
    .get("/log/vkey", guard(context, "activity.read"), (_req, res) => {
      res.type("text/plain").send(`${context.activity.vkey}\n`);
    });
}

async function checkpoint(
  { activity, witnesses }: CoreContext,
  isWitnessed: boolean,
): Promise<string> {
  if (!isWitnessed) {
    const head = await activity.checkpoint();
    return witnesses?.cover(head) ?? head.note;
  }
  const newest = witnesses?.witnessed() ?? null;
  if (newest === null) {
    throw new Problem(404, "WITNESS_NONE", "no checkpoint has met the quorum of witnesses yet");
  }
  return newest.note;
}
