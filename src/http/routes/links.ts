/**
 * `POST,GET /v1/links`, `GET,DELETE /v1/links/{reference}`.
 *
 * Link and PIN are in the answer to the creation and nowhere else.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf, type Caller } from "../../access/caller.ts";
import { parseExpiry } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import { listLinks, showLink } from "../../handover/list.ts";
import { revokeLink } from "../../handover/revoke.ts";
import { findMeter, listMeters, type Meter } from "../../meters/find.ts";
import type { CoreContext } from "../context.ts";
import { requireCustomer } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { createLink } from "../hand-over.ts";
import { parseBody, parseValue } from "../parse.ts";

const NewLink = z
  .strictObject({
    customer: z.string().max(64).optional(),
    all: z.literal(true).optional(),
    meters: z.array(z.string().max(200)).min(1).max(1000).optional(),
    order: z.string().min(1).max(200).optional(),
    to: z.string().trim().min(1).max(200),
    purpose: z.string().trim().min(1).max(500),
    expires: z.string().max(40).default("7d"),
    recipient: z.string().max(64).optional(),
  })
  .refine(
    ({ all, meters, order }) =>
      [all, meters, order].filter((one) => one !== undefined).length === 1,
    { message: "expected one of all, meters and order" },
  );
const Query = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const MAX_DAYS = 90;
const PAGE = 5000;

type Selection = Pick<z.infer<typeof NewLink>, "meters" | "order">;

export function linkRoutes(context: CoreContext): Router {
  return Router()
    .post("/v1/links", guard(context, "links.write"), async (req, res) => {
      const wanted = await parseBody(NewLink, req);
      const caller = callerOf(res);
      const customer = await requireCustomer(context, caller, wanted.customer);
      const expiresAt = parseExpiry(wanted.expires, context.clock(), MAX_DAYS);
      if (expiresAt === null) {
        const detail = `expected a span such as 7d, or an RFC 3339 time, at most ${MAX_DAYS} days away`;
        throw new Problem(400, "BAD_REQUEST", detail, "/expires");
      }
      const meters = await selected(context, caller, customer.id, wanted);
      const { to, purpose, recipient = null } = wanted;
      const link = { meters, to, purpose, expiresAt, recipient };
      res.status(201).json(await createLink(context, caller, link));
    })
    .get("/v1/links", guard(context, "links.read"), async (req, res) => {
      const { after, limit } = parseValue(Query, req.query);
      const page = { ...scope(callerOf(res)), limit, ...(after === undefined ? {} : { after }) };
      res.json(await listLinks(context.db, page));
    })
    .get("/v1/links/:reference", guard(context, "links.read"), async (req, res) => {
      const reference = String(req.params["reference"]);
      res.json(await showLink(context.db, reference, callerOf(res).customer ?? undefined));
    })
    .delete("/v1/links/:reference", guard(context, "links.write"), async (req, res) => {
      const reference = String(req.params["reference"]);
      const caller = callerOf(res);
      const { disclosed } = await revokeLink(context.handover, {
        reference,
        reason: "BY_SENDER",
        actor: actorOf(caller),
        ...scope(caller),
      });
      res.json({ reference, state: "revoked", disclosed });
    });
}

function scope({ customer }: Caller): { customer?: string } {
  return customer === null ? {} : { customer };
}

/** The meters of a link: named, of an order, or all; never a retired one. */
async function selected(
  { db }: CoreContext,
  caller: Caller,
  customer: string,
  { meters: named, order }: Selection,
): Promise<Meter[]> {
  const found = new Map<number, Meter>();
  for (const name of named ?? []) {
    const meter = await findMeter(db, caller, name);
    if (meter.customer !== customer) {
      throw new Problem(404, "METER_UNKNOWN", "there is no such meter", "/meters");
    }
    if (meter.status === "retired") {
      throw new Problem(409, "METER_RETIRED", `${meter.id} is retired`, "/meters");
    }
    found.set(meter.row, meter);
  }
  if (named === undefined) {
    const filter = { customer, ...(order === undefined ? {} : { order }) };
    for (let after = 0; ; ) {
      const page = await listMeters(db, caller, filter, after, PAGE);
      for (const meter of page.filter(({ status }) => status !== "retired")) {
        found.set(meter.row, meter);
      }
      if (page.length < PAGE) {
        break;
      }
      after = page.at(-1)?.row ?? after;
    }
  }
  if (found.size === 0) {
    throw new Problem(409, "NO_METERS", "there is no meter to hand over");
  }
  return [...found.values()];
}
