/**
 * Whether the core has seen since the start that this chain holds its last head.
 *
 * Every process waits for that proof after its own start. Several may share a database, and the
 * core asks one of them: what is proven there counts for all that had announced themselves before.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Knex } from "../db/open.ts";

const KEEP_MS = 86_400_000;

export interface Resync {
  /** Set when the chain turned out to be an older one. */
  rolledBack: boolean;
  isDone(): Promise<boolean>;
  /** Whether any process still waits. */
  isAwaited(): Promise<boolean>;
  /** Ends the waiting of all processes. */
  prove(): Promise<void>;
  /** Shuts this process. */
  undo(): void;
  /** Forgets processes that are long gone. */
  forget(): Promise<void>;
}

export function createResync(db: Knex, clock: () => Date): Resync {
  const process = randomBytes(12).toString("base64url");
  let isDone = false;

  async function announce(): Promise<void> {
    const row = { process, done: false, at: clock().toISOString() };
    await db("resyncs").insert(row).onConflict("process").ignore();
  }

  // Early, so that the core's next question counts for us; asked for again where it matters.
  announce().catch(() => undefined);

  return {
    rolledBack: false,
    async isDone() {
      if (!isDone && !this.rolledBack) {
        const row = await db("resyncs").where({ process }).first("done");
        isDone = Boolean(row?.done);
        if (row === undefined) {
          await announce();
        }
      }
      return isDone;
    },
    async isAwaited() {
      return !isDone || (await db("resyncs").where({ done: false }).first("done")) !== undefined;
    },
    async prove() {
      isDone = true;
      await db("resyncs").where({ done: false }).update({ done: true });
    },
    undo() {
      isDone = false;
      this.rolledBack = true;
    },
    async forget() {
      const before = new Date(clock().getTime() - KEEP_MS).toISOString();
      await db("resyncs").where("at", "<", before).delete();
    },
  };
}
