/**
 * What the core remembers of an exchange: how far it has read, and whether it still believes it.
 *
 * @module
 */

import { SYSTEM } from "../../activity/entries/entry.ts";
import type { HandoverContext } from "../context.ts";

import { EMPTY_CHAIN, keyName } from "../protocol/chain.ts";

const SILENT_MS = 60_000;

export interface ExchangeState {
  readonly exchange: string;
  readonly n: number;
  readonly hash: Buffer;
  readonly trusted: boolean | number;
  readonly last_seen_at: string | null;
}

/** Reads the state of the exchange; makes it on first use. */
export async function exchangeState(x: HandoverContext): Promise<ExchangeState> {
  const exchange = keyName(x.exchange.publicKey);
  const first = { exchange, n: 0, hash: Buffer.from(EMPTY_CHAIN), trusted: true };
  const known = await x.db<ExchangeState>("exchange_state").where({ exchange }).first();
  if (known !== undefined) {
    return known;
  }
  await x.db("exchange_state").insert(first).onConflict("exchange").ignore();
  return { ...first, last_seen_at: null };
}

/** For people: is the exchange believed, and does it answer? */
export interface ExchangeReport {
  /**
   * `forked`: its chain contradicts what it has said before, and nothing of it is believed any
   * more. `silent`: nothing heard for a minute. `new`: nothing heard ever.
   */
  readonly state: "answering" | "silent" | "new" | "forked";
  readonly lastSeen: string | null;
}

export async function exchangeReport(x: HandoverContext): Promise<ExchangeReport> {
  const { trusted, last_seen_at: lastSeen } = await exchangeState(x);
  if (!trusted) {
    return { state: "forked", lastSeen };
  }
  if (lastSeen === null) {
    return { state: "new", lastSeen };
  }
  const isSilent = x.clock().getTime() - Date.parse(lastSeen) > SILENT_MS;
  return { state: isSilent ? "silent" : "answering", lastSeen };
}

export async function isTrusted(x: HandoverContext): Promise<boolean> {
  return Boolean((await exchangeState(x)).trusted);
}

/** Notes that the exchange has answered. */
export async function markSeen(x: HandoverContext, at: string): Promise<void> {
  const exchange = keyName(x.exchange.publicKey);
  await x.db("exchange_state").where({ exchange }).update({ last_seen_at: at });
}

/** Records a fork, once, and stops believing the exchange. */
export async function distrust(
  x: HandoverContext,
  state: ExchangeState,
  reason: "rolled_back" | "chain",
): Promise<void> {
  await x.activity.commit(async (trx) => {
    const stopped = await trx("exchange_state")
      .where({ exchange: state.exchange, trusted: true })
      .update({ trusted: false });
    const fields = {
      exchange: state.exchange,
      n: state.n,
      head: Buffer.from(state.hash).toString("hex"),
      reason,
    };
    const entry = { ...SYSTEM, action: "exchange.fork", outcome: "failed", fields } as const;
    return { entries: stopped === 1 ? [{ ...entry, code: "EXCHANGE_FORK" }] : [], result: null };
  });
}
