/**
 * Opens what the core stands on, in the order that lets a fault show before anything is served:
 * database, root key (the canary), then the whole activity log.
 *
 * @module
 */

import type { Logger } from "pino";
import { type Keystore, openKeystore, type ServiceKeyRow } from "../../keystore/index.ts";
import { revokedTokens } from "../access/audit.ts";
import type { RevokedTokens } from "../access/tokens.ts";
import type { Activity } from "../activity/activity.ts";
import { openLog } from "../activity/append/log.ts";
import { startLog } from "../activity/verify/start.ts";
import { microsecondClock } from "../base/clock.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { kindOf } from "../base/logger.ts";
import { coreDatabase, headStoreFile, rootKeyFile } from "../base/paths.ts";
import { migrateCore } from "../db/core/migrations.ts";
import { type Knex, openDatabase } from "../db/open.ts";
import { addLinkSeal } from "../handover/link-seal.ts";
import { retiredRecipients } from "../handover/recipients/audit.ts";
import { createRecipientTable } from "../handover/recipients/rows.ts";
import type { RetiredRecipients } from "../handover/recipients/view.ts";
import { createHandoverTables, createSenderTables } from "../handover/tables.ts";
import { publicKeyOf, readServiceKeys } from "./service-keys.ts";

export interface OpenCore {
  readonly db: Knex;
  readonly keystore: Keystore;
  readonly serviceKeys: readonly ServiceKeyRow[];
  readonly activity: Activity;
  readonly revoked: RevokedTokens;
  readonly retiredRecipients: RetiredRecipients;
  /** Signs the last checkpoint, then lets go of everything. */
  close(): Promise<void>;
}

/** Creates or updates the core's tables. */
export async function migrate(db: Knex): Promise<void> {
  await migrateCore(db, [
    { name: "004-handover", up: createHandoverTables },
    { name: "009-sender", up: createSenderTables },
    { name: "010-recipients", up: createRecipientTable },
    { name: "011-link-seal", up: addLinkSeal },
  ]);
}

export async function openCore(
  config: Config,
  logger: Pick<Logger, "error">,
  /** Fills a new database; without it there must be a deployment. */
  prepare: ((db: Knex, keystore: Keystore) => Promise<ServiceKeyRow[]>) | null = null,
  /** Microseconds since 1970, for the log. */
  clock: () => number = microsecondClock,
): Promise<OpenCore> {
  const db = openDatabase(coreDatabase(config));
  const keystore = openKeystore({
    rootKeyFile: rootKeyFile(config),
    keyCacheSeconds: config.keyCacheSeconds,
    ...(config.keystoreThreads === undefined ? {} : { threads: config.keystoreThreads }),
  });
  try {
    await migrate(db);
    const serviceKeys = await (prepare?.(db, keystore) ?? readServiceKeys(db));
    if (serviceKeys.length === 0) {
      throw new ConfigError("databaseUrl: the database holds no deployment: is it the right one?");
    }
    await keystore.load(serviceKeys);
    const publicKey = publicKeyOf(serviceKeys, "log-signing");
    const headStore = headStoreFile(config);
    const settings = await readSettings(db);
    const origin = settings.get("origin") ?? config.origin;
    const revoked = revokedTokens();
    const retired = retiredRecipients();
    const start = await startLog(
      db,
      { name: origin, publicKey },
      headStore,
      [revoked, retired],
      prepare !== null,
    );
    const activity = openLog({
      db,
      keystore,
      origin,
      publicKey,
      node: settings.get("node") ?? "",
      headStore,
      clock,
      start,
      onError: (error) => logger.error(kindOf(error), "checkpoint failed"),
    });
    return {
      db,
      keystore,
      serviceKeys,
      activity,
      revoked: revoked.ids,
      retiredRecipients: retired.ids,
      async close() {
        await activity.close().catch((error: unknown) => {
          logger.error(kindOf(error), "the last checkpoint could not be written");
        });
        await keystore.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await keystore.close();
    await db.destroy();
    throw error;
  }
}

export async function readSettings(db: Knex): Promise<Map<string, string>> {
  const rows: { name: string; value: string }[] = await db("settings").select();
  return new Map(rows.map(({ name, value }) => [name, value]));
}
