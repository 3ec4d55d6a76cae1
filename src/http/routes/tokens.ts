/**
 * `POST,GET /v1/tokens`, `DELETE /v1/tokens/{id}`.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf, inScope } from "../../access/caller.ts";
import { openTokenIdentities } from "../../access/identities/sealed.ts";
import { isAllowed, ROLES } from "../../access/roles.ts";
import type { TokenRow } from "../../access/token-row.ts";
import { createToken, revokeToken } from "../../access/tokens.ts";
import { parseExpiry } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import { findCustomer } from "../../meters/customers.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { parseBody, parseValue, typedText } from "../parse.ts";

const NewToken = z.strictObject({
  role: z.enum(ROLES),
  customer: z.string().max(64).optional(),
  name: typedText(200).optional(),
  purpose: typedText(500).optional(),
  expires: z.string().max(40).default("90d"),
});
const Query = z.strictObject({
  after: z.string().max(64).default(""),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const MAX_DAYS = 3660;

export function tokenRoutes(context: CoreContext): Router {
  return Router()
    .post("/v1/tokens", guard(context, "tokens.write"), async (req, res) => {
      const wanted = await parseBody(NewToken, req);
      const caller = callerOf(res);
      const expiresAt = parseExpiry(wanted.expires, context.clock(), MAX_DAYS);
      if (expiresAt === null) {
        const detail = "expected a span such as 90d, 12h or 30m, or an RFC 3339 time to come";
        throw new Problem(400, "BAD_REQUEST", detail, "/expires");
      }
      const customer = wanted.customer ?? caller.customer;
      if (customer !== null) {
        const found = await findCustomer(context.db, customer);
        if (found === null || !inScope(caller, customer)) {
          throw new Problem(404, "CUSTOMER_UNKNOWN", "there is no such customer", "/customer");
        }
      }
      const { token, row } = await createToken(context, actorOf(caller), {
        role: wanted.role,
        customer,
        name: wanted.name ?? null,
        purpose: wanted.purpose ?? null,
        expiresAt,
      });
      res.status(201).json({
        token,
        id: row.id,
        role: row.role,
        customer: row.customer,
        name: wanted.name ?? null,
        expiresAt: row.expires_at,
      });
    })
    .get("/v1/tokens", guard(context, "tokens.read"), async (req, res) => {
      const { after, limit } = parseValue(Query, req.query);
      const caller = callerOf(res);
      const { customer } = caller;
      const query = context.db("tokens").where("id", ">", after).orderBy("id").limit(limit);
      const rows: TokenRow[] = await (customer === null ? query : query.andWhere({ customer }));
      // The others see pseudonyms; a restricted name is for those who decide about it.
      const mayKnow = isAllowed(caller.role, "identities.names");
      const seesAll = isAllowed(caller.role, "identities.read");
      const shown = rows.filter(({ id }) => seesAll || !context.restricted.has(id));
      const identities = await openTokenIdentities(
        context.db,
        context.keystore,
        mayKnow ? shown : [],
      );
      const items = rows.map((row) => ({
        id: row.id,
        role: row.role,
        customer: row.customer,
        name: identities.get(row.id)?.name ?? null,
        purpose: identities.get(row.id)?.purpose ?? null,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        revokedAt: row.revoked_at,
      }));
      res.json({ items, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) });
    })
    .delete("/v1/tokens/:id", guard(context, "tokens.write"), async (req, res) => {
      const id = String(req.params["id"]);
      const caller = callerOf(res);
      const [row] = await context.db("tokens").where({ id }).select("customer");
      const isVisible = caller.customer === null || row?.customer === caller.customer;
      const revoked = isVisible ? await revokeToken(context, actorOf(caller), id) : null;
      if (revoked === null) {
        throw new Problem(404, "TOKEN_UNKNOWN", "there is no such token");
      }
      res.json(revoked);
    });
}
