/**
 * Addresses that were heard and that no meter answers to: meters that somebody forgot to enrol.
 *
 * Kept per scope, the customer of the sender's token or all, because another customer's meter
 * looks unknown: nobody learns more than it has sent itself. Noted in memory and written at most
 * once a second, apart from the log: an address that was heard is no access to a key, and a crash
 * may lose the last second. Bounded: beyond 10 000 addresses of a scope those that were not heard
 * for longest are dropped, and counted.
 *
 * @module
 */
import type { Caller } from "../../access/caller.ts";
import type { Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";
import type { RawAddress } from "../../meters/address.ts";
import { addressKey } from "../../meters/directory.ts";
import { type Heard, readUnknown, storeUnknown, type UnknownPage } from "./unknown-table.ts";

export interface UnknownAddresses {
  /** Notes one frame; touches memory alone. */
  note(caller: Pick<Caller, "customer">, address: RawAddress): void;
  /** Answers what lies in the caller's scope, heard last first: `limit` of them after `after`. */
  list(
    caller: Pick<Caller, "customer">,
    after: number | undefined,
    limit: number,
  ): Promise<UnknownPage>;
  /** Writes what is in memory. */
  close(): Promise<void>;
}

/** An address in memory; `order` grows with every frame, so that the last one heard is known. */
interface Noted extends Heard {
  last: number;
  count: number;
  order: number;
}

/** What was heard since the last write, by address. */
interface Scope {
  heard: Map<string, Noted>;
  dropped: number;
}

const MAX_PER_SCOPE = 10_000;
const WRITE_INTERVAL_MS = 1000;

/** Keeps the list in `db`; a write that fails is told to `onError` and tried again. */
export function createUnknownAddresses(
  db: Knex,
  onError: (error: unknown) => void,
  maxPerScope = MAX_PER_SCOPE,
  now: () => number = Date.now,
): UnknownAddresses {
  let scopes = new Map<string, Scope>();
  let order = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function add(customer: string, { address, first, last, count }: Heard): void {
    let scope = scopes.get(customer);
    if (scope === undefined) {
      scope = { heard: new Map(), dropped: 0 };
      scopes.set(customer, scope);
    }
    const key = addressKey(address);
    const noted = scope.heard.get(key);
    if (noted !== undefined) {
      noted.last = last;
      noted.count += count;
      noted.order = ++order;
      return;
    }
    // With a copy of the address: its bytes are a view that would keep the whole frame.
    const { kind, bytes } = address;
    const own = { kind, bytes: Uint8Array.from(bytes) };
    scope.heard.set(key, { address: own, first, last, count, order: ++order });
    if (scope.heard.size >= 2 * maxPerScope) {
      const newest = inOrder(scope).slice(-maxPerScope);
      scope.dropped += scope.heard.size - newest.length;
      scope.heard = new Map(newest.map((sighting) => [addressKey(sighting.address), sighting]));
    }
  }

  function writeSoon(): void {
    timer ??= setTimeout(() => void write().catch(onError), WRITE_INTERVAL_MS).unref();
  }

  /** One write after the other: each takes what is there when its turn comes. */
  function write(): Promise<void> {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
    writing = writing.catch(() => undefined).then(writeAll);
    return writing;
  }

  async function writeAll(): Promise<void> {
    const taken = scopes;
    scopes = new Map();
    if (taken.size === 0) {
      return;
    }
    try {
      await inTransaction(db, async (trx) => {
        for (const [customer, scope] of taken) {
          await storeUnknown(trx, customer, inOrder(scope), scope.dropped, maxPerScope);
        }
      });
    } catch (error) {
      // Not lost: what came meanwhile is newer and goes behind it.
      const newer = scopes;
      scopes = taken;
      for (const [customer, scope] of newer) {
        for (const sighting of inOrder(scope)) {
          add(customer, sighting);
        }
        scopes.get(customer)!.dropped += scope.dropped;
      }
      writeSoon();
      throw error;
    }
  }

  return {
    note({ customer }, address) {
      const at = now();
      add(customer ?? "", { address, first: at, last: at, count: 1 });
      writeSoon();
    },
    async list(caller, after, limit) {
      await write();
      return await readUnknown(db, caller, after, limit);
    },
    close: write,
  };
}

/** Heard last at the end. */
function inOrder({ heard }: Scope): Noted[] {
  return [...heard.values()].sort((a, b) => a.order - b.order);
}
