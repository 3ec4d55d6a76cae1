/**
 * Decrypts a batch of frames for the data-management layer.
 *
 * Order, always: authorise → open inside → record → release. The rows that this answers exist
 * only after the log entry about them is durable; freshness moves in the same transaction.
 *
 * @module
 */
import { type DecryptOutcome, isStrong } from "../../keystore/index.ts";
import type { Caller } from "../access/caller.ts";
import type { Activity } from "../activity/activity.ts";
import type { Knex } from "../db/open.ts";
import { activateVersions, isUnproven } from "./activation.ts";
import { type BatchDeps, type OpenedBatch, openBatch, type Verdict } from "./batch.ts";
import { type FrameDigests, frameDigests } from "./digest.ts";
import { batchEntries } from "./entries.ts";
import { createFreshnessStore } from "./freshness.ts";
import type { Sighting } from "./journal.ts";
import type { FrameRequest } from "./request.ts";
import { type DecryptRow, rowOf } from "./row.ts";

export interface DecryptDeps extends BatchDeps {
  readonly activity: Pick<Activity, "commit">;
}

/** How one batch of a request is decrypted. */
export interface DecryptOptions {
  /** The batch's number within its request, for the log. */
  readonly part: number;
  /** Adds to each row the frame as if it had been sent unencrypted. */
  readonly as?: "telegram" | undefined;
}

export interface Decryptor {
  /** Answers one row per request, in order, after their entries are durable. */
  decrypt(
    caller: Caller,
    requests: readonly FrameRequest[],
    options: DecryptOptions,
  ): Promise<DecryptRow[]>;
}

export function createDecryptor(deps: DecryptDeps): Decryptor {
  const freshness = createFreshnessStore();
  let digests: FrameDigests | null = null;

  /** Judges every opened frame and appends the entries, in one transaction. */
  async function record(caller: Caller, batch: OpenedBatch, part: number) {
    const { verdicts } = batch;
    let hasRun = false;
    const { result } = await deps.activity.commit(async (trx: Knex.Transaction) => {
      if (hasRun) {
        // The first run was rolled back with its group: memory is ahead of the table.
        freshness.reset();
      }
      hasRun = true;
      await freshness.load(trx, openedMeters(verdicts));
      const judged = verdicts.map((verdict) => {
        const sighting = sightingOf(verdict);
        return sighting === null ? null : freshness.judge(sighting);
      });
      await freshness.save(trx);
      const activated = await activateVersions(trx, verdicts, freshness);
      const entries = batchEntries(caller, batch, activated, part);
      return { entries, result: { judged, hasActivated: activated.length > 0 } };
    });
    return result;
  }

  return {
    async decrypt(caller, requests, { part, as }) {
      digests ??= await frameDigests(deps.db);
      const keepsFrames = as === "telegram";
      const batch = await openBatch({ ...deps, digests, keepsFrames }, caller, requests);
      const { verdicts } = batch;
      let recorded: Awaited<ReturnType<typeof record>>;
      try {
        recorded = await record(caller, batch, part);
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

function isOpened(outcome: Verdict["outcome"]): outcome is Extract<DecryptOutcome, { ok: true }> {
  return "ok" in outcome && outcome.ok;
}

function openedMeters(verdicts: readonly Verdict[]): Set<number> {
  const meters = new Set<number>();
  for (const { outcome, meter } of verdicts) {
    if (meter !== null && outcome.ok) {
      meters.add(meter.row);
    }
  }
  return meters;
}

/** What freshness is told of a frame; null for one that did not open. */
function sightingOf(verdict: Verdict): Sighting | null {
  const { outcome, meter } = verdict;
  if (meter === null || !outcome.ok) {
    return null;
  }
  const { keyVersion, verification, candidate } = outcome;
  const { counter, readings } = verdict.trace;
  const { digest, proof } = readings[candidate]!;
  return {
    meter: meter.row,
    version: keyVersion,
    counter: isStrong(verification) ? counter : null,
    digest,
    proof: isUnproven(meter, keyVersion) ? proof : null,
  };
}
