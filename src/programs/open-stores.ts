/**
 * Opens what lies under the log: the database with this release's tables, and the keystore with
 * the deployment's own keys (a wrong root key shows here).
 *
 * @module
 */
import { type Keystore, openKeystore, type ServiceKeyRow } from "../../keystore/index.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { coreDatabase, headStoreFile, rootKeyFile } from "../base/paths.ts";
import { migrateCore } from "../db/core/migrations.ts";
import { type Knex, openDatabase } from "../db/open.ts";
import { addLinkSeal } from "../handover/link-seal.ts";
import { createRecipientTable } from "../handover/recipients/rows.ts";
import { createHandoverTables, createSenderTables } from "../handover/tables.ts";
import { publicKeyOf, readServiceKeys } from "./service-keys.ts";

/** What the log is called, who signs it, and where its head is kept. */
export interface LogIdentity {
  readonly origin: string;
  readonly publicKey: Uint8Array;
  readonly node: string;
  readonly headStore: string;
}

export interface OpenStores {
  readonly db: Knex;
  readonly keystore: Keystore;
  readonly serviceKeys: readonly ServiceKeyRow[];
  readonly log: LogIdentity;
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

export async function openStores(
  config: Config,
  /** Fills a new database; without it there must be a deployment. */
  prepare: ((db: Knex, keystore: Keystore) => Promise<ServiceKeyRow[]>) | null = null,
): Promise<OpenStores> {
  const db = openDatabase(coreDatabase(config));
  const keystore = openKeystore({
    rootKeyFile: rootKeyFile(config),
    keyCacheSeconds: config.keyCacheSeconds,
    ...(config.keystoreThreads === undefined ? {} : { threads: config.keystoreThreads }),
  });
  const close = async (): Promise<void> => {
    await keystore.close();
    await db.destroy();
  };
  try {
    await migrate(db);
    const serviceKeys = await (prepare?.(db, keystore) ?? readServiceKeys(db));
    if (serviceKeys.length === 0) {
      throw new ConfigError("databaseUrl: the database holds no deployment: is it the right one?");
    }
    await keystore.load(serviceKeys);
    const settings = await readSettings(db);
    const log = {
      origin: settings.get("origin") ?? config.origin,
      publicKey: publicKeyOf(serviceKeys, "log-signing"),
      node: settings.get("node") ?? "",
      headStore: headStoreFile(config),
    };
    return { db, keystore, serviceKeys, log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function readSettings(db: Knex): Promise<Map<string, string>> {
  const rows: { name: string; value: string }[] = await db("settings").select();
  return new Map(rows.map(({ name, value }) => [name, value]));
}
