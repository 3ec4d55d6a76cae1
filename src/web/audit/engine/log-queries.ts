/**
 * Questions to the log, as the service answers them.
 *
 * @module
 */
import type { EntryPage, LinkItem, MeterPage, Term, Timeline } from "../contract.ts";
import type { Filters } from "../place.ts";
import type { Client } from "./client.ts";

export interface MeterNamed {
  readonly address: string;
  readonly name: string | null;
}

/** States of links that nobody has collected and confirmed. */
export const UNCOLLECTED = [
  "expired",
  "lapsed",
  "locked",
  "uncertain",
  "claimed",
  "open",
  "draft",
] as const;
export type Uncollected = (typeof UNCOLLECTED)[number];

export interface LinkPage {
  readonly items: readonly LinkItem[];
  /** There are more than one answer holds. */
  readonly isCut: boolean;
  /** Who made each, by reference. */
  readonly makers: ReadonlyMap<string, string>;
}

export interface LogQueries {
  list(filters: Filters, before: number | null, limit: number): Promise<EntryPage>;
  terms(field: "actor" | "action"): Promise<readonly Term[]>;
  timeline(filters: Filters, by: "action" | "actor", buckets: number): Promise<Timeline>;
  metersOf(index: number, after: number | null): Promise<MeterPage>;
  meter(id: string): Promise<MeterNamed>;
  link(reference: string): Promise<LinkItem>;
  uncollected(): Promise<LinkPage>;
}

const MOST = 1000;

export function logQueries(client: Client): LogQueries {
  return {
    list: (filters, before, limit) =>
      client.json("v1/activity", {
        ...filters,
        order: "desc",
        limit,
        ...(before === null ? {} : { before }),
      }),
    async terms(field) {
      const { items } = await client.json<{ items: Term[] }>("v1/activity/terms", { field });
      return items;
    },
    timeline: (filters, by, buckets) =>
      client.json("v1/activity/timeline", { ...filters, by, buckets }),
    metersOf: (index, after) =>
      client.json(`v1/activity/${index}/meters`, {
        limit: 100,
        ...(after === null ? {} : { after }),
      }),
    meter: (id) => client.json(`v1/meters/${encodeURIComponent(id)}`),
    link: (reference) => client.json(`v1/links/${encodeURIComponent(reference)}`),
    async uncollected() {
      const [made, ...lists] = await Promise.all([
        client.json<EntryPage>("v1/activity", {
          action: "link.dispatched",
          order: "desc",
          limit: MOST,
        }),
        ...UNCOLLECTED.map((state) =>
          client.json<{ items: LinkItem[]; next: string | null }>("v1/links", {
            state,
            limit: MOST,
          }),
        ),
      ]);
      const makers = made.items.map(
        ({ entry }) => [String(entry["reference"]), String(entry["actor"])] as const,
      );
      const items = lists.flatMap((list) => list.items);
      return {
        items: items.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
        isCut: lists.some(({ next }) => next !== null),
        makers: new Map(makers),
      };
    },
  };
}
