/**
 * Names beside pseudonymous ids, where this reader may read them; fetched once.
 *
 * @module
 */
import type { Named } from "../contract.ts";
import type { Client } from "./client.ts";

export interface Names {
  readonly actors: ReadonlyMap<string, Named>;
  readonly customers: ReadonlyMap<string, string>;
}

export const NO_NAMES: Names = { actors: new Map(), customers: new Map() };

/** A deployment has few tokens and customers; beyond this, ids stay ids. */
const MAX_PAGES = 10;
const PAGE = 1000;

interface List<T> {
  readonly items: readonly T[];
  readonly next: string | number | null;
}

/** Never fails: what may not be read stays an id. */
export async function readNames(client: Client): Promise<Names> {
  const [tokens, customers] = await Promise.all([
    readAll<{ id: string; name: string | null; role: string }>(client, "v1/tokens"),
    readAll<{ customer: string; name: string }>(client, "v1/customers"),
  ]);
  return {
    actors: new Map(tokens.map(({ id, name, role }) => [id, { name, role }])),
    customers: new Map(customers.map(({ customer, name }) => [customer, name])),
  };
}

async function readAll<T>(client: Client, path: string): Promise<T[]> {
  const all: T[] = [];
  try {
    let after: string | number | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { items, next } = await client.json<List<T>>(path, { after, limit: PAGE });
      all.push(...items);
      if (next === null) {
        break;
      }
      after = next;
    }
  } catch {
    // Names are a help; the ids are what the log says.
  }
  return all;
}
