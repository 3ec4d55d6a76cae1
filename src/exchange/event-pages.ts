/**
 * Pages of events for the core, and the proof that this database is the one it knows.
 *
 * The core names the last head it has seen, and the exchange keeps a mark of its own. A chain
 * that does not hold both is an older copy: its open links may have been collected already, so
 * they are locked, all of them, and claims stay shut. After every start claims wait for this proof.
 *
 * @module
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import type { Knex } from "../db/open.ts";
import { fixedBase64url, toBase64url } from "../handover/protocol/base64url.ts";
import type { SignedHead } from "../handover/protocol/chain.ts";
import { DetailedProblem } from "../http/middleware/problem-handler.ts";
import type { ExchangeContext } from "./context.ts";
import {
  appendEvent,
  chainEnd,
  eventsAfter,
  hashAt,
  type StoredEvent,
  signedEnd,
} from "./events.ts";
import { lockedMailbox, type Mailbox, move } from "./mailbox.ts";
import { guarded, inStore } from "./store.ts";

/** 500 events and 1 MiB, with room for the frame around them. */
const PAGE = { count: 500, bytes: 900_000 };

export interface EventPage {
  readonly v: 1;
  /** Exact bytes of each event, base64url. */
  readonly events: readonly string[];
  /** Receipts of the confirmations on this page, by event number. */
  readonly receipts: Readonly<Record<string, EventReceipt>>;
  /** Signed end of this page. */
  readonly head: SignedHead;
  readonly more: boolean;
}

export interface EventReceipt {
  readonly receipt: string;
  readonly receiptProof: string;
}

/** @throws {@link DetailedProblem} 409 `EXCHANGE_FORK` */
export async function eventPage(
  x: ExchangeContext,
  after: number,
  head: Uint8Array,
): Promise<EventPage> {
  const known = await guarded(() => hashAt(x.db, after));
  const isAwaited = await guarded(() => x.resync.isAwaited());
  const older = isAwaited && !(await guarded(() => holdsMark(x)));
  if (known === null || !equalBytes(known, head) || older) {
    await lockEverything(x);
    const { head: bytes, sig } = signedEnd(x.key, await chainEnd(x.db), x.now());
    const members = { head: bytes, sig };
    throw new DetailedProblem(409, "EXCHANGE_FORK", "this chain does not hold that head", members);
  }
  if (isAwaited && !x.resync.rolledBack) {
    await guarded(() => x.resync.prove());
  }
  return await guarded(async () => {
    const rows = await eventsAfter(x.db, after, PAGE);
    const last = rows.at(-1) ?? { n: after, hash: known };
    const { n } = await chainEnd(x.db);
    return {
      v: 1,
      events: rows.map((row) => toBase64url(Buffer.from(row.body))),
      receipts: await receiptsOf(x.db, rows),
      head: signedEnd(x.key, last, x.now()),
      more: n > last.n,
    };
  });
}

/** Whether the chain has come as far as when something was last handed out. */
async function holdsMark(x: ExchangeContext): Promise<boolean> {
  const mark = await x.highWater.read();
  const here = mark === null ? null : await hashAt(x.db, mark.n);
  return mark === null || (here !== null && equalBytes(here, mark.hash));
}

async function lockEverything(x: ExchangeContext): Promise<void> {
  const isFirst = !x.resync.rolledBack;
  x.resync.undo();
  const open: Mailbox[] = await guarded(() => x.db<Mailbox>("mailboxes").where({ state: "open" }));
  let locked = 0;
  for (const seen of open) {
    locked += await inStore(x, async (trx) => {
      const now = x.now();
      const row = await lockedMailbox(trx, seen, now);
      if (row.state !== "open") {
        return 0;
      }
      await move(trx, row, "locked", now, { reason: "rolled_back" });
      return 1;
    });
  }
  if (isFirst || locked > 0) {
    const draft = { type: "exchange.rolled_back", linkId: null, fields: { locked } } as const;
    await inStore(x, (trx) => appendEvent(trx, { ...draft, at: x.now() }));
    x.logger.error({ locked }, "the core knows another chain: every open link is locked");
  }
}

async function receiptsOf(
  db: Knex,
  rows: readonly StoredEvent[],
): Promise<Record<string, EventReceipt>> {
  const receipts: Record<string, EventReceipt> = {};
  for (const { n, body } of rows) {
    const { type, link } = JSON.parse(body) as { type: string; link: string | null };
    const linkId = type === "link.confirmed" ? fixedBase64url(link, 16) : null;
    const row =
      linkId === null
        ? undefined
        : await db<Mailbox>("mailboxes")
            .where({ link_id: Buffer.from(linkId) })
            .first("receipt", "receipt_proof");
    if (row?.receipt && row.receipt_proof) {
      receipts[String(n)] = {
        receipt: toBase64url(row.receipt),
        receiptProof: toBase64url(row.receipt_proof),
      };
    }
  }
  return receipts;
}
