/**
 * `POST,GET /v1/customers`.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf } from "../../access/caller.ts";
import { Problem } from "../../base/problem.ts";
import { addCustomer, listCustomers } from "../../meters/customers.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { PageQuery, parseBody, parseValue, typedText } from "../parse.ts";

const NewCustomer = z.strictObject({ name: typedText(200) });
const Query = z.strictObject(PageQuery);

export function customerRoutes(context: CoreContext): Router {
  return Router()
    .post("/v1/customers", guard(context, "customers.write"), async (req, res) => {
      const { name } = await parseBody(NewCustomer, req);
      const caller = callerOf(res);
      if (caller.customer !== null) {
        throw new Problem(403, "FORBIDDEN", "a token for one customer may not add another");
      }
      const customer = await addCustomer(context, actorOf(caller), name);
      res.status(201).json({ customer: customer.id, name: customer.name });
    })
    .get("/v1/customers", guard(context, "customers.read"), async (req, res) => {
      const { after = 0, limit } = parseValue(Query, req.query);
      const only = callerOf(res).customer;
      const customers = await listCustomers(context.db, only, after, limit);
      const items = customers.map(({ id, name, createdAt, meters }) => ({
        customer: id,
        name,
        createdAt,
        meters,
      }));
      res.json({ items, next: customers.length < limit ? null : (customers.at(-1)?.num ?? null) });
    });
}
