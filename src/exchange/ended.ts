/**
 * Links that end in a transaction: the keys of their shares go once it has committed.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";
import type { KeyPlace } from "./day-keys.ts";

const ended = new WeakMap<Knex.Transaction, KeyPlace[]>();

/** Notes that nobody needs the share of a link any more, if the transaction commits. */
export function noteEnded(trx: Knex.Transaction, { day, key_at }: KeyPlace): void {
  ended.set(trx, [...endedIn(trx), { day, key_at }]);
}

/** What was noted in a transaction. */
export function endedIn(trx: Knex.Transaction): readonly KeyPlace[] {
  return ended.get(trx) ?? [];
}
