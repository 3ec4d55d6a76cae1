/**
 * Does in time what nobody came to trigger: expiry, lapse, forgetting.
 *
 * Nothing depends on it for safety: every request checks the time itself.
 *
 * @module
 */
import { cutWal } from "../db/erase.ts";
import type { ExchangeContext } from "./context.ts";
import { appendEvent } from "./events.ts";
import { lockedMailbox, type Mailbox } from "./mailbox.ts";
import { eraseKeys, guarded, inStore } from "./store.ts";

/** A package may be on its way in for this long after its day has ended. */
const DAY_GRACE_MS = 3_600_000;
const NETWORK_DAYS_MS = 30 * 86_400_000;
const BATCH = 500;
/** Files put back from a copy, or left by another process that has crashed, come to nobody's ears. */
const LOOK_EVERY_MS = 3_600_000;

/** One round; rejects when the database does not answer. */
export async function sweep(x: ExchangeContext): Promise<void> {
  await closeOverdue(x);
  await forget(x);
  await writeRefusals(x);
  await eraseLeftKeys(x);
  await destroyDayKeys(x);
  // What could not be cut when it was erased.
  await cutWal(x.db);
}

async function closeOverdue(x: ExchangeContext): Promise<void> {
  const at = x.now().toISOString();
  const overdue = await guarded(() =>
    x
      .db<Mailbox>("mailboxes")
      .where((q) => q.where({ state: "open" }).andWhere("expires_at", "<=", at))
      .orWhere((q) => q.where({ state: "claimed" }).andWhere("window_ends_at", "<=", at))
      .limit(BATCH),
  );
  for (const row of overdue) {
    await inStore(x, (trx) => lockedMailbox(trx, row, x.now()));
  }
}

async function forget(x: ExchangeContext): Promise<void> {
  const nonces = x.clock().toISOString();
  const networks = new Date(x.now().getTime() - NETWORK_DAYS_MS).toISOString();
  await inStore(x, async (trx) => {
    await trx("intake_nonces").where("expires_at", "<", nonces).delete();
    await trx("networks").where("at", "<", networks).delete();
  });
  await guarded(() => x.resync.forget());
}

async function writeRefusals(x: ExchangeContext): Promise<void> {
  const counts = x.refusals.drain();
  if (counts.length === 0) {
    return;
  }
  const draft = { type: "refused.counts", linkId: null, fields: { counts } } as const;
  try {
    await inStore(x, (trx) => appendEvent(trx, { ...draft, at: x.now() }));
  } catch (error) {
    x.refusals.restore(counts);
    throw error;
  }
}

/**
 * Erases keys that a crash between commit and erasure has left, and those of packages that never
 * came to be stored. Of today's nobody can say yet which are still on their way in.
 */
async function eraseLeftKeys(x: ExchangeContext): Promise<void> {
  const now = x.now().getTime();
  if (!x.leftKeys.some && now - x.leftKeys.lookedAt < LOOK_EVERY_MS) {
    return;
  }
  x.leftKeys.some = false;
  x.leftKeys.lookedAt = now;
  try {
    for (const day of await x.dayKeys.days()) {
      const used = await x.dayKeys.used(day);
      const rows: Pick<Mailbox, "key_at" | "state">[] = await guarded(() =>
        x.db<Mailbox>("mailboxes").where({ day }).whereNotNull("key_at").select("key_at", "state"),
      );
      const states = new Map(rows.map(({ key_at, state }) => [key_at, state]));
      const left = used.filter((at) => (states.get(at) ?? "open") !== "open");
      const stray = used.filter((at) => !states.has(at));
      const over = day < lastDay(x);
      await eraseKeys(
        x,
        [...left, ...(over ? stray : [])].map((key_at) => ({ day, key_at })),
      );
      x.leftKeys.some ||= !over && stray.length > 0;
    }
  } catch (error) {
    x.leftKeys.some = true;
    throw error;
  }
}

/** Of days before this one no package is on its way any more. */
function lastDay(x: ExchangeContext): string {
  return new Date(x.now().getTime() - DAY_GRACE_MS).toISOString().slice(0, 10);
}

async function destroyDayKeys(x: ExchangeContext): Promise<void> {
  for (const day of await x.dayKeys.days()) {
    if (day >= lastDay(x)) {
      continue;
    }
    const open = await guarded(() => x.db("mailboxes").where({ day, state: "open" }).first("day"));
    if (open === undefined) {
      await x.dayKeys.destroy(day);
    }
  }
}
