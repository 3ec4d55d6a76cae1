/**
 * Pushes what waits for the exchange: packages and revocations, again and again until the
 * exchange has acknowledged them under its signature.
 *
 * Then the core forgets the body, and with it the share and the ciphertext: in the tables, and in
 * the database's own log.
 *
 * @module
 */
import { SYSTEM } from "../../activity/entries/entry.ts";
import { sha256InSlices } from "../../base/slices.ts";
import { cutWal, noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import type { HandoverContext, LinkRow } from "../context.ts";
import { toBase64url } from "../protocol/base64url.ts";
import { readHead } from "../protocol/chain.ts";
import { HandoverError } from "../protocol/errors.ts";
import { type Answer, deletePackage, putPackage } from "./client.ts";
import { isTrusted } from "./state.ts";

const MAX_BACK_OFF_SECONDS = 300;
const BATCH = 100;

interface OutboxRow {
  readonly link_id: Buffer;
  readonly kind: "put" | "delete";
  readonly body: Buffer | null;
  readonly attempts: number;
}

export interface Pushed {
  readonly pushed: number;
  readonly failed: number;
}

/** Pushes what is due, or what belongs to one link. Failures are kept for later, not thrown. */
export async function pushOutbox(x: HandoverContext, only?: Uint8Array): Promise<Pushed> {
  const result = { pushed: 0, failed: 0 };
  // What a revocation has erased, or what could not be cut in an earlier round.
  await cutWal(x.db);
  if (!(await isTrusted(x))) {
    return result;
  }
  const due = x.db<OutboxRow>("link_outbox").where("next_at", "<=", x.clock().toISOString());
  const mine = only === undefined ? due : due.where({ link_id: Buffer.from(only) });
  const keys: Pick<OutboxRow, "link_id" | "kind">[] = await mine
    .whereNotIn("link_id", whileOldOnesLive(x.db))
    .orderBy("next_at")
    .limit(BATCH)
    .select("link_id", "kind");
  for (const key of keys) {
    const row: OutboxRow | undefined = await x.db("link_outbox").where(key).first();
    if (row !== undefined) {
      result[(await pushOne(x, row)) ? "pushed" : "failed"]++;
    }
  }
  return result;
}

/**
 * Re-issued links of which the one before has not been ended at the exchange yet: both would open.
 * Their own end waits, too, so that the rule holds along a chain of re-issues.
 */
function whileOldOnesLive(db: Knex): Knex.QueryBuilder {
  return db("link_outbox as end")
    .join("links as old", "old.link_id", "end.link_id")
    .join("links as fresh", "fresh.reference", "old.superseded_by")
    .where("end.kind", "delete")
    .select("fresh.link_id");
}

async function pushOne(x: HandoverContext, row: OutboxRow): Promise<boolean> {
  try {
    // Counted before it leaves: after a crash nobody can say that it did not arrive.
    await postpone(x, row, null);
    const digest = row.body === null ? null : await sha256InSlices(row.body);
    const answer =
      row.kind === "put" && row.body !== null && digest !== null
        ? await putPackage(x, row.link_id, row.body, digest)
        : await deletePackage(x, row.link_id);
    demandAcknowledged(x, row, digest, answer);
  } catch (error) {
    await postpone(x, row, error instanceof HandoverError ? error.code : "FAILED");
    return false;
  }
  await acknowledged(x, row);
  return true;
}

/** @throws {@link HandoverError} unless the exchange has signed for this very request. */
function demandAcknowledged(
  x: HandoverContext,
  row: OutboxRow,
  digest: Uint8Array | null,
  { status, body }: Answer,
): void {
  if (status !== 200 && status !== 201) {
    const code = status >= 500 ? "EXCHANGE_UNAVAILABLE" : "EXCHANGE_ANSWER";
    throw new HandoverError(code, `exchange: expected an acknowledgement, got ${status}`);
  }
  const head = readHead(body["head"], x.exchange.publicKey);
  const put = digest === null ? null : toBase64url(digest);
  if (head.link !== toBase64url(row.link_id) || head.put !== put || head.state === null) {
    throw new HandoverError("HEAD_INVALID", "exchange: acknowledged something else");
  }
}

async function acknowledged(x: HandoverContext, { link_id, kind }: OutboxRow): Promise<void> {
  await x.activity.commit(async (trx) => {
    await trx("link_outbox").where({ link_id, kind }).delete();
    const opened = kind === "put" && (await open(trx, link_id));
    const link = await trx<LinkRow>("links").where({ link_id }).first("reference", "short_id");
    const fields = { reference: link?.reference ?? null, link: link?.short_id ?? null };
    const entry = {
      ...SYSTEM,
      action: "link.opened_for_collection",
      outcome: "ok",
      fields,
    } as const;
    return { entries: opened ? [entry] : [], result: null };
  });
  noteErasure(x.db);
  await cutWal(x.db);
}

/** False when the link was revoked in the meantime. */
async function open(trx: Knex.Transaction, linkId: Buffer): Promise<boolean> {
  const moved = await trx("links")
    .where({ link_id: linkId, state: "draft" })
    .update({ state: "open" });
  return moved === 1;
}

async function postpone(x: HandoverContext, row: OutboxRow, code: string | null): Promise<void> {
  const attempts = row.attempts + 1;
  const seconds = Math.min(MAX_BACK_OFF_SECONDS, 2 ** Math.min(attempts, 10));
  const next = new Date(x.clock().getTime() + seconds * 1000).toISOString();
  await x
    .db("link_outbox")
    .where({ link_id: row.link_id, kind: row.kind })
    .update({ attempts, next_at: next, last_code: code });
}
