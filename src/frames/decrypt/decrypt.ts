/**
 * Decrypts a batch of frames for the data-management layer.
 *
 * Order, always: authorise → open inside → record → release. The rows that this answers exist
 * only after the log entry about them is durable; freshness moves in the same transaction.
 *
 * @module
 */
import { type DecryptOutcome, isStrong } from "../../../keystore/index.ts";
import type { Caller } from "../../access/caller.ts";
import type { Activity, Work } from "../../activity/activity.ts";
import type { Knex } from "../../db/open.ts";
import { type FrameDigests, frameDigests } from "../freshness/digest.ts";
import { createFreshnessStore } from "../freshness/freshness.ts";
import type { Sighting } from "../freshness/journal.ts";
import { createVerdictStore, type KeyedSend, keyedInside } from "../idempotency/idempotency.ts";
import { DIGEST, type KeyedBatch, type Verdicts } from "../idempotency/verdict-rows.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError } from "../sealed-frame.ts";
import { activateVersions, isUnproven } from "./activation.ts";
import { type BatchDeps, openBatch } from "./batch.ts";
import { type CollectedBatch, openCollected, withFrames } from "./collected.ts";
import { batchEntries } from "./entries.ts";
import { type DecryptRow, rowOf } from "./row.ts";
import type { Tracing } from "./trace.ts";
import { saveCounters } from "./uplinks.ts";
import type { OpenedBatch, Verdict } from "./verdict.ts";

export interface DecryptDeps extends BatchDeps {
  readonly activity: Pick<Activity, "commit">;
}

/** How one batch of a request is decrypted. */
export interface DecryptOptions {
  /** The batch's number within its request, for the log. */
  readonly part: number;
  /** Adds to each row the frame as if it had been sent unencrypted. */
  readonly as?: "telegram" | undefined;
  /** Repeats the verdicts of a first send; its batches are taken in the order of the calls. */
  readonly send?: KeyedSend | undefined;
}

export interface Decryptor {
  /** Answers one row per request, in order, after their entries are durable. */
  decrypt(
    caller: Caller,
    requests: readonly FrameRequest[],
    options: DecryptOptions,
  ): Promise<DecryptRow[]>;
  /** Completes the table of what was heard, which the journal is ahead of. */
  settle(): Promise<void>;
}

export function createDecryptor(deps: DecryptDeps): Decryptor {
  const freshness = createFreshnessStore();
  const verdictStore = createVerdictStore();
  let digests: FrameDigests | null = null;

  /** Judges every opened frame and appends the entries, in one transaction. */
  async function record(
    caller: Caller,
    batch: CollectedBatch,
    part: number,
    keyed: KeyedBatch | null,
  ) {
    const { verdicts } = batch;
    return await committing(async (trx) => {
      await freshness.load(trx, openedMeters(verdicts));
      const judged = verdicts.map((verdict) => {
        const sighting = sightingOf(verdict);
        return sighting === null ? null : freshness.judge(sighting);
      });
      await freshness.save(trx);
      await saveCounters(trx, verdicts);
      const activated = await activateVersions(trx, verdicts, freshness);
      const entries = batchEntries(caller, batch, activated, part);
      const settled = keyed === null ? judged : await settleAll(trx, keyed, batch, judged);
      return { entries, result: { judged: settled, hasActivated: activated.length > 0 } };
    });
  }

  /** Repeats the verdicts of a first send, also those inside messages. */
  async function settleAll(
    trx: Knex.Transaction,
    keyed: KeyedBatch,
    { contents }: CollectedBatch,
    judged: Verdicts,
  ): Promise<Verdicts> {
    let next = keyed.digests.length / DIGEST;
    const settled = [...(await verdictStore.settle(trx, keyed, judged.slice(0, next)))];
    for (const { line, frames } of contents) {
      if (!(frames instanceof FrameError) && frames.length > 0) {
        const own = judged.slice(next, next + frames.length);
        settled.push(...(await verdictStore.settle(trx, keyedInside(keyed, line, frames), own)));
        next += frames.length;
      }
    }
    return settled;
  }

  /** Runs `work` in a transaction of the log, and tells freshness when it is committed. */
  async function committing<T>(work: (trx: Knex.Transaction) => Promise<Work<T>>): Promise<T> {
    let last: Knex.Transaction | null = null;
    // May run twice: a group of commits that fails is tried again one by one.
    const { result } = await deps.activity.commit((trx) => {
      last = trx;
      return work(trx);
    });
    if (last !== null) {
      freshness.confirm(last);
    }
    return result;
  }

  return {
    async settle() {
      await committing(async (trx) => {
        await freshness.settle(trx);
        return { entries: [], result: null };
      });
    },
    decrypt(caller, requests, { part, as, send }) {
      // Before anything is waited for: positions are counted in the order of the calls.
      const keyed = send?.take(requests) ?? null;
      const lines = requests.length;
      const options = optionsFor(as === "telegram");
      // This closure is all that holds the requests, and it is let go when it has run.
      const opening = options.then((known) => openBatch(known, caller, requests));
      return release(caller, options, opening, { part, keyed, lines });
    },
  };

  async function optionsFor(keepsFrames: boolean): Promise<BatchDeps & Tracing> {
    digests ??= await frameDigests(deps.db);
    return { ...deps, digests, keepsFrames };
  }

  /** Records what was opened and only then answers it. */
  async function release(
    caller: Caller,
    options: Promise<BatchDeps & Tracing>,
    opening: Promise<OpenedBatch>,
    { part, keyed, lines }: { part: number; keyed: KeyedBatch | null; lines: number },
  ): Promise<DecryptRow[]> {
    const opened = await opening;
    let batch: CollectedBatch = { ...opened, contents: [] };
    let recorded: Awaited<ReturnType<typeof record>>;
    try {
      batch = await openCollected(await options, caller, opened);
      recorded = await record(caller, batch, part, keyed);
    } catch (error) {
      for (const { outcome } of batch.verdicts) {
        if (isOpened(outcome)) {
          outcome.plaintext.fill(0);
        }
      }
      throw error;
    }
    if (recorded.hasActivated) {
      deps.directory.invalidate();
    }
    const rows = batch.verdicts.map((verdict, i) => {
      return rowOf(verdict, recorded.judged[i] ?? "unknown");
    });
    return batch.contents.length === 0 ? rows : withFrames(rows, batch.contents, lines);
  }
}

function isOpened(outcome: Verdict["outcome"]): outcome is Extract<DecryptOutcome, { ok: true }> {
  return "ok" in outcome && outcome.ok;
}

function openedMeters(verdicts: readonly Verdict[]): Set<number> {
  const meters = new Set<number>();
  verdicts.forEach(({ outcome, meter }) => {
    if (meter !== null && outcome.ok) {
      meters.add(meter.row);
    }
  });
  return meters;
}

/** What freshness is told of a frame; null for one that did not open. */
function sightingOf(verdict: Verdict): Sighting | null {
  const { outcome, meter } = verdict;
  if (meter === null || !outcome.ok) {
    return null;
  }
  const { keyVersion, verification, candidate } = outcome;
  const { counterOf, readings } = verdict.trace;
  const { counter, digest, proof } = readings[candidate]!;
  return {
    meter: meter.row,
    version: keyVersion,
    counter: isStrong(verification) && counterOf === "key" ? counter : null,
    digest,
    proof: isUnproven(meter, keyVersion) ? proof : null,
  };
}
