/**
 * An activity log on an empty database, with a signing key of its own.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import type { Activity, LockCode } from "../../src/activity/activity.ts";
import { openLog } from "../../src/activity/append/log.ts";
import type { EntryDraft, Json } from "../../src/activity/entries/entry.ts";
import { SYSTEM } from "../../src/activity/entries/entry.ts";
import type { VerifierKey } from "../../src/activity/tree/note.ts";
import { startLog } from "../../src/activity/verify/start.ts";
import { microsecondClock } from "../../src/base/clock.ts";
import { migrateCore } from "../../src/db/core/migrations.ts";
import type { Knex } from "../../src/db/open.ts";
import { temporaryFolder } from "./databases.ts";

export interface TestLog {
  readonly key: VerifierKey;
  readonly secretKey: Uint8Array;
  readonly headStore: string;
  /** Verifies what is there and opens it, as the core does at start; the faults are optional. */
  open(faults?: LogFaults): Promise<Activity>;
  /** What a start says of the log. */
  start(): ReturnType<typeof startLog>;
}

export interface LogFaults {
  readonly db?: Knex;
  readonly clock?: () => number;
  /** Awaited before each signature. */
  readonly signing?: () => Promise<void>;
}

/** Creates the tables; the log stays closed. A signature takes `signingMs`, as in a busy worker. */
export async function createTestLog(
  t: ExecutionContext,
  db: Knex,
  signingMs = 0,
): Promise<TestLog> {
  await migrateCore(db);
  const { secretKey, publicKey } = ed25519.keygen();
  const key = { name: "log.test", publicKey: new Uint8Array(publicKey) };
  const headStore = join(temporaryFolder(t), "log.head");
  // Until its first head a log has not begun, as a deployment in `init`.
  const start = () => startLog(db, key, headStore, { isNew: !existsSync(headStore) });
  return {
    key,
    secretKey,
    headStore,
    start,
    async open(faults = {}) {
      const activity = openLog({
        db: faults.db ?? db,
        keystore: {
          async sign(_purpose, message) {
            await (faults.signing?.() ?? setTimeout(signingMs));
            return ed25519.sign(message, secretKey);
          },
        },
        origin: key.name,
        publicKey: key.publicKey,
        node: "node1",
        headStore,
        clock: faults.clock ?? microsecondClock,
        start: await start(),
        onError: (error) => t.log(error),
      });
      t.teardown(() => activity.close().catch(() => undefined));
      return activity;
    },
  };
}

/** An entry of some action. */
export function entry(action: string, fields: { readonly [name: string]: Json } = {}): EntryDraft {
  return { ...SYSTEM, action, outcome: "ok", fields };
}

/** Appends `count` entries `test.n`, each in a commit of its own. */
export async function append(activity: Activity, count: number): Promise<void> {
  const works = Array.from({ length: count }, (_, n) =>
    activity.commit(async () => ({ entries: [entry("test.n", { n })], result: null })),
  );
  await Promise.all(works);
}

/** Sees that a log refuses everything, and why. */
export async function isLocked(
  t: ExecutionContext,
  activity: Activity,
  code: LockCode,
): Promise<void> {
  await t.throwsAsync(append(activity, 1), { code: "LOG_LOCKED", message: new RegExp(code) });
  await t.throwsAsync(append(activity, 1), { code: "LOG_LOCKED" });
  await t.throwsAsync(activity.checkpoint(), { code: "LOG_LOCKED" });
  const lock = activity.lock();
  t.is(lock?.code, code);
  t.regex(lock?.since ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
}
