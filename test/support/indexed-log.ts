/**
 * A log with its index on a test's database: small segments, random entries, starts and crashes.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import fc from "fast-check";
import type { Activity } from "../../src/activity/activity.ts";
import { openLog } from "../../src/activity/append/log.ts";
import { type LogIndex, openLogIndex } from "../../src/activity/ask/log-index.ts";
import type { Question } from "../../src/activity/ask/question.ts";
import type { SegmentLimits } from "../../src/activity/ask/segments/segment.ts";
import { encodeAccessSet } from "../../src/activity/entries/access-set.ts";
import { type EntryDraft, type Json, SYSTEM } from "../../src/activity/entries/entry.ts";
import { startLog } from "../../src/activity/verify/start.ts";
import { migrateCore } from "../../src/db/core/migrations.ts";
import type { Knex } from "../../src/db/open.ts";
import { temporaryFolder } from "./databases.ts";

export interface IndexedLog {
  readonly db: Knex;
  readonly activity: Activity;
  readonly index: LogIndex;
  /** Errors of the index so far. */
  readonly errors: unknown[];
  /** Appends drafts in one commit. */
  append(drafts: readonly EntryDraft[]): Promise<void>;
  /** Leaves everything as it lies and starts anew, as after a crash. */
  restart(): Promise<IndexedLog>;
}

/** Every segment ends at the next multiple of 256. */
export const SMALL: SegmentLimits = { entries: 256, items: 1_000_000 };
/** Microseconds between two entries. */
const STEP_US = 1_000_000;
/** 2026-01-01T00:00:00Z. */
export const BEGIN_US = 1_767_225_600_000_000;

/** Opens a log on an empty database. */
export async function createIndexedLog(
  t: ExecutionContext,
  db: Knex,
  limits: SegmentLimits = SMALL,
): Promise<IndexedLog> {
  await migrateCore(db);
  const { secretKey, publicKey } = ed25519.keygen();
  const key = { name: "log.test", publicKey: new Uint8Array(publicKey) };
  const headStore = join(temporaryFolder(t), "log.head");
  let now = BEGIN_US;

  async function open(): Promise<IndexedLog> {
    const errors: unknown[] = [];
    const index = await openLogIndex({ db, onError: (error) => errors.push(error), limits });
    const isNew = !existsSync(headStore);
    const start = await startLog(db, key, headStore, { visitors: [index.visitor], isNew });
    const activity = openLog({
      db,
      keystore: { sign: async (_purpose, message) => ed25519.sign(message, secretKey) },
      origin: key.name,
      publicKey: key.publicKey,
      node: "node1",
      headStore,
      clock: () => {
        now += STEP_US / 2;
        return now;
      },
      start,
      observe: index.observe,
      onError: (error) => t.log(error),
    });
    index.start();
    const close = async () => {
      await activity.close().catch(() => undefined);
      await index.close();
    };
    t.teardown(close);
    return {
      db,
      activity,
      index,
      errors,
      async append(drafts) {
        await activity.commit(async () => ({ entries: drafts, result: null }));
      },
      async restart() {
        await close();
        return await open();
      },
    };
  }
  return await open();
}

const CUSTOMERS = ["cus_a", "cus_b"];
const METERS = 700;

/** An entry as services write them: with an access set, a range, a meter, a refusal, or nothing. */
export const anyDraft: fc.Arbitrary<EntryDraft> = fc
  .record({
    actor: fc.constantFrom("tok_1", "tok_2", "link_9", "system"),
    action: fc.constantFrom("frames.decrypted", "link.claimed", "meters.enrolled", "token.created"),
    code: fc.constantFrom(null, null, "PIN_FAILED", "COUNTED"),
    fields: fc.oneof(
      fc.constant({}),
      fc.record({
        customer: fc.constantFrom(...CUSTOMERS),
        keys: fc
          .uniqueArray(fc.nat(METERS), { maxLength: 60 })
          .map((numbers) => encodeAccessSet(numbers.map((n) => use(n)))[0] as Json),
      }),
      fc
        .record({
          customer: fc.constantFrom(...CUSTOMERS),
          from: fc.nat(METERS),
          more: fc.nat(600),
        })
        .map(({ customer, from, more }) => ({ customer, from, to: from + more })),
      fc.record({
        customer: fc.constantFrom(...CUSTOMERS),
        meter: fc.nat(5).map((n) => `mtr_${n}`),
        reference: fc.nat(3).map((n) => `R${n}`),
      }),
    ),
  })
  .map(({ actor, action, code, fields }) => ({
    ...SYSTEM,
    actor,
    action,
    ...(code === null ? { outcome: "ok" as const } : { outcome: "refused" as const, code }),
    fields: fields as { readonly [name: string]: Json },
  }));

function use(number: number) {
  return { number, version: 1 + (number % 2), counts: [number % 7, 0] };
}

/** A question about a log of `anyDraft`. */
export function anyQuestion(size: number): fc.Arbitrary<Question> {
  // Few filters at once, or no entry would meet them all.
  const some = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
  const time = fc.nat(size).map((n) => BEGIN_US + n * STEP_US);
  return fc
    .record({
      actor: some(fc.constantFrom("tok_1", "link_9", "nobody")),
      action: some(fc.constantFrom("frames.decrypted", "link.claimed")),
      customer: some(fc.constantFrom(...CUSTOMERS)),
      code: some(fc.constantFrom("PIN_FAILED")),
      outcome: some(fc.constantFrom("ok", "refused", "failed")),
      reference: some(fc.constantFrom("R1")),
      meter: some(anyMeter),
      from: some(time),
      to: some(time),
      scope: some(fc.constantFrom(...CUSTOMERS)),
    })
    .map(
      (question) =>
        Object.fromEntries(
          Object.entries(question).filter(([, value]) => value !== undefined),
        ) as Question,
    );
}

const anyMeter = fc
  .record({ customer: fc.constantFrom(...CUSTOMERS), number: fc.nat(METERS + 600) })
  .map(({ customer, number }) => ({ customer, number, id: `mtr_${number % 6}` }));
