/**
 * Cuts the database's log a moment after something was erased.
 *
 * The keys are gone by then, so the log may keep for that moment what nobody opens: one cut serves
 * all who end in that time, and claims do not wait for each other's.
 *
 * @module
 */
import { cutWal } from "../db/erase.ts";
import type { Knex } from "../db/open.ts";

const CUT_MS = 100;

export interface WalCutter {
  /** Cuts soon; nobody waits for that. */
  soon(): void;
  /** Waits for the cut that runs and starts none any more: the database may be closed then. */
  stop(): Promise<void>;
}

/** Watches over one open database. */
export function createWalCutter(db: Knex): WalCutter {
  let timer: NodeJS.Timeout | null = null;
  let cutting = Promise.resolve();
  let isStopped = false;
  return {
    soon() {
      if (timer === null && !isStopped) {
        timer = setTimeout(() => {
          timer = null;
          cutting = cutWal(db);
        }, CUT_MS);
        timer.unref();
      }
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer ?? undefined);
      await cutting;
    },
  };
}
