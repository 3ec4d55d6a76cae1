/**
 * `GET /v1/meters/{meter}/holders`, `GET /v1/keys/ages`: where keys are, and how old they are.
 *
 * @module
 */
import { Router } from "express";
import type { AskedPage, LogItem } from "../../activity/ask/query.ts";
import type { Question } from "../../activity/ask/question.ts";
import { linkHolders } from "../../handover/holders.ts";
import { addressText, findMeter, type KeyRow, keyRows, type Meter } from "../../meters/find.ts";
import { keyAges } from "../../meters/key-ages.ts";
import { concealed } from "../concealed.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";

const PAGE = 1000;

export function holderRoutes(context: CoreContext): Router {
  const { db } = context;
  return Router()
    .get("/v1/meters/:meter/holders", guard(context, "holders.read"), async (req, res) => {
      const caller = callerOf(res);
      const meter = await findMeter(db, caller, String(req.params["meter"]));
      const size = context.activity.head().size;
      const sent = await askAll(context, { meter, action: "link.dispatched" });
      const keys = (await keyRows(db, [meter])).get(meter.row) ?? [];
      res.json({
        meter: meter.id,
        address: addressText(meter),
        name: meter.name,
        customer: meter.customer,
        keys: versionsOf(keys),
        holders: [
          ...supplierOf(meter, keys),
          ...(await linkHolders(db, meter, sent, context.prunes.below > 0)).map((holder) =>
            concealed(context, caller, holder.reference, holder, ["to", "purpose", "receipt"]),
          ),
        ],
        size,
      });
    })
    .get("/v1/keys/ages", guard(context, "holders.read"), async (_req, res) => {
      const { customer } = callerOf(res);
      const size = context.activity.head().size;
      const scope = customer === null ? {} : { scope: customer };
      const rotated = await askAll(context, { action: "key.rotated", ...scope });
      const rotations = rotated.map(({ entry }) => ({
        meter: String(entry["meter"]),
        version: Number(entry["keyVersion"]),
        at: String(entry["at"]),
      }));
      res.json({ groups: await keyAges(db, customer, rotations, context.clock()), size });
    });
}

/** Every entry that fits, in order. */
async function askAll({ index }: CoreContext, question: Question): Promise<LogItem[]> {
  const found: LogItem[] = [];
  for (let after: number | null = -1; after !== null; ) {
    const page: AskedPage = { limit: PAGE, order: "asc", after };
    const { items, next } = await index.ask(question, page);
    found.push(...items);
    after = next;
  }
  return found;
}

/** Versions and where their keys came from, newest first; several types share a version. */
function versionsOf(keys: readonly KeyRow[]) {
  return keys.map(({ version, type, origin, state }) => ({ version, type, origin, state }));
}

/** A key that was imported was made by somebody, who may still have it. */
function supplierOf(meter: Meter, keys: readonly KeyRow[]) {
  const versions = [
    ...new Set(keys.filter(({ origin }) => origin === "imported").map(({ version }) => version)),
  ].sort((a, b) => a - b);
  return versions.length === 0
    ? []
    : [
        {
          kind: "supplier",
          holds: "unknown",
          keyVersions: versions,
          disclosure: "treat as held: whoever made the key had it before the import",
          since: meter.createdAt,
        },
      ];
}
