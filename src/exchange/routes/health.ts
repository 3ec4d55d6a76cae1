/**
 * `GET /healthz`: the process runs. `GET /readyz`: it can do its work.
 *
 * @module
 */
import { Router } from "express";
import { Problem } from "../../base/problem.ts";
import type { ExchangeContext } from "../context.ts";
import { chainEnd } from "../events.ts";
import { guarded } from "../store.ts";

export function healthRoutes(x: ExchangeContext): Router {
  return Router()
    .get("/healthz", (_req, res) => {
      res.json({ ok: true, exchange: x.key.id });
    })
    .get("/readyz", async (_req, res) => {
      await guarded(() => chainEnd(x.db));
      if (!(await guarded(() => x.resync.isDone()))) {
        throw new Problem(503, "EXCHANGE_RESYNC", "waiting for the core");
      }
      res.json({ ok: true });
    });
}
