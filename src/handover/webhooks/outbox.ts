/**
 * Webhooks that wait: written in the transaction of what they tell of, sent afterwards.
 *
 * So nothing is told that did not happen and nothing that happened is left untold; and whether a
 * receiver answers can neither hold up nor undo what it is told of.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { SYSTEM } from "../../activity/entries/entry.ts";
import type { Knex } from "../../db/open.ts";
import type { HandoverContext } from "../context.ts";
import type { Notice } from "./notice.ts";

const FIRST_DELAY_SECONDS = 5;
const MAX_DELAY_SECONDS = 3600;
/** A receiver that is away longer learns the rest from the list of links. */
const GIVE_UP_MS = 24 * 3_600_000;
/** Rows per statement. */
const BATCH = 400;
const KEEP_MS = 30 * 24 * 3_600_000;

export interface WebhookRow {
  readonly id: string;
  readonly alarm: boolean | number;
  /** The bytes to send, the same in every attempt. */
  readonly body: string;
  readonly created_at: string;
  readonly next_at: string;
  readonly attempts: number;
  readonly last_code: string | null;
  readonly given_up_at: string | null;
}

/** How many messages wait, how many were given up, and since when the oldest waits. */
export interface WebhookStatus {
  readonly waiting: number;
  readonly oldest: string | null;
  readonly lastCode: string | null;
  readonly givenUp: number;
}

/** Adds messages, in the caller's transaction. */
export async function enqueueNotices(
  trx: Knex.Transaction,
  notices: readonly Notice[],
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const values = notices.map((notice) => ({
    id: `msg_${randomBytes(16).toString("base64url")}`,
    alarm: notice.data.alarm,
    body: JSON.stringify(notice),
    created_at: at,
    next_at: at,
  }));
  for (let from = 0; from < values.length; from += BATCH) {
    await trx("webhook_outbox").insert(values.slice(from, from + BATCH));
  }
}

/** What is due: alarms first, then what was tried least, so that old failures hold up nothing. */
export async function dueWebhooks(db: Knex, now: Date, limit: number): Promise<WebhookRow[]> {
  return await db<WebhookRow>("webhook_outbox")
    .whereNull("given_up_at")
    .where("next_at", "<=", now.toISOString())
    .orderBy([{ column: "alarm", order: "desc" }, "attempts", "created_at"])
    .limit(limit);
}

/** Forgets a message that its receiver has taken. */
export async function webhookTaken(db: Knex, id: string): Promise<void> {
  await db("webhook_outbox").where({ id }).delete();
}

/** Puts a message off, or gives it up when its time is over or its receiver wants no more. */
export async function webhookFailed(
  x: Pick<HandoverContext, "db" | "activity" | "clock">,
  row: WebhookRow,
  code: string,
): Promise<void> {
  const now = x.clock();
  const attempts = row.attempts + 1;
  const tried = { attempts, last_code: code };
  if (code !== "WEBHOOK_GONE" && now.getTime() - Date.parse(row.created_at) < GIVE_UP_MS) {
    const seconds = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(attempts, 12));
    const next = new Date(now.getTime() + seconds * 1000).toISOString();
    await x
      .db("webhook_outbox")
      .where({ id: row.id })
      .update({ ...tried, next_at: next });
    return;
  }
  await x.activity.commit(async (trx) => {
    await trx("webhook_outbox")
      .where({ id: row.id })
      .update({ ...tried, given_up_at: now.toISOString() });
    const fields = { message: row.id, attempts };
    const entry = {
      ...SYSTEM,
      action: "webhook.given_up",
      outcome: "failed",
      code,
      fields,
    } as const;
    return { entries: [entry], result: null };
  });
}

/** Forgets what was given up a month ago. */
export async function forgetGivenUp(db: Knex, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEEP_MS).toISOString();
  await db("webhook_outbox").where("given_up_at", "<", before).delete();
}

/** What an operator is shown: the address is not among it, it may hold a token. */
export async function webhookStatus(db: Knex): Promise<WebhookStatus> {
  const waiting = () => db("webhook_outbox").whereNull("given_up_at");
  const [all] = await waiting().count({ n: "*" }).min({ oldest: "created_at" });
  const last = await waiting().whereNotNull("last_code").orderBy("next_at", "desc").first();
  const [given] = await db("webhook_outbox").whereNotNull("given_up_at").count({ n: "*" });
  return {
    waiting: Number(all?.["n"] ?? 0),
    oldest: all?.["oldest"] ?? null,
    lastCode: last?.last_code ?? null,
    givenUp: Number(given?.["n"] ?? 0),
  };
}
