/**
 * What `log export` writes: the layout, what is new, and what broke off or was damaged.
 *
 * @module
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { fakeService, refuse } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { assertMirrors, codeOf, exportTo, filesIn, flipped, namesOf } from "./support/exporting.ts";
import { logMaker, serveLog } from "./support/made-log.ts";

const entryOf = (index: number) => `{"n":${index}}`;

test("C2SP tlog-tiles: an export is the layout of a static log, private to its owner", async (t) => {
  const { make, vkey } = logMaker();
  const log = make(70_000, entryOf);
  const service = await fakeService(
    t,
    serveLog(() => log),
  );
  const dir = join(temporaryFolder(t), "log");
  // 273 full tiles of level 0 and one of 112, the bundles likewise, 2 of level 1, 1 of level 2.
  const counts = { size: 70_000, fetched: 551, kept: 0, pruned: 0 };
  t.like(await exportTo(dir, service), counts);
  t.is(readFileSync(join(dir, "vkey"), "utf8"), `${vkey}\n`);
  const files = filesIn(dir);
  t.is(files.length, 553);
  for (const name of ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]) {
    t.true(files.includes(name), name);
  }
  for (const name of files) {
    t.deepEqual(readFileSync(join(dir, name)), log.file(name), name);
    t.is(statSync(join(dir, name)).mode & 0o777, 0o600, name);
  }
  t.is(statSync(join(dir, "tile/0")).mode & 0o777, 0o700);
  t.is(statSync(dir).mode & 0o777, 0o700);
});

test("a second export fetches what is new, and partial files give way to fuller ones", async (t) => {
  const { make } = logMaker();
  let log = make(300, entryOf);
  const service = await fakeService(
    t,
    serveLog(() => log),
  );
  const dir = join(temporaryFolder(t), "log");
  t.like(await exportTo(dir, service), { size: 300, fetched: 5, kept: 0 });
  t.like(await exportTo(dir, service), { size: 300, fetched: 0, kept: 5 });
  log = make(600, entryOf);
  t.like(await exportTo(dir, service), { size: 600, fetched: 5, kept: 2 });
  assertMirrors(t, dir, log);
});

test("an export that breaks off leaves the older log whole, and is taken up again", async (t) => {
  const { make } = logMaker();
  let log = make(700, entryOf);
  let requests = 0;
  let breaksAt = Number.POSITIVE_INFINITY;
  const service = await fakeService(
    t,
    serveLog(
      () => log,
      (_path, response) => {
        requests++;
        if (requests >= breaksAt) {
          response.destroy();
        }
        return requests >= breaksAt;
      },
    ),
  );
  const dir = join(temporaryFolder(t), "log");
  const older = log;
  await exportTo(dir, service);
  log = make(2100, entryOf);
  for (const at of [1, 2, 4, 6, 9, 14]) {
    requests = 0;
    breaksAt = at;
    t.regex(await codeOf(exportTo(dir, service)), /^(UNREACHABLE|STREAM_BROKEN)$/);
    for (const name of filesIn(dir)) {
      const expected = name === "checkpoint" ? older.file(name) : log.file(name);
      t.deepEqual(readFileSync(join(dir, name)), expected, name);
    }
    for (const name of namesOf(older)) {
      t.deepEqual(readFileSync(join(dir, name)), older.file(name), name);
    }
  }
  requests = 0;
  breaksAt = Number.POSITIVE_INFINITY;
  t.like(await exportTo(dir, service), { size: 2100 });
  assertMirrors(t, dir, log);
});

test("what was damaged in the directory is fetched again", async (t) => {
  const { make } = logMaker();
  const log = make(600, entryOf);
  const service = await fakeService(
    t,
    serveLog(() => log),
  );
  const dir = join(temporaryFolder(t), "log");
  await exportTo(dir, service);
  const damaged = ["tile/0/001", "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/88"];
  for (const name of damaged) {
    writeFileSync(join(dir, name), flipped(log.file(name)));
  }
  writeFileSync(join(dir, "tile/entries/001.4711.part"), "half");
  t.like(await exportTo(dir, service), { fetched: 4, kept: 3 });
  assertMirrors(t, dir, log);
  writeFileSync(join(dir, "checkpoint"), flipped(log.file("checkpoint")));
  t.is(await codeOf(exportTo(dir, service)), "CHECKPOINT_SIGNATURE");
});

test("pruned bundles are left out and counted; those that were exported before stay", async (t) => {
  const { make } = logMaker();
  const log = make(600, entryOf);
  let isPruned = false;
  const service = await fakeService(
    t,
    serveLog(
      () => log,
      (path, response) => {
        const isGone = isPruned && /^tile\/entries\/00[01]$/.test(path);
        if (isGone) {
          refuse(response, 404, "ENTRY_PRUNED", "the entries were pruned");
        }
        return isGone;
      },
    ),
  );
  const [older, newer] = [join(temporaryFolder(t), "a"), join(temporaryFolder(t), "b")];
  await exportTo(older, service);
  isPruned = true;
  t.like(await exportTo(older, service), { pruned: 0, kept: 7 });
  t.like(await exportTo(newer, service), { pruned: 512, fetched: 5 });
  t.false(filesIn(newer).includes("tile/entries/000"));
});
