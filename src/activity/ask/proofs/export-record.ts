/**
 * Who carries entries away: one entry `log.exported` per reader and hour, before the first byte.
 *
 * @module
 */
import type { Activity } from "../../activity.ts";
import type { Actor } from "../../entries/entry.ts";

const HOUR_MS = 3_600_000;
/** Readers that are remembered; beyond it the oldest is forgotten, and recorded once more. */
const MAX_READERS = 1000;

/** Resolves once it is durable that `actor` reads entries; rejects when that cannot be recorded. */
export type RecordExport = (actor: Actor, size: number) => Promise<void>;

/** Remembers in memory who was recorded: after a start everybody is recorded again. */
export function createExportRecord(
  activity: Pick<Activity, "commit">,
  clock: () => Date,
): RecordExport {
  const readers = new Map<string, { readonly at: number; readonly recorded: Promise<unknown> }>();
  return async (actor, size) => {
    const now = clock().getTime();
    const known = readers.get(actor.actor);
    // A clock that was set back makes no hour longer.
    if (known !== undefined && Math.abs(now - known.at) < HOUR_MS) {
      await known.recorded;
      return;
    }
    const recorded = activity.commit(async () => ({
      entries: [{ ...actor, action: "log.exported", outcome: "ok" as const, fields: { size } }],
      result: null,
    }));
    const own = { at: now, recorded };
    readers.delete(actor.actor);
    readers.set(actor.actor, own);
    for (const oldest of readers.keys()) {
      if (readers.size <= MAX_READERS) {
        break;
      }
      readers.delete(oldest);
    }
    try {
      await recorded;
    } catch (error) {
      if (readers.get(actor.actor) === own) {
        readers.delete(actor.actor);
      }
      throw error;
    }
  };
}
