/**
 * `POST,GET /v1/recipients`, `POST /v1/recipients/{id}/confirm`, `DELETE /v1/recipients/{id}`.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf, type Caller, inScope } from "../../access/caller.ts";
import { Problem } from "../../base/problem.ts";
import {
  clientCertificateHash,
  type RecipientKey,
  readAgeRecipient,
  readCertificate,
  readRsaKey,
} from "../../handover/recipients/key.ts";
import {
  addRecipient,
  confirmRecipient,
  type RecipientDeps,
  retireRecipient,
} from "../../handover/recipients/recipients.ts";
import type { RecipientRow } from "../../handover/recipients/rows.ts";
import { recipientView } from "../../handover/recipients/view.ts";
import { concealed } from "../concealed.ts";
import type { CoreContext } from "../context.ts";
import { requireCustomer } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { parseBody, parseValue, typedText } from "../parse.ts";

const KEK_FORM = /^[0-9A-Fa-f]{64}$/;
const Pem = z.string().max(16_384);
const NewRecipient = z
  .strictObject({
    customer: z.string().max(64).optional(),
    name: typedText(200),
    age: z.string().max(4096).optional(),
    certificate: Pem.optional(),
    rsa: Pem.optional(),
    kek: z.string().max(128).optional(),
    clientCertificate: Pem.optional(),
  })
  .refine(
    ({ age, certificate, rsa, kek }) =>
      [age, certificate, rsa, kek].filter((one) => one !== undefined).length === 1,
    { message: "expected one of age, certificate, rsa and kek" },
  );
const Confirmation = z.strictObject({ fingerprint: z.string().min(1).max(80) });
const Query = z.strictObject({
  after: z.string().max(64).default(""),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export function recipientRoutes(context: CoreContext): Router {
  const deps: RecipientDeps = { ...context, retired: context.retiredRecipients };
  return Router()
    .post("/v1/recipients", guard(context, "recipients.write"), async (req, res) => {
      const wanted = await parseBody(NewRecipient, req);
      const caller = callerOf(res);
      const customer = await requireCustomer(context, caller, wanted.customer);
      const key = keyOf(wanted, context.clock());
      const row = await addRecipient(deps, actorOf(caller), {
        customer,
        name: wanted.name,
        key,
        clientCertificate:
          wanted.clientCertificate === undefined
            ? null
            : clientCertificateHash(wanted.clientCertificate, context.clock()),
      });
      const warnings = "kek" in key ? [] : key.warnings;
      res.status(201).json({ ...recipientView(deps, row), warnings });
    })
    .get("/v1/recipients", guard(context, "recipients.read"), async (req, res) => {
      const { after, limit } = parseValue(Query, req.query);
      const caller = callerOf(res);
      const { customer } = caller;
      const query = context.db("recipients").where("id", ">", after).orderBy("id").limit(limit);
      const rows: RecipientRow[] = await (customer === null ? query : query.andWhere({ customer }));
      const items = rows.map((row) =>
        concealed(context, caller, row.id, recipientView(deps, row), ["name"]),
      );
      res.json({ items, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) });
    })
    .post("/v1/recipients/:id/confirm", guard(context, "recipients.confirm"), async (req, res) => {
      const { fingerprint } = await parseBody(Confirmation, req);
      const caller = callerOf(res);
      const id = await visible(context, caller, req.params["id"]);
      const row = await confirmRecipient(deps, actorOf(caller), id, fingerprint);
      res.json(concealed(context, caller, id, recipientView(deps, row), ["name"]));
    })
    .delete("/v1/recipients/:id", guard(context, "recipients.retire"), async (req, res) => {
      const caller = callerOf(res);
      const id = await visible(context, caller, req.params["id"]);
      const row = await retireRecipient(deps, actorOf(caller), id);
      res.json(concealed(context, caller, id, recipientView(deps, row), ["name"]));
    });
}

function keyOf(
  { age, certificate, rsa, kek }: z.infer<typeof NewRecipient>,
  now: Date,
): RecipientKey | { kek: Uint8Array } {
  if (age !== undefined) {
    return readAgeRecipient(age);
  }
  if (certificate !== undefined) {
    return readCertificate(certificate, now);
  }
  if (rsa !== undefined) {
    return readRsaKey(rsa);
  }
  if (kek === undefined || !KEK_FORM.test(kek)) {
    throw new Problem(400, "KEY_LENGTH", "expected a KEK of 32 bytes in hex", "/kek");
  }
  // Not `from`: the pool it draws on would keep a copy.
  const bytes = Buffer.alloc(kek.length / 2);
  bytes.write(kek, "hex");
  return { kek: bytes };
}

/** Another customer's recipient looks as if it were not there. */
async function visible({ db }: CoreContext, caller: Caller, param: unknown): Promise<string> {
  const id = String(param);
  const row = await db("recipients").where({ id }).first("customer");
  if (row === undefined || !inScope(caller, row.customer)) {
    throw new Problem(404, "RECIPIENT_UNKNOWN", "there is no such recipient");
  }
  return id;
}
