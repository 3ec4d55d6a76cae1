/**
 * Where things lie in a data directory.
 *
 * @module
 */
import { join } from "node:path";
import type { Config } from "./config.ts";

export function adminTokenFile(data: string): string {
  return join(data, "admin.token");
}

/** URLs, pid and instance key of the running core. */
export function runFile(data: string): string {
  return join(data, "run.json");
}

/** The log's verifier key, in clear: what an offline verification starts from. */
export function vkeyFile(data: string): string {
  return join(data, "log.vkey");
}

export function rootKeyFile(config: Config): string {
  return config.rootKeyFile ?? join(config.data, "root.key");
}

export function headStoreFile(config: Config): string {
  return config.headStoreFile ?? join(config.data, "log.head");
}

/** The exchange has a directory of its own and no other. */
export function exchangeDirectory(data: string): string {
  return join(data, "exchange");
}

export function coreDatabase(config: Config): { file: string } | { url: string } {
  return config.databaseUrl === undefined
    ? { file: join(config.data, "core.sqlite") }
    : { url: config.databaseUrl };
}
