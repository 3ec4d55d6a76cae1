/**
 * Decrypts a batch of frames for the data-management layer.
 *
 * Order, always: authorise → open inside → record → release. The rows that this answers exist
 * only after the log entry about them is durable; freshness moves in the same transaction.
 *
 * @module
 */
import { hash } from "node:crypto";
import { isStrong } from "../../keystore/index.ts";
import type { Caller } from "../access/caller.ts";
import type { Activity } from "../activity/activity.ts";
import type { Knex } from "../db/open.ts";
import { activateVersions, isUnproven } from "./activation.ts";
import { type BatchDeps, openBatch, type Verdict } from "./batch.ts";
import { batchEntries } from "./entries.ts";
import { createFreshnessStore, type FreshnessStore } from "./freshness.ts";
import type { Sighting } from "./journal.ts";
import type { FrameRequest } from "./request.ts";
import { type DecryptRow, rowOf } from "./row.ts";
import { FrameError, type SealedFrame } from "./sealed-frame.ts";

export interface DecryptDeps extends BatchDeps {
  readonly activity: Pick<Activity, "commit">;
}

export interface Decryptor {
  /** Answers one row per request, in order, after their entries are durable. */
  decrypt(caller: Caller, requests: readonly FrameRequest[], part: number): Promise<DecryptRow[]>;
}

export function createDecryptor(deps: DecryptDeps): Decryptor {
  const freshness = createFreshnessStore();

  /** Judges every opened frame and appends the entries, in one transaction. */
  async function record(caller: Caller, verdicts: readonly Verdict[], part: number) {
    let hasRun = false;
    const { result } = await deps.activity.commit(async (trx: Knex.Transaction) => {
      if (hasRun) {
        // The first run was rolled back with its group: memory is ahead of the table.
        freshness.reset();
      }
      hasRun = true;
      await freshness.load(trx, openedMeters(verdicts));
      const judged = verdicts.map((verdict) => {
        const sighting = sightingOf(verdict, freshness);
        return sighting === null ? null : freshness.judge(sighting);
      });
      await freshness.save(trx);
      const activated = await activateVersions(trx, verdicts, freshness);
      const entries = batchEntries(caller, verdicts, activated, part);
      return { entries, result: { judged, hasActivated: activated.length > 0 } };
    });
    return result;
  }

  return {
    async decrypt(caller, requests, part) {
      const verdicts = await openBatch(deps, caller, requests);
      let recorded: Awaited<ReturnType<typeof record>>;
      try {
        recorded = await record(caller, verdicts, part);
      } catch (error) {
        // Memory may be ahead of the table: read it anew.
        freshness.reset();
        for (const { outcome } of verdicts) {
          if (isOpened(outcome)) {
            outcome.plaintext.fill(0);
          }
        }
        throw error;
      }
      if (recorded.hasActivated) {
        deps.directory.invalidate();
      }
      return verdicts.map((verdict, i) => rowOf(verdict, recorded.judged[i] ?? "unknown"));
    },
  };
}

type Opened = Extract<Verdict["outcome"], { ok: true }>;

export function isOpened(outcome: Verdict["outcome"]): outcome is Opened {
  return !(outcome instanceof FrameError) && outcome.ok;
}

function openedMeters(verdicts: readonly Verdict[]): Set<number> {
  const meters = new Set<number>();
  for (const { outcome, meter } of verdicts) {
    if (isOpened(outcome)) {
      meters.add(meter!.row);
    }
  }
  return meters;
}

/** What freshness is told of a frame; null for one that did not open. */
function sightingOf(
  { outcome, meter, sealed }: Verdict,
  freshness: Pick<FreshnessStore, "digest">,
): Sighting | null {
  if (!isOpened(outcome)) {
    return null;
  }
  const { keyVersion, verification } = outcome;
  return {
    meter: meter!.row,
    version: keyVersion,
    counter: isStrong(verification) ? sealed!.counter : null,
    digest: freshness.digest(sealed!),
    proof: isUnproven(meter!, keyVersion) ? proofOf(sealed!) : null,
  };
}

/**
 * One hit on a 16-bit check can be varied: in mode 5 everything but the first ciphertext block, in
 * counter mode everything under one counter block. So only a new block is a new proof.
 */
function proofOf({ suite, ciphertext, nonce }: SealedFrame): number {
  const proof = suite === "oms-cbc" ? ciphertext.subarray(0, 16) : nonce;
  return hash("sha256", proof, "buffer").readUInt32BE();
}
