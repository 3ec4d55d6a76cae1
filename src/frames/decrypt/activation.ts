/**
 * When a rotated key takes over: `new → active`, and the version before `→ superseded`.
 *
 * A tag or MAC of at least 64 bits does both at once. A 16-bit check is hit by chance once in
 * 65 536 tries, so it takes three verified frames that do not follow from one another, and the old
 * version stays in use until somebody ends it. A frame without any check proves nothing.
 *
 * @module
 */
import { isStrong } from "../../../keystore/index.ts";
import type { Knex } from "../../db/open.ts";
import type { KnownMeter } from "../../meters/directory.ts";
import type { FreshnessStore } from "../freshness/freshness.ts";
import { MAX_PROOFS } from "../freshness/window.ts";
import type { Verdict } from "./verdict.ts";

export interface Activated {
  readonly customer: string;
  readonly meter: string;
  readonly version: number;
  /** Older versions that ended with it. */
  readonly superseded: readonly number[];
}

/** Says whether a key version still waits for the frame that takes it into use. */
export function isUnproven({ isRotating, versions }: KnownMeter, version: number): boolean {
  return isRotating && versions.some(([row]) => row?.version === version && row.state === "new");
}

export async function activateVersions(
  trx: Knex,
  verdicts: readonly Verdict[],
  freshness: Pick<FreshnessStore, "proofs">,
): Promise<Activated[]> {
  const activated = new Map<string, Activated>();
  const rotating = verdicts.filter(({ meter }) => meter?.isRotating === true);
  for (const { outcome, meter } of rotating) {
    if (meter === null || !outcome.ok) {
      continue;
    }
    const { keyVersion, verification } = outcome;
    if (verification === "none" || !isUnproven(meter, keyVersion)) {
      continue;
    }
    const id = `${meter.row}:${keyVersion}`;
    if (activated.has(id)) {
      continue;
    }
    const activates = isStrong(verification);
    if (activates || freshness.proofs(meter.row, keyVersion) >= MAX_PROOFS) {
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
