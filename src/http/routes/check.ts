/**
 * `POST /v1/meters/{meter}/check`: do the keys on file fit these frames? No plaintext leaves here.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { Problem } from "../../base/problem.ts";
import { checkFrames } from "../../frames/check/check.ts";
import { parseTextLine } from "../../frames/request.ts";
import { findMeter } from "../../meters/find.ts";
import type { CoreContext } from "../context.ts";
import { recordDamage } from "../damage.ts";
import { callerOf, guard } from "../guard.ts";
import { parseBody } from "../parse.ts";

const Check = z.strictObject({ frames: z.array(z.string().max(8192)).min(1).max(100) });

/** On the internal listener only. */
export function checkRoutes(context: CoreContext): Router {
  return Router().post(
    "/v1/meters/:meter/check",
    guard(context, "meters.check"),
    async (req, res) => {
      const { frames } = await parseBody(Check, req);
      const caller = callerOf(res);
      const meter = await findMeter(context.db, caller, String(req.params["meter"]));
      const directory = await context.directory.view();
      await directory.read([meter.address]);
      const keyed = directory.get(meter.address) ?? null;
      if (keyed === null || keyed.isRetired) {
        throw new Problem(409, "METER_RETIRED", "the meter is retired");
      }
      const bytes = frames.map((hex, i) => parseTextLine(hex, i).frame);
      const report = await checkFrames(context, caller, keyed, bytes).catch((error: unknown) =>
        recordDamage(context, caller, meter, error),
      );
      res.json({ meter: keyed.id, address: keyed.addressText, ...report });
    },
  );
}
