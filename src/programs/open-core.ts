/**
 * Opens what the core stands on, in the order that lets a fault show before anything is served:
 * database, root key (the canary), then the whole activity log.
 *
 * @module
 */

import type { Logger } from "pino";
import type { Keystore, ServiceKeyRow } from "../../keystore/index.ts";
import { revokedTokens } from "../access/audit.ts";
import { eraseAgain, identityMarks, restrictedIds } from "../access/identities/logged.ts";
import { moveClearIdentities } from "../access/identities/move.ts";
import type { RestrictedIds, RevokedTokens } from "../access/tokens.ts";
import { type Activity, ActivityError, type LogLock } from "../activity/activity.ts";
import { type LogOptions, openLog } from "../activity/append/log.ts";
import { type LogIndex, openLogIndex } from "../activity/ask/log-index.ts";
import { recordPruned } from "../activity/retention/empty.ts";
import { type PruneHistory, pruneHistory } from "../activity/retention/history.ts";
import { LogRefusedError, startLog } from "../activity/verify/start.ts";
import { microsecondClock } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import { kindOf } from "../base/logger.ts";

import { coreDatabase } from "../base/paths.ts";

import { cutWal } from "../db/erase.ts";

import type { Knex } from "../db/open.ts";
import { retiredRecipients } from "../handover/recipients/audit.ts";
import type { RetiredRecipients } from "../handover/recipients/view.ts";
import { openStores } from "./open-stores.ts";

export { migrate, readSettings } from "./open-stores.ts";

/** A start that takes longer than the first says so, and then each time the second has passed. */
const QUIET_MS = 2000;
const PROGRESS_MS = 5000;

export interface OpenCore {
  readonly db: Knex;
  readonly keystore: Keystore;
  readonly serviceKeys: readonly ServiceKeyRow[];
  readonly activity: Activity;
  readonly index: LogIndex;
  readonly revoked: RevokedTokens;
  readonly restricted: RestrictedIds;
  readonly retiredRecipients: RetiredRecipients;
  readonly pruneHistory: PruneHistory;
  /** Signs the last checkpoint, then lets go of everything. */
  close(): Promise<void>;
}

/** What a caller may add to the log. */
export interface LogExtras extends Pick<LogOptions, "observe"> {
  /** Microseconds since 1970. */
  readonly clock?: () => number;
}

export async function openCore(
  config: Config,
  logger: Pick<Logger, "error" | "info">,
  /** Fills a new database; without it there must be a deployment. */
  prepare: ((db: Knex, keystore: Keystore) => Promise<ServiceKeyRow[]>) | null = null,
  more: LogExtras = {},
): Promise<OpenCore> {
  const stores = await openStores(config, prepare);
  const { db, keystore, serviceKeys, log } = stores;
  try {
    const revoked = revokedTokens();
    const retired = retiredRecipients();
    const identities = identityMarks();
    const prunes = pruneHistory();
    const index = await openLogIndex({
      db,
      onError: (error) => logger.error(kindOf(error), "the log's index could not be written"),
    });
    const key = { name: log.origin, publicKey: log.publicKey };
    const start = await startLog(db, key, log.headStore, {
      visitors: [revoked, retired, identities, prunes, index.visitor],
      isNew: prepare !== null,
      location: coreDatabase(config),
      progress: sayProgress(logger),
    });
    // A crash may have come between the entry and its row; what indexes entries reads the row.
    if (prunes.below > 0) {
      await recordPruned(db, prunes.below, prunes.entry);
    }
    const activity = openLog({
      ...log,
      db,
      keystore,
      clock: more.clock ?? microsecondClock,
      start,
      observe(appended) {
        index.observe(appended);
        more.observe?.(appended);
      },
      onError: (error) => logger.error(kindOf(error), sentenceOf(error, "checkpoint failed")),
      onLock: (lock) => sayLock(logger, lock),
    });
    // While this one verified, another core may have gone on: then nothing of its index is touched.
    await activity.commit(async () => ({ entries: [], result: null }));
    index.start();
    await moveClearIdentities({ db, keystore, activity });
    if ((await eraseAgain(db, identities.marks)) > 0) {
      await cutWal(db);
    }
    return {
      db,
      keystore,
      serviceKeys,
      activity,
      index,
      revoked: revoked.ids,
      restricted: await restrictedIds(db, identities.marks),
      retiredRecipients: retired.ids,
      pruneHistory: prunes,
      async close() {
        await activity.close().catch((error: unknown) => {
          const sentence = sentenceOf(error, "the last checkpoint could not be written");
          logger.error(kindOf(error), sentence);
        });
        await index.close();
        await stores.close();
      },
    };
  } catch (error) {
    if (error instanceof LogRefusedError) {
      const [first] = error.problems;
      logger.error({ code: error.code, index: first?.index, problem: first?.code }, error.message);
    }
    await stores.close();
    throw error;
  }
}

function sayProgress(logger: Pick<Logger, "info">): (entries: number) => void {
  let next = Date.now() + QUIET_MS;
  return (entries) => {
    if (Date.now() >= next) {
      next = Date.now() + PROGRESS_MS;
      logger.info({ entries }, `verifying the log: ${entries} entries`);
    }
  };
}

function sayLock(logger: Pick<Logger, "error" | "info">, lock: LogLock | null): void {
  if (lock === null) {
    logger.info("activity log: entries are taken again");
    return;
  }
  logger.error({ code: lock.code, since: lock.since }, `activity log: locked: ${lock.detail}`);
}

/** The log's own sentences are ours; those of other errors may quote what they read. */
function sentenceOf(error: unknown, otherwise: string): string {
  return error instanceof ActivityError ? error.message : otherwise;
}
