/**
 * The head store when cores or volumes do not do what they should: it never goes back.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { openCheckpoint } from "../src/activity/hashing.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, type TestLog } from "./support/log.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";

onEveryDatabase("a head that was in the database only survives its rollback", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  await activity.checkpoint();
  await dropTriggers(db);
  const putBack = await backUp(db);
  await append(activity, 2);
  // As on a full volume: the file beside it, which takes its place, cannot be written.
  mkdirSync(`${log.headStore}.tmp`);
  await t.throwsAsync(activity.checkpoint(), { message: /cannot be written/ });
  t.is(headSize(log), 3);
  await putBack();
  rmdirSync(`${log.headStore}.tmp`);
  await t.throwsAsync(append(activity, 1), { code: "LOG_LOCKED", message: /LOG_HEAD_BEHIND/ });
  await activity.close().catch(() => undefined);
  t.is(headSize(log), 5, "what was answered for");
  await t.throwsAsync(log.start(), { message: /5/ });
});

onEveryDatabase("a second core does not put its older head over a newer one", async (t, db) => {
  const log = await createTestLog(t, db);
  const first = await log.open();
  await append(first, 3);
  await first.checkpoint();
  const second = await log.open();
  await append(first, 2);
  await first.checkpoint();
  t.is(headSize(log), 5);
  await t.throwsAsync(second.checkpoint(), { code: "LOG_LOCKED", message: /LOG_HEAD_AHEAD/ });
  t.is(headSize(log), 5);
  await append(first, 1);
  await t.throwsAsync(append(second, 1), { code: "LOG_LOCKED" });
  // A file that says nothing is replaced, as before.
  writeFileSync(log.headStore, "x");
  await first.checkpoint();
  t.is(headSize(log), 6);
});

function headSize({ headStore, key }: TestLog): number | undefined {
  return openCheckpoint(readFileSync(headStore, "utf8"), key)?.size;
}
