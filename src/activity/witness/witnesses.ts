/**
 * The witnesses of this log: asked in rounds while it grows, each by itself.
 *
 * A round takes one checkpoint for all of them, so that their cosignatures come together under
 * it. That a witness was asked is no entry, or the log would never rest; what speaks against the
 * log is one, once.
 *
 * @module
 */
import type { Logger } from "pino";
import type { Knex } from "../../db/open.ts";
import type { Activity, Checkpoint } from "../activity.ts";
import { storedTree } from "../ask/proofs/stored-tiles.ts";
import { openCheckpoint } from "../hashing.ts";
import type { VerifierKey } from "../tree/note.ts";
import type { Policy } from "../tree/policy.ts";
import { sameBytes } from "../tree/primitives.ts";
import type { Patience } from "./call.ts";
import { STOPPED } from "./call.ts";
import { type Cosignatures, gatherCosignatures } from "./cosignatures.ts";
import { type Standing, standingsOf, type WitnessStatus } from "./ledger.ts";
import { overdueClock } from "./overdue.ts";
import { proveConsistency } from "./prove-consistency.ts";
import { createRecorder } from "./recorder.ts";
import { type Cosigned, readCosigned, readWitnessed } from "./rows.ts";
import { type Submission, type SubmittedLog, submit } from "./submit.ts";

export interface WitnessesOptions {
  readonly db: Knex;
  readonly activity: Pick<Activity, "checkpoint" | "commit" | "head">;
  /** The log's own key. */
  readonly log: VerifierKey;
  readonly policy: Policy;
  readonly intervalSeconds: number;
  /** Oldest entry that may wait for the quorum. */
  readonly maxAgeSeconds: number;
  readonly logger: Pick<Logger, "error" | "warn" | "info">;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly timeoutMs?: number;
}

/** A submission and the checkpoint that was submitted first. */
export interface Answered {
  readonly standing: Standing;
  readonly submission: Submission;
  readonly checkpoint: Checkpoint;
}

export interface Witnesses {
  /** Asks every witness once, whatever it has seen; keeps nothing of the answers. */
  askAll(timeoutMs: number): Promise<readonly Answered[]>;
  /** Keeps answers, and enters in the log what speaks against it. */
  take(answers: readonly Answered[]): Promise<void>;
  /** Asks those that are behind and whose pause is over. */
  round(): Promise<void>;
  /** Rounds from now on. */
  start(): void;
  stop(): Promise<void>;
  /** After the last entry: shows it to those who answer at once, so that no stop hides anything. */
  finish(): Promise<void>;
  isOverdue(db: Knex): Promise<boolean>;
  status(): Promise<WitnessStatus>;
  /** The note with the cosignatures that are held for it. */
  cover(checkpoint: Pick<Checkpoint, "size" | "note">): string;
  /** The newest checkpoint that has met the quorum. */
  witnessed(): Cosigned | null;
}

const TIMEOUT_MS = 10_000;
/** Holds up a stop by this much at most. */
const FINISH_MS = 2000;

/** Reads what was kept of earlier runs; asks nobody yet. */
export async function openWitnesses(options: WitnessesOptions): Promise<Witnesses> {
  const { db, activity, log, policy, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const intervalMs = options.intervalSeconds * 1000;
  const standings = standingsOf(policy);
  const gathered: Cosignatures = gatherCosignatures(policy);
  const overdue = overdueClock(options.maxAgeSeconds, now);
  const stopping = new AbortController();
  const stop = stopping.signal;
  let witnessed = await readWitnessed(db, log, policy);
  let target = await activity.checkpoint();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  await load();

  const isOverdue: Witnesses["isOverdue"] = async (executor) =>
    policy.quorum !== null && (await overdue.isOverdue(executor, witnessed?.size ?? 0));
  const recorder = createRecorder({ ...options, gathered, now, intervalMs }, (newer) => {
    witnessed = newer.size >= (witnessed?.size ?? 0) ? newer : witnessed;
    return witnessed;
  });
  const submitted: SubmittedLog = {
    checkpoint: activity.checkpoint,
    consistencyProof: (old, head) => proveConsistency(db, old, head),
  };

  /** Of a log that was set back there may be rows about what is lost: they prove nothing here. */
  async function isOwn({ size, note }: Cosigned): Promise<boolean> {
    const root = openCheckpoint(note, log)?.root;
    return (
      root !== undefined &&
      size <= target.size &&
      sameBytes(await storedTree(db, size).root(), root)
    );
  }

  async function load(): Promise<void> {
    for (const standing of standings) {
      const kept = await readCosigned(db, log, standing.witness.key);
      if (kept !== null && (await isOwn(kept))) {
        standing.size = kept.size;
        standing.seenAt = kept.seenAt;
        gathered.add(kept);
      }
    }
    witnessed = witnessed !== null && (await isOwn(witnessed)) ? witnessed : null;
    if (witnessed !== null) {
      gathered.add(witnessed);
    }
  }

  async function ask(standing: Standing, patience: Patience): Promise<Answered> {
    const checkpoint = target;
    standing.isBusy = true;
    try {
      const old = standing.size ?? 0;
      const submission = await submit(submitted, standing.asked, checkpoint, old, patience);
      return { standing, submission, checkpoint };
    } finally {
      standing.isBusy = false;
    }
  }

  async function take(answers: readonly Answered[]): Promise<void> {
    for (const answered of answers) {
      if (answered.submission.code !== STOPPED) {
        await recorder.take(answered);
      }
    }
  }

  async function advance(): Promise<void> {
    target = await activity.checkpoint();
    const size = target.size;
    const due = standings.filter(
      (one) => !one.isBusy && one.nextAt <= now() && (one.size ?? -1) < size,
    );
    await Promise.all(due.map(async (one) => take([await ask(one, { timeoutMs, stop })])));
    await recorder.overdue(await isOverdue(db), witnessed?.size ?? 0);
  }

  async function askAll(patience: Patience): Promise<readonly Answered[]> {
    target = await activity.checkpoint();
    return await Promise.all(standings.map((one) => ask(one, patience)));
  }

  async function round(): Promise<void> {
    await advance().catch((error: unknown) => recorder.failed(error));
  }

  return {
    isOverdue,
    round,
    take,
    cover: gathered.cover,
    witnessed: () => witnessed,
    askAll: (patienceMs) => askAll({ timeoutMs: patienceMs, stop }),
    start() {
      // A witness that hangs holds up itself alone: the next round does not wait for it.
      timer = setInterval(() => {
        running = Promise.all([running, round()]).then(() => undefined);
      }, intervalMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
    async finish() {
      const answers = await askAll({ timeoutMs: FINISH_MS });
      // Nothing is entered after the entry of the stop.
      await take(answers.filter(({ submission }) => submission.code === null));
    },
    async status() {
      // Signs nothing: it answers while the log is locked, too.
      const { size } = activity.head();
      return {
        witnesses: standings.map(({ witness, ...standing }) => ({
          name: witness.name,
          size: standing.size,
          seenAt: standing.seenAt,
          behind: size - (standing.size ?? 0),
          code: standing.code,
        })),
        quorum: {
          met: (witnessed?.size ?? -1) >= target.size || policy.quorum === null,
          size: witnessed?.size ?? null,
          seenAt: witnessed?.seenAt ?? null,
          overdue: await isOverdue(db),
        },
      };
    },
  };
}
