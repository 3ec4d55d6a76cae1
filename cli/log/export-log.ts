/**
 * Mirrors the log of a running service into a directory, and adds to it on the next run.
 *
 * Nothing is written that the signed checkpoint does not vouch for, and the checkpoint comes
 * last: an export that broke off leaves the older one with everything under it.
 *
 * @module
 */
import { isConsistent, leafHash, MERKLE } from "../../src/activity/hashing.ts";
import type { SignedHead } from "../../src/activity/tree/checkpoint.ts";
import { sameBytes } from "../../src/activity/tree/primitives.ts";
import { createTileReader } from "../../src/activity/tree/tile-reader.ts";
import { splitBundle, splitTile, tilePath, tilesOf } from "../../src/activity/tree/tiles.ts";
import type { Client } from "../client.ts";
import { Refusal } from "../errors.ts";
import { inParallel } from "./in-parallel.ts";
import type { Mirror } from "./mirror.ts";
import { logKey, readLogFile, requireHead } from "./signed-log.ts";
import { type Edge, mismatch, readEdge, type Take, verifiedTiles } from "./verified-tiles.ts";

/** Requests under way at once. */
const PARALLEL = 8;

export interface Exported {
  readonly size: number;
  readonly root: Uint8Array;
  /** Where the key came from that everything was held against. */
  readonly trust: "pinned key" | "earlier export" | "service";
  /** Files that were fetched, and that were there already. */
  readonly fetched: number;
  readonly kept: number;
  /** Entries that neither the service nor the directory has any more. */
  readonly pruned: number;
}

/**
 * `pinned` is the key that was kept elsewhere; `start` is told the number of entries, and what it
 * answers is told how many are done.
 *
 * @throws {@link Refusal} `LOG_FORK` when the directory holds another log, or another past.
 */
export async function exportLog(
  client: Client,
  mirror: Mirror,
  pinned: string | undefined,
  start: (entries: number) => Promise<(done: number) => void>,
): Promise<Exported> {
  const kept = (await mirror.read("vkey"))?.toString("utf8").trim();
  if (kept !== undefined && pinned !== undefined && kept !== pinned.trim()) {
    throw new Refusal("LOG_FORK", "the directory holds a log with another key than --key");
  }
  const { key, vkey } = await logKey(client, pinned ?? kept);
  const oldNote = (await mirror.read("checkpoint"))?.toString("utf8");
  const old = oldNote === undefined ? null : requireHead(oldNote, key, "directory");
  const note = (await readLogFile(client, "checkpoint")).toString("utf8");
  const head = requireHead(note, key, "service");
  const edge = await readEdge((path) => readLogFile(client, path), head);
  if (old !== null) {
    await demandSamePast(client, old, head, edge);
  }
  await mirror.write("vkey", `${vkey}\n`);
  const counts = await mirrorTree(client, mirror, head.size, edge, await start(head.size));
  if ((await mirror.read("checkpoint"))?.toString("utf8") !== oldNote) {
    throw new Refusal("EXPORT_RACE", "another export wrote into the directory: run it again");
  }
  await mirror.write("checkpoint", note);
  await mirror.removeOutgrown(head.size);
  const trust =
    pinned !== undefined ? "pinned key" : kept !== undefined ? "earlier export" : "service";
  return { size: head.size, root: head.root, trust, ...counts };
}

/** What was carried home before must be the beginning of what is there now. */
async function demandSamePast(
  client: Client,
  old: SignedHead,
  head: SignedHead,
  edge: Edge,
): Promise<void> {
  const tiles = verifiedTiles(fetchFrom(client), edge, head.size);
  const isPast =
    old.size <= head.size &&
    isConsistent(
      old,
      head,
      await createTileReader(MERKLE, tiles, head.size).consistencyProof(old.size),
    );
  if (!isPast) {
    const detail = `the directory's ${old.size} entries are not the first of the service's ${head.size}: its log was set back or replaced`;
    throw new Refusal("LOG_FORK", detail);
  }
}

async function mirrorTree(
  client: Client,
  mirror: Mirror,
  size: number,
  edge: Edge,
  progress: (done: number) => void,
): Promise<Pick<Exported, "fetched" | "kept" | "pruned">> {
  let [fetched, kept, pruned, done] = [0, 0, 0, 0];
  const fetch = fetchFrom(client);
  const take: Take = async (path, isGood) => {
    const there = await mirror.read(path);
    if (there !== null && isGood(there)) {
      kept++;
      return there;
    }
    const bytes = await fetch(path, isGood);
    await mirror.write(path, bytes);
    fetched++;
    return bytes;
  };
  const tiles = verifiedTiles(take, edge, size);
  await inParallel(tilesOf(size), PARALLEL, async (tile) => {
    const leaves = splitTile(await tiles(tile), tile.width) ?? [];
    if (tile.level > 0) {
      return;
    }
    const isBundle = (bytes: Uint8Array) =>
      splitBundle(bytes, tile.width)?.every((entry, i) => sameBytes(leafHash(entry), leaves[i]!)) ??
      false;
    await take(tilePath({ ...tile, level: "entries" }), isBundle).catch((error: unknown) => {
      if (!(error instanceof Refusal && error.code === "ENTRY_PRUNED")) {
        throw error;
      }
      pruned += tile.width;
    });
    done += tile.width;
    progress(done);
  });
  return { fetched, kept, pruned };
}

function fetchFrom(client: Client): Take {
  return async (path, isGood) => {
    const bytes = await readLogFile(client, path);
    if (!isGood(bytes)) {
      throw mismatch(path);
    }
    return bytes;
  };
}
