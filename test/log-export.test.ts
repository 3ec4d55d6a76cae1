/**
 * What `log export` does, against logs of this file's making: hostile, forked, broken off.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { createClient } from "../cli/client.ts";
import { Misuse } from "../cli/errors.ts";
import { type Exported, exportLog } from "../cli/log/export-log.ts";
import { openMirror } from "../cli/log/mirror.ts";
import { type FakeService, fakeService, refuse, TOKEN } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { logMaker, type MadeLog, serveLog } from "./support/made-log.ts";

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

test("a fork, a log that was set back and another key are refused, nothing is overwritten", async (t) => {
  const { make, vkey } = logMaker();
  let log = make(600, entryOf);
  const service = await fakeService(
    t,
    serveLog(() => log),
  );
  const dir = join(temporaryFolder(t), "log");
  await exportTo(dir, service);
  const before = contentOf(dir);
  const others = [
    make(900, (index) => entryOf(index === 17 ? 18 : index)),
    make(600, (index) => entryOf(index === 599 ? 0 : index)),
    make(599, entryOf),
    make(256, entryOf),
  ];
  for (const other of others) {
    log = other;
    t.is(await codeOf(exportTo(dir, service)), "LOG_FORK");
    t.deepEqual(contentOf(dir), before);
  }
  log = logMaker().make(900, entryOf);
  t.is(await codeOf(exportTo(dir, service)), "CHECKPOINT_SIGNATURE");
  t.is(await codeOf(exportTo(dir, service, logMaker().vkey)), "LOG_FORK");
  t.deepEqual(contentOf(dir), before);
  const fresh = join(temporaryFolder(t), "log");
  t.is(await codeOf(exportTo(fresh, service, vkey)), "CHECKPOINT_SIGNATURE");
});

test("one byte wrong in any answer: refused, and not on disk", async (t) => {
  const { make } = logMaker();
  const log = make(600, entryOf);
  for (const wrong of [...namesOf(log), "checkpoint"]) {
    const service = await fakeService(
      t,
      serveLog(
        () => log,
        (path) => path === wrong && flipped(log.file(path)),
      ),
    );
    const dir = join(temporaryFolder(t), "log");
    const code = wrong === "checkpoint" ? "CHECKPOINT_SIGNATURE" : "LOG_INTEGRITY";
    t.is(await codeOf(exportTo(dir, service)), code, wrong);
    const files = filesIn(dir);
    t.false(files.includes(wrong));
    t.false(files.includes("checkpoint"));
  }
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

test("a directory with something else in it is left alone", async (t) => {
  const service = await fakeService(t, (_request, response) => void response.destroy());
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "letter.txt"), "mine");
  await t.throwsAsync(exportTo(dir, service), {
    instanceOf: Misuse,
    message: /expected an empty directory or an earlier export/,
  });
  t.deepEqual(filesIn(dir), ["letter.txt"]);
  t.deepEqual(service.heard, []);
});

async function codeOf(done: Promise<Exported>): Promise<string> {
  return await done.then(
    () => "done",
    (error: { code?: string }) => String(error.code),
  );
}

/** What the command does, without a process of its own. */
async function exportTo(dir: string, { url }: FakeService, key?: string): Promise<Exported> {
  const client = createClient(new URL(url), TOKEN);
  return await exportLog(client, await openMirror(dir), key, async () => () => undefined);
}

function assertMirrors(t: ExecutionContext, dir: string, log: MadeLog): void {
  t.deepEqual(new Set(filesIn(dir)), new Set(["checkpoint", "vkey", ...namesOf(log)]));
  for (const name of filesIn(dir)) {
    t.deepEqual(readFileSync(join(dir, name)), log.file(name), name);
  }
}

/** Tiles and bundles of a log below 65 536 entries. */
function namesOf({ size }: MadeLog): string[] {
  const names = (level: string, count: number) =>
    Array.from({ length: Math.ceil(count / 256) }, (_, i) => {
      const width = Math.min(256, count - i * 256);
      const name = `tile/${level}/${String(i).padStart(3, "0")}`;
      return width === 256 ? name : `${name}.p/${width}`;
    });
  return [...names("0", size), ...names("1", Math.floor(size / 256)), ...names("entries", size)];
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(dir, name)).isFile(),
  );
}

function contentOf(dir: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(dir).map((name) => [name, readFileSync(join(dir, name), "base64")]),
  );
}

function flipped(bytes: Buffer | null): Buffer {
  const copy = Buffer.from(bytes ?? []);
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
