/**
 * A person whom tests look for, in a service and in everything that it stores.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import { coreDatabase, exchangeDirectory } from "../../src/base/paths.ts";
import { openDatabase } from "../../src/db/open.ts";
import { verifyDataDirectory } from "../../src/programs/verify-log.ts";
import { placesOf } from "./all-rows.ts";
import type { Parsed, Service } from "./service.ts";

export const NAME = "Erika Unverwechselbar";
export const PURPOSE = "Ablesung Goethestraße 7";
/** Path of a person's identity. */
export const path = (id: string, ...more: string[]) => ["/v1/identities", id, ...more].join("/");
export const find = (text: string) => `/v1/identities?text=${encodeURIComponent(text)}`;

/**
 * In no row of both databases; with SQLite, in no byte of any file, once the exchange has cut its
 * write-ahead log, which it does a moment later.
 */
export async function isNowhere(t: ExecutionContext, service: Service, texts: readonly string[]) {
  const { data } = service.config;
  for (const text of texts) {
    t.deepEqual(await placesIn(service, text), [], text);
    let holding = filesWith(data, text);
    for (let left = 200; left > 0 && holding.length > 0; left--) {
      await delay(50);
      holding = filesWith(data, text);
    }
    t.deepEqual(holding, [], text);
  }
}

function filesWith(data: string, text: string): string[] {
  return readdirSync(data, { recursive: true, encoding: "utf8" })
    .map((name) => join(data, name))
    .filter((file) => existsSync(file) && statSync(file).isFile())
    .filter((file) => readFileSync(file).includes(text));
}

/** Tables and columns of both databases in which a text stands. */
export async function placesIn({ config }: Service, text: string): Promise<string[]> {
  const url = config.exchangeDatabaseUrl;
  const file = join(exchangeDirectory(config.data), "exchange.sqlite");
  const found: string[] = [];
  for (const location of [coreDatabase(config), url === undefined ? { file } : { url }]) {
    const db = openDatabase(location);
    found.push(...(await placesOf(db, text)));
    await db.destroy();
  }
  return found;
}

/** The name that a list of tokens shows to this caller. */
export async function nameInList(
  service: Service,
  token: string,
  id: string,
): Promise<string | null> {
  const { items } = (await service.call("GET", "/v1/tokens?limit=1000", token)).body;
  return items.find((item: Parsed) => item.id === id)?.name;
}

/** What `log verify` says of the service's directory. */
export function verify(service: Service) {
  return verifyDataDirectory(service.config, {}, () => undefined);
}
