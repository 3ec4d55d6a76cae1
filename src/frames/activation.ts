/**
 * When a rotated key takes over: `new → active`, and the version before `→ superseded`.
 *
 * A tag or MAC of at least 64 bits does both at once. A 16-bit check is hit by chance once in
 * 65 536 tries, so it takes three verified frames that do not follow from one another, and the old
 * version stays in use until somebody ends it. A frame without any check proves nothing.
 *
 * @module
 */
import { isStrong } from "../../keystore/index.ts";
import type { Knex } from "../db/open.ts";
import type { Verdict } from "./batch.ts";
import type { FreshnessStore } from "./freshness.ts";
import { FrameError } from "./sealed-frame.ts";

export interface Activated {
  readonly customer: string;
  readonly meter: string;
  readonly version: number;
  /** Older versions that ended with it. */
  readonly superseded: readonly number[];
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
    const activates = isStrong(verification);
    const proofs = freshness.state(meter.row, keyVersion)?.proofs.length ?? 0;
    if (activates || proofs >= WEAK_CHECKS) {
      const isOurs = await trx("meter_keys")
        .where({ meter: meter.row, version: keyVersion, state: "new" })
        .update({ state: "active" });
      // The batch was looked up before this transaction: somebody may have been first.
      if (isOurs > 0) {
        const superseded = activates ? await supersede(trx, meter.row, keyVersion) : [];
        const { customer, id: name } = meter;
        activated.set(id, { customer, meter: name, version: keyVersion, superseded });
      }
    }
  }
  return [...activated.values()];
}

/** Ends every version before: the one in force, and any that was drawn and never came into use. */
async function supersede(trx: Knex, meter: number, before: number): Promise<number[]> {
  const older = trx("meter_keys")
    .where({ meter })
    .whereIn("state", ["new", "active"])
    .andWhere("version", "<", before);
  const rows: { version: number }[] = await older.clone().distinct("version").orderBy("version");
  await older.clone().update({ state: "superseded" });
  return rows.map(({ version }) => version);
}
