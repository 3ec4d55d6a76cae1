/**
 * When a rotated key takes over: `new → active`, and the version before `→ superseded`.
 *
 * A tag or MAC of at least 64 bits does both at once. A 16-bit check is hit by chance once in
 * 65 536 tries, so it takes three different verified frames, and the old version stays in use
 * until somebody ends it. A frame without any check proves nothing.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";
import type { Verdict } from "./batch.ts";
import type { FreshnessStore } from "./freshness.ts";
import { FrameError } from "./sealed-frame.ts";

export interface Activated {
  readonly customer: string;
  readonly meter: string;
  readonly version: number;
}

const WEAK_CHECKS = 3;

export async function activateVersions(
  trx: Knex,
  verdicts: readonly Verdict[],
  freshness: Pick<FreshnessStore, "state">,
): Promise<Activated[]> {
  const activated = new Map<string, Activated>();
  for (const { outcome, meter } of verdicts) {
    if (outcome instanceof FrameError || !outcome.ok || meter === null) {
      continue;
    }
    const { keyVersion, verification } = outcome;
    const rows = meter.versions.find((version) => version[0]?.version === keyVersion);
    const id = `${meter.row}:${keyVersion}`;
    if (rows?.[0]?.state !== "new" || verification === "none" || activated.has(id)) {
      continue;
    }
    const isStrong = verification === "tag96";
    const verified = freshness.state(meter.row, keyVersion)?.verified ?? 0;
    if (isStrong || verified >= WEAK_CHECKS) {
      const own = { meter: meter.row };
      if (isStrong) {
        await trx("meter_keys")
          .where({ ...own, state: "active" })
          .andWhere("version", "<", keyVersion)
          .update({ state: "superseded" });
      }
      await trx("meter_keys")
        .where({ ...own, version: keyVersion })
        .update({ state: "active" });
      activated.set(id, { customer: meter.customer, meter: meter.id, version: keyVersion });
    }
  }
  return [...activated.values()];
}
