/**
 * Pulls the events of the exchange into the log.
 *
 * A page is believed when its events continue the known chain and the exchange has signed where
 * they end. Cursor, links and entries commit together, so a page counts once. A chain that does
 * not continue is a fork: recorded, and nothing of that exchange is believed from then on.
 *
 * @module
 */
import type { EntryDraft } from "../../activity/entries/entry.ts";
import { SYSTEM } from "../../activity/entries/entry.ts";
import type { Knex } from "../../db/open.ts";
import type { HandoverContext } from "../context.ts";
import { fromBase64url } from "../protocol/base64url.ts";
import { chainHash, readHead } from "../protocol/chain.ts";
import { HandoverError } from "../protocol/errors.ts";
import type { Notice } from "../webhooks/notice.ts";
import { enqueueNotices } from "../webhooks/outbox.ts";
import { applyEvent, type RawReceipt } from "./apply-event.ts";
import { type Answer, getEvents } from "./client.ts";
import { parseRemoteEvent, type RemoteEvent } from "./remote-event.ts";
import { distrust, type ExchangeState, exchangeState, markSeen } from "./state.ts";
import { isLinkEvent } from "./transitions.ts";

const MAX_EVENTS = 500;
/** Per round: pages hold up the log while they are written, and whoever sends them may send many. */
const MAX_PAGES = 4;
/** Pulls come every second; noting each would be a durable write each. */
const SEEN_EVERY_MS = 10_000;

export interface Pulled {
  readonly events: number;
  readonly trusted: boolean;
}

/**
 * Pulls a few pages; what is left waits for the next round.
 *
 * @throws {@link HandoverError} `EXCHANGE_UNAVAILABLE`, `EXCHANGE_ANSWER`, `HEAD_INVALID`
 */
export async function pullEvents(x: HandoverContext): Promise<Pulled> {
  let events = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const state = await exchangeState(x);
    if (!state.trusted) {
      return { events, trusted: false };
    }
    const answer = await getEvents(x, state.n, state.hash);
    if (answer.status === 409 && answer.body["code"] === "EXCHANGE_FORK") {
      await distrust(x, state, "rolled_back");
      return { events, trusted: false };
    }
    const received = readPage(x, state, answer);
    if (received === "fork") {
      await distrust(x, state, "chain");
      return { events, trusted: false };
    }
    if (await commitPage(x, state, received)) {
      events += received.events.length;
    }
    if (!received.more || received.events.length === 0) {
      break;
    }
  }
  return { events, trusted: true };
}

interface Page {
  readonly events: readonly { readonly n: number; readonly event: RemoteEvent | null }[];
  readonly receipts: Readonly<Record<string, RawReceipt>>;
  readonly hash: Uint8Array;
  readonly more: boolean;
}

function readPage(
  x: HandoverContext,
  state: ExchangeState,
  { status, body }: Answer,
): Page | "fork" {
  const list = body["events"];
  if (status >= 500 || status === 429) {
    throw new HandoverError("EXCHANGE_UNAVAILABLE", `exchange: answered ${status}`);
  }
  if (status !== 200 || !Array.isArray(list) || list.length > MAX_EVENTS) {
    throw new HandoverError("EXCHANGE_ANSWER", "exchange: expected a page of events");
  }
  const head = readHead(body["head"], x.exchange.publicKey);
  let hash: Uint8Array = state.hash;
  const events = list.map((text: unknown, i) => {
    const bytes = (typeof text === "string" ? fromBase64url(text) : null) ?? new Uint8Array();
    hash = chainHash(hash, bytes);
    const n = state.n + i + 1;
    return { n, event: parseRemoteEvent(bytes, n) };
  });
  // The signature is genuine, so an end that does not fit is the exchange's own contradiction.
  if (head.n !== state.n + list.length || !Buffer.from(hash).equals(head.hash)) {
    return "fork";
  }
  const receipts = (body["receipts"] ?? {}) as Page["receipts"];
  return { events, receipts, hash, more: body["more"] === true };
}

/** False when another pull was faster: its page is the same, or the next round reads on. */
async function commitPage(x: HandoverContext, state: ExchangeState, page: Page): Promise<boolean> {
  const seenAt = x.clock().toISOString();
  if (page.events.length === 0) {
    const { last_seen_at: before } = state;
    if (before === null || Date.parse(seenAt) - Date.parse(before) >= SEEN_EVERY_MS) {
      await markSeen(x, seenAt);
    }
    return true;
  }
  const n = state.n + page.events.length;
  const { result } = await x.activity.commit(async (trx) => {
    const { exchange } = state;
    const moved = await trx("exchange_state")
      .where({ exchange, n: state.n, trusted: true })
      .update({ n, hash: Buffer.from(page.hash), last_seen_at: seenAt });
    if (moved !== 1) {
      return { entries: [], result: false };
    }
    const { entries, notices } = await entriesOf(trx, exchange, page);
    if (x.notifies) {
      await enqueueNotices(trx, notices, x.clock());
    }
    return { entries, result: true };
  });
  return result;
}

async function entriesOf(
  trx: Knex.Transaction,
  exchange: string,
  page: Page,
): Promise<{ entries: EntryDraft[]; notices: Notice[] }> {
  const entries: EntryDraft[] = [];
  const notices: Notice[] = [];
  const refusedThere = new Map<string, number>();
  const refusedHere = new Map<string, number>();
  let rolledBack: number | null = null;
  for (const { n, event } of page.events) {
    if (event === null) {
      add(refusedHere, "FORMAT", 1);
    } else if (isLinkEvent(event)) {
      const applied = await applyEvent(trx, exchange, event, page.receipts[String(n)] ?? null);
      if (!applied.ok) {
        add(refusedHere, applied.code, 1);
      } else if (applied.entry !== null) {
        entries.push(applied.entry);
        notices.push(...(applied.notice === null ? [] : [applied.notice]));
      }
    } else if (event.type === "refused.counts") {
      for (const [, code, count] of event.counts) {
        // A bounded number of codes: the list comes from outside.
        add(refusedThere, refusedThere.size < 32 || refusedThere.has(code) ? code : "OTHER", count);
      }
    } else {
      rolledBack = event.locked;
    }
  }
  const own = (action: string, outcome: "refused" | "failed", fields: EntryDraft["fields"] & {}) =>
    entries.push({ ...SYSTEM, action, outcome, fields: { exchange, ...fields } });
  if (rolledBack !== null) {
    own("exchange.rolled_back", "failed", { locked: rolledBack });
  }
  if (refusedThere.size > 0) {
    own("exchange.refused", "refused", { counts: sorted(refusedThere) });
  }
  if (refusedHere.size > 0) {
    own("exchange.events_refused", "refused", { counts: sorted(refusedHere) });
  }
  return { entries, notices };
}

function add(counts: Map<string, number>, code: string, number: number): void {
  counts.set(code, Math.min(Number.MAX_SAFE_INTEGER, (counts.get(code) ?? 0) + number));
}

function sorted(counts: Map<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
