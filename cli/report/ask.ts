/**
 * Pages of the service's lists, to the end.
 *
 * @module
 */
import { type Answer, type Client, pathOf } from "../client.ts";
import { Refusal } from "../errors.ts";

const LIMIT = "1000";

/** An entry as `GET /v1/activity` answers it. */
export interface LoggedEntry {
  readonly index: number;
  readonly entry: Answer;
}

type Query = Readonly<Record<string, string | undefined>>;

/** Every item behind `/v1/<noun>` that fits the query; `onPage` is told how many there are. */
export async function askAll<T>(
  client: Client,
  noun: string,
  query: Query,
  onPage: (items: number) => void = () => undefined,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await client.call("GET", pathOf(["v1", noun], { ...query, after, limit: LIMIT }));
    const { items: some, next } = page;
    if (!Array.isArray(some)) {
      throw new Refusal("BAD_ANSWER", 'the service\'s answer lacks "items"');
    }
    for (const item of some) {
      items.push(item as T);
    }
    onPage(items.length);
    after = next === null || next === undefined ? undefined : String(next);
  } while (after !== undefined);
  return items;
}

/** The first or last entry of a time, or null. */
export async function askEdge(
  client: Client,
  query: Query,
  order: "asc" | "desc",
): Promise<LoggedEntry | null> {
  const path = pathOf(["v1", "activity"], { ...query, order, limit: "1" });
  const { items } = await client.call("GET", path);
  return Array.isArray(items) ? ((items[0] as LoggedEntry | undefined) ?? null) : null;
}

/** A field as text; empty when there is none. */
export function textOf(from: Answer, name: string): string {
  const value = from[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A field as text, or null. */
export function textOrNull(from: Answer, name: string): string | null {
  const value = from[name];
  return typeof value === "string" ? value : null;
}
