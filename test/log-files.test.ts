/**
 * The files of a SQLite database go away under the open log: it locks itself before anything more
 * is answered for.
 *
 * @module
 */
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { freshDatabase } from "./support/databases.ts";
import { append, createTestLog, entry, isLocked } from "./support/log.ts";

for (const suffix of ["", "-wal", "-shm"]) {
  test(`core.sqlite${suffix} unlinked under the open log: LOG_FILE_GONE`, async (t) => {
    const { activity, file } = await openedFile(t);
    rmSync(`${file}${suffix}`);
    await isLocked(t, activity, "LOG_FILE_GONE");
    t.regex(activity.lock()?.detail ?? "", /is gone, under the running core/);
  });
}

test("an older copy renamed over the database: LOG_FILE_GONE", async (t) => {
  const { activity, file } = await openedFile(t);
  copyFileSync(file, `${file}.old`);
  renameSync(`${file}.old`, file);
  await isLocked(t, activity, "LOG_FILE_GONE");
  t.regex(activity.lock()?.detail ?? "", /was replaced by another file/);
});

test("an older, smaller copy written over the database in place: LOG_FILE_GONE", async (t) => {
  const { activity, file, db } = await openedFile(t);
  await db.raw("PRAGMA wal_checkpoint(TRUNCATE)");
  copyFileSync(file, `${file}.old`);
  const size = statSync(file).size;
  const large = { entries: [entry("test.large", { value: "x".repeat(30_000) })], result: null };
  for (let i = 0; i < 20; i++) {
    await activity.commit(async () => large);
  }
  await db.raw("PRAGMA wal_checkpoint(TRUNCATE)");
  await append(activity, 1);
  t.true(statSync(file).size > size);
  copyFileSync(`${file}.old`, file);
  await isLocked(t, activity, "LOG_FILE_GONE");
  t.regex(activity.lock()?.detail ?? "", /smaller than it was/);
});

test("a file that goes away during the commit: the entry is not answered for", async (t) => {
  const { activity, file } = await openedFile(t);
  const unlinking = activity.commit(async () => {
    rmSync(file);
    return { entries: [entry("test.gone")], result: null };
  });
  await t.throwsAsync(unlinking, { code: "LOG_LOCKED" });
  t.false(existsSync(file));
  t.is(activity.head().size, 3);
});

async function openedFile(t: ExecutionContext) {
  const location = await freshDatabase(t, "sqlite");
  const db = openDatabase(location);
  t.teardown(() => db.destroy());
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  return { db, activity, file: "file" in location ? location.file : "" };
}
