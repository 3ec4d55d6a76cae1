/**
 * What is kept, logged and entered of the answers of witnesses.
 *
 * A cosignature is kept and no entry. An answer that speaks against the log, and a quorum that is
 * overdue, are an entry each, once per outage.
 *
 * @module
 */
import type { Logger } from "pino";
import { kindOf } from "../../base/logger.ts";
import type { Knex } from "../../db/open.ts";
import type { Activity, Checkpoint } from "../activity.ts";
import { type EntryDraft, type Json, SYSTEM } from "../entries/entry.ts";
import { formatNote, parseNote } from "../tree/note.ts";
import type { Cosignatures } from "./cosignatures.ts";
import { pauseAfter, type Standing } from "./ledger.ts";
import { type Cosigned, writeCosigned, writeWitnessed } from "./rows.ts";
import { AHEAD, FORK, type Submission } from "./submit.ts";
import type { Answered } from "./witnesses.ts";

export interface RecorderOptions {
  readonly db: Knex;
  readonly activity: Pick<Activity, "commit">;
  readonly gathered: Cosignatures;
  readonly logger: Pick<Logger, "error" | "warn" | "info">;
  /** Milliseconds. */
  readonly now: () => number;
  readonly intervalMs: number;
}

export interface Recorder {
  /** Keeps an answer. */
  take(answered: Answered): Promise<void>;
  /** Says once that the quorum is overdue, and once that it no longer is. */
  overdue(is: boolean, size: number): Promise<void>;
  /** A round broke off. */
  failed(error: unknown): void;
}

/** `onQuorum` gets a checkpoint that has met it, and answers the newest one of all. */
export function createRecorder(
  options: RecorderOptions,
  onQuorum: (checkpoint: Cosigned) => Cosigned | null,
): Recorder {
  const { db, activity, gathered, logger, now, intervalMs } = options;
  let wasOverdue = false;

  async function keep(standing: Standing, checkpoint: Checkpoint, line: string): Promise<void> {
    const { witness } = standing;
    const { size } = checkpoint;
    const seenAt = new Date(now()).toISOString();
    const note = withLine(checkpoint.note, line);
    await writeCosigned(db, witness.key, { size, note, seenAt });
    if (standing.code !== null) {
      logger.info({ witness: witness.name, size }, "the witness cosigns again");
    }
    Object.assign(standing, { size, seenAt, code: null, failures: 0, nextAt: 0 });
    const met = gathered.add({ size, note });
    if (met !== null) {
      const newest = onQuorum({ size, note: met, seenAt });
      if (newest?.size === size) {
        await writeWitnessed(db, newest);
      }
    }
  }

  async function blame(
    standing: Standing,
    { code, size }: Extract<Submission, { code: string }>,
    own: number,
  ): Promise<void> {
    const { witness } = standing;
    const isNews = standing.code !== code;
    standing.code = code;
    standing.failures++;
    standing.nextAt = now() + pauseAfter(standing.failures, intervalMs);
    if (!isNews) {
      return;
    }
    if (code !== AHEAD && code !== FORK) {
      logger.warn({ witness: witness.name, code }, "a witness does not cosign");
      return;
    }
    logger.error({ witness: witness.name, code, seen: size, size: own }, "a witness objects");
    const fields = {
      witness: witness.key.name,
      size: own,
      ...(size === null ? {} : { seen: size }),
    };
    await enter("witness.refused", code, fields);
  }

  async function enter(
    action: string,
    code: string,
    fields: { readonly [name: string]: Json },
  ): Promise<void> {
    const draft: EntryDraft = { ...SYSTEM, action, outcome: "failed", code, fields };
    await activity.commit(async () => ({ entries: [draft], result: null }));
  }

  return {
    async take({ standing, submission, checkpoint }) {
      if (submission.code === null) {
        await keep(standing, submission.checkpoint, submission.cosignature.line);
      } else {
        await blame(standing, submission, checkpoint.size);
      }
    },
    async overdue(is, size) {
      if (is === wasOverdue) {
        return;
      }
      if (is) {
        logger.warn({ size }, "the quorum of witnesses is overdue");
        await enter("witness.overdue", "WITNESS_OVERDUE", { size });
      } else {
        logger.info({ size }, "the quorum of witnesses is met again");
      }
      wasOverdue = is;
    },
    failed(error) {
      logger.warn(kindOf(error), "a round of witnesses broke off");
    },
  };
}

/** The checkpoint with this witness's line alone, beside the log's own. */
function withLine(note: string, line: string): string {
  const own = parseNote(note);
  return own === null
    ? note
    : formatNote(own.text, [...own.signatures.map((signature) => signature.line), line]);
}
