/**
 * Refusals, bounded: nobody outside can fill the disk.
 *
 * An authenticated caller's refusal is a leaf of its own, at most 60 per token and minute; all
 * others, and what goes beyond, are counted per listener, route and code and written as one
 * `access.refused` leaf per minute.
 *
 * @module
 */
import type { Activity } from "./activity.ts";
import { type Actor, type EntryDraft, SYSTEM } from "./entries/entry.ts";

const PER_TOKEN_AND_MINUTE = 60;
const MINUTE_MS = 60_000;
/** More different routes and codes than exist; a bound all the same. */
const MAX_COUNTERS = 500;

export interface Refusals {
  /** Records a refusal of a caller who is known. Resolves when it is durable or counted. */
  known(caller: Actor, action: string, code: string): Promise<void>;
  /** Counts a refusal of a caller who is not known. */
  unknown(listener: string, route: string, code: string): void;
  /** Writes what was counted, now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createRefusals(
  activity: Pick<Activity, "commit">,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): Refusals {
  let counts = new Map<string, number>();
  let perToken = new Map<string, number>();
  let minute = Math.floor(now() / MINUTE_MS);
  const timer = setInterval(() => void flush().catch(onError), MINUTE_MS);
  timer.unref();

  function count(listener: string, route: string, code: string): void {
    const key = JSON.stringify([listener, route, code]);
    if (counts.has(key) || counts.size < MAX_COUNTERS) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }

  async function flush(): Promise<void> {
    if (counts.size === 0) {
      return;
    }
    const taken = counts;
    counts = new Map();
    const draft: EntryDraft = {
      ...SYSTEM,
      action: "access.refused",
      outcome: "refused",
      code: "COUNTED",
      fields: {
        counts: [...taken].map(([key, n]) => [...(JSON.parse(key) as string[]), n]),
      },
    };
    try {
      await activity.commit(async () => ({ entries: [draft], result: null }));
    } catch (error) {
      // Not lost: counted again for the next minute.
      for (const [key, n] of taken) {
        counts.set(key, (counts.get(key) ?? 0) + n);
      }
      throw error;
    }
  }

  return {
    async known(caller, action, code) {
      const current = Math.floor(now() / MINUTE_MS);
      if (current !== minute) {
        minute = current;
        perToken = new Map();
      }
      const used = (perToken.get(caller.actor) ?? 0) + 1;
      perToken.set(caller.actor, used);
      if (used > PER_TOKEN_AND_MINUTE) {
        count("token", caller.actor, code);
        return;
      }
      const draft: EntryDraft = { ...caller, action, outcome: "refused", code };
      await activity.commit(async () => ({ entries: [draft], result: null }));
    },
    unknown: count,
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
