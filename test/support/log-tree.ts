/**
 * A log made by hand: entries as a test wants them, in the files of C2SP tlog-tiles.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import { canonicalJson } from "../../src/activity/entries/canonical.ts";
import type { Json } from "../../src/activity/entries/entry.ts";
import { formatMicroseconds } from "../../src/activity/entries/entry-text.ts";
import { createTree, formatVkey, leafHash, signedNote } from "../../src/activity/hashing.ts";
import { checkpointText } from "../../src/activity/tree/checkpoint.ts";
import type { VerifierKey } from "../../src/activity/tree/note.ts";
import { packBundle, TILE_WIDTH, tilePath } from "../../src/activity/tree/tiles.ts";
import { temporaryFolder } from "./databases.ts";

export interface Signer {
  readonly key: VerifierKey;
  readonly vkey: string;
  /** A checkpoint over the first `size` of these entries, or with a root of one's own. */
  head(entries: readonly string[], size?: number): string;
  signed(size: number, root: Uint8Array): string;
}

export function createSigner(name = "log.test"): Signer {
  const { secretKey, publicKey } = ed25519.keygen();
  const key = { name, publicKey: new Uint8Array(publicKey) };
  const signed = (size: number, root: Uint8Array) => {
    const text = checkpointText({ origin: name, size, root });
    return signedNote(text, key, ed25519.sign(Buffer.from(text), secretKey));
  };
  return {
    key,
    vkey: formatVkey(key),
    signed,
    head: (entries, size = entries.length) => signed(size, rootOf(entries.slice(0, size))),
  };
}

export function rootOf(entries: readonly string[]): Uint8Array {
  const tree = createTree();
  for (const entry of entries) {
    tree.append(leafHash(entry));
  }
  return tree.root();
}

/** The n-th entry of a log that counts. */
export function entryText(n: number, fields: { readonly [name: string]: Json } = {}): string {
  return canonicalJson({
    action: "test.n",
    actor: "system",
    at: formatMicroseconds(1_800_000_000_000_000 + n * 1_000_000),
    auth: "local",
    n,
    node: "node1",
    outcome: "ok",
    purpose: null,
    request: null,
    role: "system",
    v: 1,
    ...fields,
  });
}

export function entryTexts(count: number): string[] {
  return Array.from({ length: count }, (_, n) => entryText(n));
}

/** The leaf hashes and the hashes of every level of tiles above. */
export function levelsOf(entries: readonly string[]): Uint8Array[][] {
  const levels: Uint8Array[][] = [entries.map((entry) => leafHash(entry))];
  for (let below = levels[0]!; below.length >= TILE_WIDTH; below = levels.at(-1)!) {
    levels.push(
      Array.from({ length: Math.floor(below.length / TILE_WIDTH) }, (_, n) => {
        const tree = createTree();
        for (const hash of below.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)) {
          tree.append(hash);
        }
        return tree.root();
      }),
    );
  }
  return levels;
}

export interface FilesLog {
  readonly dir: string;
  readonly entries: readonly string[];
  readonly signer: Signer;
}

/** Writes a log into a folder that goes away with the test. */
export function writeLog(
  t: ExecutionContext,
  entries: readonly string[],
  signer: Signer = createSigner(),
): FilesLog {
  const dir = temporaryFolder(t);
  put(dir, "vkey", `${signer.vkey}\n`);
  put(dir, "checkpoint", signer.head(entries));
  for (const [level, hashes] of levelsOf(entries).entries()) {
    for (const [index, tile] of tilesOf(hashes)) {
      put(dir, tilePath({ level, index, width: tile.length }), Buffer.concat(tile));
    }
  }
  for (const [index, bundle] of tilesOf(entries)) {
    const bytes = packBundle(bundle.map((entry) => Buffer.from(entry)));
    put(dir, tilePath({ level: "entries", index, width: bundle.length }), bytes);
  }
  return { dir, entries, signer };
}

export function put(dir: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
}

function tilesOf<T>(items: readonly T[]): (readonly [number, readonly T[]])[] {
  return Array.from({ length: Math.ceil(items.length / TILE_WIDTH) }, (_, n) => [
    n,
    items.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH),
  ]);
}
