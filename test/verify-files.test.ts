/**
 * A log is verified from its files alone: every class of change in `docs/log-format.md`, each with
 * the code and the index that the page gives it.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { leafHash, nodeHash } from "../src/activity/hashing.ts";
import { packBundle, splitBundle } from "../src/activity/tree/tiles.ts";
import { directoryFiles } from "../src/activity/verify/directory-files.ts";
import type { OutsideHead } from "../src/activity/verify/log-problem.ts";
import { verifyFiles } from "../src/activity/verify/verify-files.ts";
import { temporaryFolder } from "./support/databases.ts";
import {
  createSigner,
  entryText,
  entryTexts,
  type FilesLog,
  put,
  writeLog,
} from "./support/log-tree.ts";

const SIZE = 600;
const ENTRIES = entryTexts(SIZE);
const BUNDLES = ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"];
const TILES = ["tile/0/000", "tile/0/001", "tile/0/002.p/88"];
const UPPER = "tile/1/000.p/2";

async function verify({ dir, signer }: FilesLog, outside: readonly OutsideHead[] = []) {
  return await verifyFiles(directoryFiles(dir), signer.key, { outside });
}

async function found(t: ExecutionContext, log: FilesLog, outside: readonly OutsideHead[] = []) {
  const { problems } = await verify(log, outside);
  const sorted = [...problems].sort((a, b) => a.index - b.index);
  t.deepEqual(problems, sorted);
  return problems.map(({ index, code }) => `${index} ${code}`);
}

function edit(log: FilesLog, path: string, change: (bytes: Buffer) => Uint8Array): void {
  const file = join(log.dir, path);
  writeFileSync(file, change(readFileSync(file)));
}

const flip = (at: number) => (bytes: Buffer) => {
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
};

/** Another text in an entry of a bundle, of the same length or not. */
function editEntry(log: FilesLog, index: number, from: string, to: string): void {
  const n = Math.floor(index / 256);
  const width = n === 2 ? 88 : 256;
  edit(log, BUNDLES[n]!, (bytes) => {
    const entries = splitBundle(bytes, width)!.map((entry) => Buffer.from(entry));
    entries[index % 256] = Buffer.from(entries[index % 256]!.toString().replace(from, to));
    return packBundle(entries);
  });
}

function remove(log: FilesLog, ...paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(join(log.dir, path));
  }
}

interface Change {
  readonly title: string;
  readonly first: string;
  readonly run: (log: FilesLog) => void;
}

const CHANGES: readonly Change[] = [
  {
    title: "an entry is edited",
    first: "300 ENTRY_CHANGED",
    run: (log) => editEntry(log, 300, '"n":300', '"n":301'),
  },
  {
    title: "an entry is edited and grows",
    first: "599 ENTRY_CHANGED",
    run: (log) => editEntry(log, 599, '"n":599', '"n":59900'),
  },
  {
    title: "an entry is edited into what is no JSON",
    first: "7 ENTRY_CHANGED",
    run: (log) => editEntry(log, 7, '"n":7', '"n":x'),
  },
  {
    title: "a bundle is cut off",
    first: "256 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[1]!, (bytes) => bytes.subarray(0, -1)),
  },
  {
    title: "a bundle has bytes behind its last entry",
    first: "512 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[2]!, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
  },
  {
    title: "a bundle is empty",
    first: "0 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[0]!, () => Buffer.alloc(0)),
  },
  {
    title: "a bundle is taken away",
    first: "256 ENTRY_MISSING",
    run: (log) => remove(log, BUNDLES[1]!),
  },
  {
    title: "a hash of a tile is changed",
    first: "259 TILE_CHANGED",
    run: (log) => edit(log, TILES[1]!, flip(3 * 32 + 5)),
  },
  {
    title: "a tile is cut off",
    first: "512 TILE_CHANGED",
    run: (log) => edit(log, TILES[2]!, (bytes) => bytes.subarray(0, -1)),
  },
  {
    title: "a tile is taken away",
    first: "0 TILE_CHANGED",
    run: (log) => remove(log, TILES[0]!),
  },
  {
    title: "a hash of an upper tile is changed",
    first: "256 TILE_CHANGED",
    run: (log) => edit(log, UPPER, flip(32)),
  },
  {
    title: "an upper tile is taken away",
    first: "0 TILE_CHANGED",
    run: (log) => remove(log, UPPER),
  },
  {
    title: "an entry and an upper tile are changed",
    first: "0 TILE_CHANGED",
    run(log) {
      editEntry(log, 300, '"n":300', '"n":301');
      edit(log, UPPER, flip(0));
    },
  },
  {
    title: "an entry is edited with its hash in the tile",
    first: "256 CHECKPOINT_ROOT",
    run: (log) => forge(log, 300, false),
  },
  {
    title: "an entry is edited with every hash above it",
    first: "0 CHECKPOINT_ROOT",
    run: (log) => forge(log, 300, true),
  },
  {
    title: "entry and tile differ from each other and from what was signed",
    first: "300 CHECKPOINT_ROOT",
    run(log) {
      editEntry(log, 300, '"n":300', '"n":301');
      edit(log, TILES[1]!, flip(200 * 32));
      remove(log, UPPER);
      writeFileSync(join(log.dir, UPPER), upperOfTiles(log));
    },
  },
  {
    title: "bundle and tile are taken away",
    first: "256 CHECKPOINT_ROOT",
    run: (log) => remove(log, BUNDLES[1]!, TILES[1]!),
  },
  {
    title: "the checkpoint is taken away",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => remove(log, "checkpoint"),
  },
  {
    title: "the checkpoint says another size",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => edit(log, "checkpoint", (note) => Buffer.from(`${note}`.replace("600", "599"))),
  },
  {
    title: "the checkpoint is by another key",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => edit(log, "checkpoint", () => Buffer.from(createSigner().head(ENTRIES))),
  },
];

/** The hashes of level 1 as the tiles of level 0 give them. */
function upperOfTiles(log: FilesLog): Uint8Array {
  const leaves = TILES.slice(0, 2).map((path) => readFileSync(join(log.dir, path)));
  return Buffer.concat(leaves.map((tile) => tileRoot(tile)));
}

function tileRoot(tile: Uint8Array): Uint8Array {
  let hashes = Array.from({ length: 256 }, (_, i) => tile.subarray(i * 32, i * 32 + 32));
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, i) =>
      nodeHash(hashes[2 * i]!, hashes[2 * i + 1]!),
    );
  }
  return hashes[0]!;
}

function forge(log: FilesLog, index: number, withUpper: boolean): void {
  editEntry(log, index, `"n":${index}`, `"n":${index + 1}`);
  const n = Math.floor(index / 256);
  const bundle = splitBundle(readFileSync(join(log.dir, BUNDLES[n]!)), 256)!;
  edit(log, TILES[n]!, () => Buffer.concat(bundle.map((entry) => leafHash(entry))));
  if (withUpper) {
    edit(log, UPPER, () => upperOfTiles(log));
  }
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

test("entries that were signed must be canonical and in order of time", async (t) => {
  const entries = entryTexts(20);
  const late = entryText(3, { at: "2027-01-15T08:00:02.000000Z" });
  const cases: readonly (readonly [string, string, string])[] = [
    ["spaces", entryText(5).replace(":", ": "), "5 ENTRY_MALFORMED"],
    ["names out of order", '{"b":1,"a":2}', "5 ENTRY_MALFORMED"],
    ["a name twice", '{"a":1,"a":1}', "5 ENTRY_MALFORMED"],
    ["a fraction", entryText(5).replace('"n":5', '"n":5.5'), "5 ENTRY_MALFORMED"],
    [
      "a number of 2^53",
      entryText(5).replace('"n":5', '"n":9007199254740992'),
      "5 ENTRY_MALFORMED",
    ],
    ["minus zero", entryText(5).replace('"n":5', '"n":-0'), "5 ENTRY_MALFORMED"],
    ["a lone surrogate", entryText(5).replace("node1", "\\ud800"), "5 ENTRY_MALFORMED"],
    ["a list", "[1]", "5 ENTRY_MALFORMED"],
    ["65 lists deep", `{"n":${"[".repeat(64)}${"]".repeat(64)}}`, "5 ENTRY_MALFORMED"],
    ["30 000 lists deep", `{"n":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "5 ENTRY_MALFORMED"],
    ["nothing", "", "5 ENTRY_MALFORMED"],
    ["no time", '{"a":1}', "5 ENTRY_ORDER"],
    ["the time of the entry before", entryText(4, { n: 5 }), "5 ENTRY_ORDER"],
    ["an earlier time", late, "5 ENTRY_ORDER"],
    ["30 February", entryText(5, { at: "2027-02-30T00:00:00.000000Z" }), "5 ENTRY_ORDER"],
    ["hour 24", entryText(5, { at: "2027-01-15T24:00:00.000000Z" }), "5 ENTRY_ORDER"],
    ["second 60", entryText(5, { at: "2027-01-15T08:00:60.000000Z" }), "5 ENTRY_ORDER"],
    ["milliseconds", entryText(5, { at: "2027-01-15T08:00:05.000Z" }), "5 ENTRY_ORDER"],
  ];
  for (const [title, entry, problem] of cases) {
    const log = writeLog(t, entries.with(5, entry));
    t.deepEqual(await found(t, log), [problem], title);
  }
  const fine = [
    entryText(5, { deep: JSON.parse("[".repeat(63) + "]".repeat(63)), zoë: "ä€😀\u0001\n" }),
    entryText(5, { "\u{1f600}": 1, "\uffff": 2 }),
  ];
  for (const entry of fine) {
    t.deepEqual(await found(t, writeLog(t, entries.with(5, entry))), [], entry);
  }
});

test("bytes that are no UTF-8 are no entry, signed or not", async (t) => {
  const log = writeLog(t, ["x"]);
  const entry = Buffer.from([0x22, 0xff, 0x22]);
  put(log.dir, "tile/entries/000.p/1", packBundle([entry]));
  put(log.dir, "tile/0/000.p/1", leafHash(entry));
  put(log.dir, "checkpoint", log.signer.signed(1, leafHash(entry)));
  t.deepEqual(await found(t, log), ["0 ENTRY_MALFORMED"]);
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
