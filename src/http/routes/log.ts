/**
 * `GET /log/checkpoint`, `GET /log/vkey`: the signed head, as C2SP tlog-checkpoint.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { guard } from "../guard.ts";

export function logRoutes(context: CoreContext): Router {
  return Router()
    .get("/log/checkpoint", guard(context, "activity.read"), async (_req, res) => {
      const { note } = await context.activity.checkpoint();
      res.type("text/plain").send(note);
    })
    .get("/log/vkey", guard(context, "activity.read"), (_req, res) => {
      res.type("text/plain").send(`${context.activity.vkey}\n`);
    });
}
