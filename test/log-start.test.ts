/**
 * An attacker holds the database's password, drops the triggers and edits: the core does not
 * start, and says from which index on.
 *
 * The log under attack has nine entries, with checkpoints at 3, 6 and 9.
 *
 * @module
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import type { Activity } from "../src/activity/activity.ts";
import { writeHead } from "../src/activity/append/head-store.ts";
import { leafHash, signedNote } from "../src/activity/hashing.ts";
import { checkpointText } from "../src/activity/tree/checkpoint.ts";
import type { ProblemCode } from "../src/activity/verify/log-problem.ts";
import { LogRefusedError } from "../src/activity/verify/start.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, type TestLog } from "./support/log.ts";
import {
  backUp,
  bodyOf,
  closeGap,
  dropTriggers,
  editCopies,
  editEntry,
  swapEntries,
} from "./support/tamper.ts";

interface Attack {
  readonly title: string;
  readonly index: number;
  readonly code: ProblemCode;
  run(db: Knex, log: TestLog): Promise<unknown>;
}

const ATTACKS: readonly Attack[] = [
  {
    title: "a body is edited",
    index: 4,
    code: "ENTRY_CHANGED",
    run: (db) => editEntry(db, 4, '"ok"', '"no"', false),
  },
  {
    title: "a body and its leaf hash are edited consistently",
    index: 4,
    code: "ENTRY_CHANGED",
    run: (db) => editEntry(db, 4, '"ok"', '"no"'),
  },
  {
    title: "the first entry is edited",
    index: 0,
    code: "ENTRY_CHANGED",
    run: (db) => editEntry(db, 0, '"ok"', '"no"'),
  },
  {
    title: "a leaf hash is edited",
    index: 8,
    code: "ENTRY_CHANGED",
    run: (db) =>
      db("log_entries")
        .where({ idx: 8 })
        .update({ leaf_hash: Buffer.alloc(32) }),
  },
  {
    title: "an entry is dated back",
    index: 5,
    code: "ENTRY_CHANGED",
    run: (db) => editEntry(db, 5, /"at":"\d+/, '"at":"2001'),
  },
  {
    title: "an entry is written in another form of the same JSON",
    index: 5,
    code: "ENTRY_CHANGED",
    run: (db) => editEntry(db, 5, "{", "{ "),
  },
  {
    title: "a row in the middle is deleted",
    index: 4,
    code: "ENTRY_MISSING",
    run: (db) => db("log_entries").where({ idx: 4 }).delete(),
  },
  {
    title: "a row is deleted and the gap closed",
    index: 4,
    code: "ENTRY_CHANGED",
    run: (db) => closeGap(db, 4),
  },
  {
    title: "the first rows are deleted",
    index: 0,
    code: "ENTRY_MISSING",
    run: (db) => db("log_entries").where("idx", "<", 2).delete(),
  },
  {
    title: "the last rows are deleted",
    index: 7,
    code: "LOG_TRUNCATED",
    run: (db) => db("log_entries").where("idx", ">=", 7).delete(),
  },
  {
    title: "the last rows are deleted with the checkpoints that cover them",
    index: 7,
    code: "LOG_TRUNCATED",
    async run(db) {
      await db("log_entries").where("idx", ">=", 7).delete();
      await db("log_checkpoints").where("size", ">", 7).delete();
      await db("log_head").update({ size: 7 });
    },
  },
  {
    title: "everything is deleted",
    index: 0,
    code: "LOG_TRUNCATED",
    async run(db) {
      await db("log_entries").delete();
      await db("log_checkpoints").delete();
      await db("log_head").update({ size: 0 });
    },
  },
  {
    title: "two rows are exchanged",
    index: 3,
    code: "ENTRY_CHANGED",
    run: (db) => swapEntries(db, 3, 7),
  },
  {
    title: "an entry, its leaf hash and the copy beside the checkpoint are edited",
    index: 3,
    code: "CHECKPOINT_ROOT",
    async run(db) {
      await editEntry(db, 4, '"ok"', '"no"');
      await editCopies(db);
    },
  },
  {
    title: "all of it is edited and every checkpoint deleted",
    index: 0,
    code: "HEAD_CONFLICT",
    async run(db) {
      await editEntry(db, 4, '"ok"', '"no"');
      await db("log_checkpoints").delete();
    },
  },
  {
    title: "a checkpoint is signed anew with another key",
    index: 3,
    code: "CHECKPOINT_SIGNATURE",
    async run(db, { key }) {
      const { secretKey, publicKey } = ed25519.keygen();
      const text = checkpointText({ origin: key.name, size: 6, root: new Uint8Array(32) });
      const signature = ed25519.sign(Buffer.from(text), secretKey);
      const note = signedNote(text, { name: key.name, publicKey }, signature);
      await db("log_checkpoints").where({ size: 6 }).update({ note });
    },
  },
  {
    title: "a checkpoint is put under another size",
    index: 6,
    code: "CHECKPOINT_SIGNATURE",
    run: (db) => db("log_checkpoints").where({ size: 9 }).update({ size: 8 }),
  },
  {
    title: "entries that no checkpoint covers yet are deleted",
    index: 10,
    code: "LOG_TRUNCATED",
    async run(db, log) {
      await append(await log.open(), 3);
      await db("log_entries").where("idx", ">=", 10).delete();
    },
  },
  {
    title: "an entry is slipped in that no checkpoint covers yet",
    index: 9,
    code: "HEAD_CONFLICT",
    async run(db) {
      const body = (await bodyOf(db, 8)).replace(/"at":"\d+/, '"at":"2999');
      await db("log_entries").insert({ idx: 9, body, leaf_hash: Buffer.from(leafHash(body)) });
    },
  },
];

for (const { title, index, code, run } of ATTACKS) {
  onEveryDatabase(`${title}: start is refused from ${index} on`, async (t, db) => {
    const log = await createTestLog(t, db);
    await grow(await log.open(), 3);
    await log.start();
    await dropTriggers(db);
    await run(db, log);
    await refusedFrom(t, log, index, code);
  });
}

onEveryDatabase("an older copy of the database is refused from its end on", async (t, db) => {
  const log = await createTestLog(t, db);
  await grow(await log.open(), 2);
  const restore = await backUp(db);
  await grow(await log.open(), 1);
  await log.start();
  await dropTriggers(db);
  await restore();
  await refusedFrom(t, log, 6, "LOG_TRUNCATED");
});

onEveryDatabase("an older head store is fine, a forged one is refused", async (t, db) => {
  const log = await createTestLog(t, db);
  await grow(await log.open(), 1);
  const kept = join(log.headStore, "..", "old.head");
  copyFileSync(log.headStore, kept);
  await grow(await log.open(), 2);
  copyFileSync(kept, log.headStore);
  t.is((await log.start()).size, 9);
  writeHead(log.headStore, "log.test\n1\nAAAA\n\n— log.test AAAA\n");
  await refusedFrom(t, log, 0, "CHECKPOINT_SIGNATURE");
});

/** Appends three entries and signs, some times over, and closes. */
async function grow(activity: Activity, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await append(activity, 3);
    await activity.checkpoint();
  }
  await activity.close();
}

async function refusedFrom(t: ExecutionContext, log: TestLog, index: number, code: ProblemCode) {
  const error = await t.throwsAsync(log.start(), { instanceOf: LogRefusedError });
  const first = error?.problems[0];
  t.is(first?.index, index, JSON.stringify(error?.problems));
  t.true(error?.problems.some((problem) => problem.index === index && problem.code === code));
  t.regex(error?.message ?? "", new RegExp(`from index ${index} on`));
}
