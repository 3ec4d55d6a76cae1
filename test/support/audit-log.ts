/**
 * A log for the auditor's page: real entries, tree, tiles and signatures, made in memory.
 *
 * @module
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { canonicalJson } from "../../src/activity/entries/canonical.ts";
import type { Json } from "../../src/activity/entries/entry.ts";
import { formatVkey, leafHash, MERKLE, signedNote } from "../../src/activity/hashing.ts";
import { checkpointText } from "../../src/activity/tree/checkpoint.ts";
import { createTileReader } from "../../src/activity/tree/tile-reader.ts";
import { packBundle, TILE_WIDTH, type TileRef } from "../../src/activity/tree/tiles.ts";

export type AuditEntry = { readonly [name: string]: Json };

export interface AuditLog {
  readonly vkey: string;
  /** Entries as they are stored; a test may change them. */
  readonly bodies: string[];
  size(): number;
  append(entry: AuditEntry): void;
  /** The signed head of the first `size` entries. */
  checkpoint(size?: number): string;
  tile(ref: TileRef): Buffer | null;
  path(index: number): Promise<Buffer[]>;
}

const ORIGIN = "meterseal.test/log";
const BEGIN = Date.parse("2026-11-20T06:00:00Z");
const STEP_MS = 97_000;

export function createAuditLog(entries: readonly AuditEntry[]): AuditLog {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const key = { name: ORIGIN, publicKey: new Uint8Array(raw) };
  const bodies: string[] = [];
  const leaves = () => bodies.map((body) => Buffer.from(leafHash(body)));

  function hashesAt(level: number): Uint8Array[] {
    let hashes: Uint8Array[] = leaves();
    for (let l = 0; l < level; l++) {
      const full = Math.floor(hashes.length / TILE_WIDTH);
      hashes = Array.from({ length: full }, (_, i) =>
        rootOf(hashes.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH)),
      );
    }
    return hashes;
  }

  function tile({ level, index, width }: TileRef): Buffer | null {
    const from = index * TILE_WIDTH;
    if (level === "entries") {
      const bundle = bodies.slice(from, from + width).map((body) => Buffer.from(body));
      return bundle.length === width ? Buffer.from(packBundle(bundle)) : null;
    }
    const hashes = hashesAt(level).slice(from, from + width);
    return hashes.length === width ? Buffer.concat(hashes) : null;
  }

  const log: AuditLog = {
    vkey: formatVkey(key),
    bodies,
    size: () => bodies.length,
    append(entry) {
      const at = new Date(BEGIN + bodies.length * STEP_MS).toISOString().replace("Z", "123Z");
      bodies.push(canonicalJson({ v: 1, at, node: "core-1", ...entry }));
    },
    checkpoint(size = bodies.length) {
      const root = rootOf(leaves().slice(0, size));
      const text = checkpointText({ origin: ORIGIN, size, root });
      return signedNote(text, key, sign(null, Buffer.from(text), privateKey));
    },
    tile,
    async path(index) {
      const source = (ref: TileRef) => Promise.resolve(tile(ref) ?? Buffer.alloc(0));
      const reader = createTileReader(MERKLE, source, bodies.length);
      return (await reader.inclusionProof(index)).map((hash) => Buffer.from(hash));
    },
  };
  for (const entry of entries) {
    log.append(entry);
  }
  return log;
}

function rootOf(hashes: readonly Uint8Array[]): Buffer {
  const tree = MERKLE.createTree();
  for (const hash of hashes) {
    tree.append(hash);
  }
  return Buffer.from(tree.root());
}
