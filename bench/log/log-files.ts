/**
 * The files of a deployment's log in the C2SP tlog-tiles layout, for a verification to read.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createTree } from "../../src/activity/hashing.ts";
import { packBundle, TILE_WIDTH, tilePath, tileWidth } from "../../src/activity/tree/tiles.ts";
import type { Config } from "../../src/base/config.ts";
import { coreDatabase, vkeyFile } from "../../src/base/paths.ts";
import { openDatabase } from "../../src/db/open.ts";

/** Writes them, and shows every entry's bytes on the way; answers how many there are. */
export async function writeLogFiles(
  config: Config,
  dir: string,
  entry: (bytes: Buffer) => void,
): Promise<number> {
  const db = openDatabase(coreDatabase(config));
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  try {
    const [head] = await db("log_checkpoints").orderBy("size", "desc").limit(1).select();
    put("checkpoint", head.note);
    put("vkey", readFileSync(vkeyFile(config.data)));
    let roots: Uint8Array[] = [];
    for (let index = 0; index * TILE_WIDTH < head.size; index++) {
      const width = tileWidth(0, index, head.size);
      const first = index * TILE_WIDTH;
      const rows: { body: string; leaf_hash: Buffer }[] = await db("log_entries")
        .whereBetween("idx", [first, first + width - 1])
        .orderBy("idx")
        .select("body", "leaf_hash");
      const bodies = rows.map(({ body }) => Buffer.from(body));
      bodies.forEach(entry);
      const hashes = rows.map(({ leaf_hash }) => leaf_hash);
      put(tilePath({ level: "entries", index, width }), packBundle(bodies));
      put(tilePath({ level: 0, index, width }), Buffer.concat(hashes));
      roots.push(...rootOfFull(hashes));
    }
    for (let level = 1; roots.length > 0; level++) {
      const above: Uint8Array[] = [];
      for (let index = 0; index * TILE_WIDTH < roots.length; index++) {
        const hashes = roots.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
        put(tilePath({ level, index, width: hashes.length }), Buffer.concat(hashes));
        above.push(...rootOfFull(hashes));
      }
      roots = above;
    }
    return head.size;
  } finally {
    await db.destroy();
  }
}

function rootOfFull(hashes: readonly Uint8Array[]): Uint8Array[] {
  const tree = createTree();
  for (const hash of hashes) {
    tree.append(hash);
  }
  return hashes.length === TILE_WIDTH ? [tree.root()] : [];
}
