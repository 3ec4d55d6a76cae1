/**
 * `GET /intake/events?after=N&head=H`: events for the core, after the head it names.
 *
 * @module
 */
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import type { ExchangeContext } from "../context.ts";
import { eventPage } from "../event-pages.ts";
import { binary, parseFields } from "./bodies.ts";

const Query = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/)
    .transform(Number),
  head: binary(32),
});

export function getEventsRoute(x: ExchangeContext, coreOnly: RequestHandler): Router {
  return Router().get("/intake/events", coreOnly, async (req, res) => {
    const { after, head } = parseFields({ ...req.query }, Query);
    res.json(await eventPage(x, after, head));
  });
}
