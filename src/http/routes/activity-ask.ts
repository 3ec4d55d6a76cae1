/**
 * Asking the log: pages of entries, the values and the timeline that filters offer, the meters
 * that an entry names, and the index made anew.
 *
 * Every answer says for how many entries it is complete. Reading the log is no access to a key and
 * is not logged; rebuilding its index is an act and an entry.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { actorOf, type Caller } from "../../access/caller.ts";
import { namedMeters } from "../../activity/ask/named-meters.ts";
import type { Question } from "../../activity/ask/question.ts";
import { COUNTED } from "../../activity/ask/segments/counts.ts";
import { IndexError } from "../../activity/ask/segments/leb128.ts";
import { formatMicroseconds } from "../../activity/entries/entry-text.ts";
import { Problem } from "../../base/problem.ts";
import { addressText, findMeter } from "../../meters/find.ts";
import { metersByNumber } from "../../meters/named.ts";
import type { CoreContext } from "../context.ts";
import { demandUnscoped } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { requireEntry } from "../log-entry.ts";
import { PageQuery, parseValue, typedText } from "../parse.ts";

const text = (max: number) => typedText(max).optional();
const time = z.iso.datetime({ offset: true }).optional();
const FILTERS = {
  meter: text(200),
  actor: text(100),
  action: text(100),
  customer: text(100),
  code: text(100),
  outcome: z.enum(["ok", "refused", "failed"]).optional(),
  reference: text(200),
  from: time,
  to: time,
};
const ListQuery = z.strictObject({
  ...PageQuery,
  ...FILTERS,
  before: z.coerce.number().int().min(0).optional(),
  order: z.enum(["asc", "desc"]).default("asc"),
});
const TimelineQuery = z.strictObject({
  ...FILTERS,
  buckets: z.coerce.number().int().min(1).max(400).default(60),
  by: z.enum(["action", "actor"]).default("action"),
});
const TermsQuery = z.strictObject({ field: z.enum(COUNTED) });
const MetersQuery = z.strictObject(PageQuery);

type Filters = z.infer<z.ZodObject<typeof FILTERS>>;

export function activityAskRoutes(context: CoreContext): Router {
  const { index } = context;
  const mayRead = guard(context, "activity.read");
  return Router()
    .get("/v1/activity", mayRead, async (req, res) => {
      const { after, before, limit, order, ...filters } = parseValue(ListQuery, req.query);
      const question = await questionOf(context, callerOf(res), filters);
      const page = {
        limit,
        order,
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
      };
      res.json(await readable(index.ask(question, page)));
    })
    .get("/v1/activity/terms", mayRead, (req, res) => {
      const { field } = parseValue(TermsQuery, req.query);
      res.json(index.terms(field, callerOf(res).customer));
    })
    .get("/v1/activity/timeline", mayRead, async (req, res) => {
      const { buckets, by, ...filters } = parseValue(TimelineQuery, req.query);
      const question = await questionOf(context, callerOf(res), filters);
      const found = await readable(index.timeline(question, { buckets, by }));
      res.json({
        from: formatMicroseconds(found.from),
        to: formatMicroseconds(found.to),
        bucketSeconds: found.bucketSeconds,
        times: found.times.map(formatMicroseconds),
        series: found.series,
        size: found.size,
      });
    })
    .get("/v1/activity/:index/meters", mayRead, async (req, res) => {
      const { after = -1, limit } = parseValue(MetersQuery, req.query);
      const { entry } = await requireEntry(context, callerOf(res), req);
      const { rows, next } = namedMeters(entry, after, limit);
      const numbers = rows.map(({ number }) => number);
      const meters = await metersByNumber(context.db, String(entry["customer"]), numbers);
      const items = rows.map(({ number, version, counts }) => {
        const meter = meters.get(number);
        return {
          number,
          meter: meter?.id ?? null,
          address: meter === undefined ? null : addressText(meter),
          name: meter?.name ?? null,
          version,
          counts,
        };
      });
      res.json({ items, next });
    })
    .post("/v1/activity/reindex", guard(context, "activity.reindex"), async (_req, res) => {
      const by = actorOf(demandUnscoped(callerOf(res)));
      await context.activity.commit(async () => ({
        entries: [{ ...by, action: "activity.reindexed", outcome: "ok" }],
        result: null,
      }));
      res.json(await index.rebuild());
    });
}

async function questionOf(
  { db }: CoreContext,
  caller: Caller,
  { meter, from, to, ...fields }: Filters,
): Promise<Question> {
  const found = meter === undefined ? null : await findMeter(db, caller, meter);
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Question),
    ...(found === null ? {} : { meter: found }),
    ...(from === undefined ? {} : { from: microseconds(from) }),
    ...(to === undefined ? {} : { to: microseconds(to) }),
    ...(caller.customer === null ? {} : { scope: caller.customer }),
  };
}

/** An RFC 3339 time to the microsecond, as entries have it: `Date` ends at the millisecond. */
function microseconds(time: string): number {
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? [];
  const whole = Date.parse(time.replace(/\.\d+/, ""));
  return whole * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}

async function readable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof IndexError) {
      const problem = new Problem(
        503,
        error.code,
        "the index over the log was changed: verify the log, then rebuild the index",
      );
      problem.cause = error;
      throw problem;
    }
    throw error;
  }
}
