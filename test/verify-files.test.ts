/**
 * A log is verified from its files alone: every class of change in `docs/log-format.md`, each with
 * the code and the index that the page gives it.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { directoryFiles } from "../src/activity/verify/files/directory-files.ts";
import { verifyFiles } from "../src/activity/verify/files/verify-files.ts";
import type { OutsideHead } from "../src/activity/verify/log-problem.ts";
import { temporaryFolder } from "./support/databases.ts";
import {
  BUNDLES,
  CHANGES,
  ENTRIES,
  edit,
  editEntry,
  flip,
  remove,
  SIZE,
  TILES,
  UPPER,
} from "./support/file-changes.ts";
import {
  createSigner,
  entryText,
  entryTexts,
  type FilesLog,
  put,
  writeLog,
} from "./support/log-tree.ts";

async function verify({ dir, signer }: FilesLog, outside: readonly OutsideHead[] = []) {
  return await verifyFiles(directoryFiles(dir), signer.key, { outside });
}

async function found(t: ExecutionContext, log: FilesLog, outside: readonly OutsideHead[] = []) {
  const { problems } = await verify(log, outside);
  const sorted = [...problems].sort((a, b) => a.index - b.index);
  t.deepEqual(problems, sorted);
  return problems.map(({ index, code }) => `${index} ${code}`);
}

test("a whole log verifies from its files, whatever its size", async (t) => {
  for (const size of [0, 1, 2, 255, 256, 257, SIZE]) {
    const log = writeLog(t, ENTRIES.slice(0, size));
    t.like(await verify(log), { size, problems: [] });
  }
});

test("every change to the files has the code and the first index of the page", async (t) => {
  const whole = writeLog(t, ENTRIES);
  for (const { title, first, run } of CHANGES) {
    const log = { ...whole, dir: temporaryFolder(t) };
    cpSync(whole.dir, log.dir, { recursive: true });
    run(log);
    const problems = await found(t, log);
    t.is(Number.parseInt(problems[0] ?? "", 10), Number.parseInt(first, 10), title);
    t.true(problems.includes(first), `${title}: ${problems}`);
  }
});

test("a checkpoint that an auditor kept must fit, at any size", async (t) => {
  const log = writeLog(t, ENTRIES);
  const kept = (note: string) => [{ what: "given checkpoint", note }];
  for (const size of [0, 1, 255, 256, 257, 300, 512, 599, SIZE]) {
    t.deepEqual(await found(t, log, kept(log.signer.head(ENTRIES, size))), [], String(size));
    const other = log.signer.signed(size, new Uint8Array(32));
    t.deepEqual(await found(t, log, kept(other)), ["0 HEAD_CONFLICT"], String(size));
  }
  const later = log.signer.head(entryTexts(SIZE + 1));
  t.deepEqual(await found(t, log, kept(later)), ["600 LOG_TRUNCATED"]);
  const foreign = createSigner().head(ENTRIES);
  t.deepEqual(await found(t, log, kept(foreign)), ["0 CHECKPOINT_SIGNATURE"]);
  t.deepEqual(await found(t, log, kept("")), ["0 CHECKPOINT_SIGNATURE"]);
  // An entry was changed since: what is there is not what the auditor saw.
  editEntry(log, 10, '"n":10', '"n":11');
  const old = kept(log.signer.head(ENTRIES, 20));
  t.deepEqual((await found(t, log, old)).sort(), ["0 HEAD_CONFLICT", "10 ENTRY_CHANGED"]);
  t.deepEqual(await found(t, log, kept(log.signer.head(ENTRIES, 10))), ["10 ENTRY_CHANGED"]);
});

test("a wider tile or bundle stands in for the one that the checkpoint asks for", async (t) => {
  const grown = entryTexts(1024);
  const full = writeLog(t, grown);
  const wider = writeLog(t, grown.slice(0, 650));
  for (const from of [full, wider]) {
    const log = writeLog(t, ENTRIES);
    rmSync(join(log.dir, "tile"), { recursive: true });
    cpSync(join(from.dir, "tile"), join(log.dir, "tile"), { recursive: true });
    t.deepEqual(await found(t, log), []);
  }
  // A stand-in that is not whole by its own width is none.
  const log = writeLog(t, ENTRIES);
  remove(log, BUNDLES[2]!);
  cpSync(join(full.dir, "tile/entries/002"), join(log.dir, "tile/entries/002"));
  t.deepEqual(await found(t, log), []);
  truncateSync(join(log.dir, "tile/entries/002"), 9000);
  t.is((await found(t, log))[0], "512 ENTRY_MISSING");
});

test("what log.pruned covers may be gone, and nothing else", async (t) => {
  const pruned = (below: number, fields = {}) =>
    ENTRIES.with(550, entryText(550, { action: "log.pruned", below, ...fields }));
  const log = writeLog(t, pruned(256));
  t.deepEqual(await found(t, log), []);
  remove(log, BUNDLES[0]!);
  t.deepEqual(await found(t, log), []);
  const kept = [{ what: "given checkpoint", note: log.signer.head(log.entries, 100) }];
  t.deepEqual(await found(t, log, kept), []);
  remove(log, BUNDLES[1]!);
  t.deepEqual(await found(t, log), ["256 ENTRY_MISSING"]);
  edit(log, TILES[0]!, flip(0));
  t.deepEqual(await found(t, log), ["0 CHECKPOINT_ROOT", "256 ENTRY_MISSING"]);
  // An entry that does not say so in full says nothing.
  for (const [below, fields] of [
    [255, {}],
    [256, { outcome: "refused", code: "FORBIDDEN" }],
    [256, { action: "log.prune.proposed" }],
  ] as const) {
    const other = writeLog(t, pruned(below, fields));
    remove(other, BUNDLES[0]!);
    t.deepEqual(await found(t, other), ["0 ENTRY_MISSING"]);
  }
});

test("hashes of three levels are looked at", async (t) => {
  const log = writeLog(t, entryTexts(65_536 + 300));
  t.deepEqual(await found(t, log), []);
  edit(log, "tile/2/000.p/1", flip(0));
  t.deepEqual(await found(t, log), ["0 TILE_CHANGED"]);
  remove(log, "tile/2/000.p/1");
  edit(log, "tile/1/000", flip(255 * 32));
  t.deepEqual(await found(t, log), ["0 TILE_CHANGED", "65280 TILE_CHANGED"]);
});

test("strange things in place of files are absent or malformed, and none is waited for", async (t) => {
  const whole = writeLog(t, ENTRIES);
  const replace = async (path: string, put: (file: string) => void) => {
    const log = { ...whole, dir: temporaryFolder(t) };
    cpSync(whole.dir, log.dir, { recursive: true });
    remove(log, path);
    put(join(log.dir, path));
    return (await found(t, log))[0];
  };
  const pipe = (file: string) => execFileSync("mkfifo", [file]);
  const huge = (file: string) => {
    writeFileSync(file, "");
    truncateSync(file, 2 ** 40);
  };
  const things = {
    folder: (file: string) => mkdirSync(file),
    pipe,
    loop: (file: string) => symlinkSync(file, file),
    device: (file: string) => symlinkSync("/dev/zero", file),
    huge,
  };
  for (const [title, put] of Object.entries(things)) {
    t.is(await replace(BUNDLES[1]!, put), "256 ENTRY_MISSING", title);
    t.is(await replace(TILES[1]!, put), "256 TILE_CHANGED", title);
    t.is(await replace(UPPER, put), "0 TILE_CHANGED", title);
    t.is(await replace("checkpoint", put), "0 CHECKPOINT_SIGNATURE", title);
  }
});

test("a signed size without an end is not walked to its end", async (t) => {
  const log = writeLog(t, ENTRIES);
  put(log.dir, "checkpoint", log.signer.signed(2 ** 52, new Uint8Array(32)));
  const problems = await found(t, log);
  t.deepEqual(problems, ["0 CHECKPOINT_ROOT", "512 ENTRY_MISSING"]);
});

test("a hundred problems are listed, and the first is among them", async (t) => {
  const log = writeLog(t, ENTRIES);
  for (const path of [BUNDLES[1]!, BUNDLES[2]!]) {
    edit(log, path, () => Buffer.alloc(0));
  }
  editEntry(log, 9, '"n":9', '"n":8');
  const problems = await found(t, log);
  t.is(problems.length, 100);
  t.is(problems[0], "9 ENTRY_CHANGED");
});
