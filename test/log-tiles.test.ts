/**
 * Tiles, bundles and proofs as the core serves them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import test from "ava";
import { openCheckpoint, parseVkey, rootFromInclusion } from "../src/activity/hashing.ts";
import { parseProofFile } from "../src/activity/tree/proof-file.ts";
import { parseTilePath, splitBundle, tilePath, tilesOf } from "../src/activity/tree/tiles.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { databaseKinds } from "./support/databases.ts";
import { type Service, startService } from "./support/service.ts";
import { dropTriggers } from "./support/tamper.ts";

test("C2SP tlog-tiles, Merkle tree: index 1234067 is encoded as x001/x234/067", (t) => {
  const paths = {
    "tile/0/x001/x234/067": { level: 0, index: 1_234_067, width: 256 },
    "tile/entries/x001/x234/067.p/8": { level: "entries", index: 1_234_067, width: 8 },
    // golang.org/x/mod, sumdb/tlog TestTilePath, without the height that C2SP does not have.
    "tile/0/001": { level: 0, index: 1, width: 256 },
    "tile/0/001.p/5": { level: 0, index: 1, width: 5 },
    "tile/5/x123/x456/078": { level: 5, index: 123_456_078, width: 256 },
    "tile/5/x123/x456/078.p/2": { level: 5, index: 123_456_078, width: 2 },
    "tile/0/x003/x057/500": { level: 0, index: 3_057_500, width: 256 },
  } as const;
  for (const [path, ref] of Object.entries(paths)) {
    t.deepEqual(parseTilePath(path), ref, path);
    t.is(tilePath(ref), path);
  }
});

/** Other spellings, and what only looks like a path. */
const FOREIGN = [
  "tile/0/0",
  "tile/0/0000",
  "tile/0/1",
  "tile/0/x000/001",
  "tile/0/001/067",
  "tile/0/x001/x067",
  "tile/00/001",
  "tile/64/000",
  "tile/-1/000",
  "tile/data/000",
  "tile/8/0/001",
  "tile/0/000.p/0",
  "tile/0/000.p/256",
  "tile/0/000.p/01",
  "tile/0/000.p/",
  "tile/0/000.p",
  "tile/0/000/",
  "tile//0/000",
  "tile/0/000.p/1/..",
  "tile/entries",
  "tile/0/x999/x999/x999/x999/x999/x999/999",
];

test("C2SP tlog-tiles: every other spelling of a path is none", (t) => {
  for (const path of [...FOREIGN, "", "checkpoint", "tile/0/%30%30%30", "Tile/0/000"]) {
    t.is(parseTilePath(path), null, path);
  }
});

test("C2SP tlog-tiles, partial tiles: the tiles of trees of 70 000 and of 256 entries", (t) => {
  const tiles = [...tilesOf(70_000)];
  const widths = (level: number) => tiles.filter((ref) => ref.level === level).map((r) => r.width);
  t.deepEqual(widths(0), [...new Array(273).fill(256), 112]);
  t.deepEqual(widths(1), [256, 17]);
  t.deepEqual(widths(2), [1]);
  t.is(tiles.length, 277);
  t.deepEqual([...tilesOf(256)].map(tilePath), ["tile/0/000", "tile/1/000.p/1"]);
  t.deepEqual([...tilesOf(0)], []);
});

for (const kind of databaseKinds()) {
  test(`tiles and bundles are those of the signed tree, gzipped when asked (${kind})`, async (t) => {
    const service = await grown(await startService(t, kind));
    const auditor = await service.token("auditor");
    const get = (path: string, headers = {}) => load(service, auditor, `/log/${path}`, headers);
    const before = await get("checkpoint");
    t.is(before.headers["cache-control"], "no-store");
    const size = Number(before.bytes.toString("utf8").split("\n")[1]);
    const tile = await get("tile/0/000");
    t.is(tile.status, 200);
    t.is(tile.headers["content-type"], "application/octet-stream");
    t.is(tile.headers["cache-control"], "private, max-age=31536000, immutable");
    const plain = await get("tile/entries/000");
    const packed = await get("tile/entries/000", { "accept-encoding": "br, gzip" });
    t.is(packed.headers["cache-control"], "private, max-age=31536000, immutable");
    t.is(packed.headers["vary"], "Accept-Encoding");
    t.is(plain.headers["content-encoding"], undefined);
    t.is(packed.headers["content-encoding"], "gzip");
    t.deepEqual(gunzipSync(packed.bytes), plain.bytes);
    const entries = splitBundle(plain.bytes, 256) ?? [];
    const leaves = entries.map((entry) => sha256(Buffer.of(0), entry));
    t.deepEqual(Buffer.concat(leaves), tile.bytes);
    t.deepEqual((await get("tile/1/000.p/1")).bytes, rootOf(leaves));
    // Any width that is there, and none that is not.
    t.deepEqual((await get("tile/0/000.p/255")).bytes, tile.bytes.subarray(0, 255 * 32));
    t.is((await get(`tile/0/001.p/${size - 256}`)).status, 200);
    for (const path of [
      ...FOREIGN,
      "tile/0/001",
      "tile/0/001.p/200",
      "tile/0/002.p/1",
      "tile/1/000.p/2",
      "tile/1/000",
      "tile/2/000.p/1",
      "tile/63/000.p/1",
      "tile/entries/001",
      "tile/%30/000",
      "tile/0/..%2f..%2fcheckpoint",
    ]) {
      const { status, bytes } = await get(path);
      t.is(status, 404, path);
      t.regex(bytes.toString("utf8"), /"code":"(TILE_UNKNOWN|NOT_FOUND)"/, path);
    }
    t.is((await service.call("GET", "/log/tile/0/000", null)).status, 401);
    t.is((await service.call("GET", "/log/tile/0/000", service.admin)).status, 403);
  });

  test(`who carries entries away is recorded once, before the first byte (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const [first, second] = [await service.token("auditor"), await service.token("auditor")];
    const customer = await service.customer("Nord");
    const scoped = await service.token("auditor", customer);
    const path = "/log/tile/entries/000.p/2";
    t.like(await service.call("GET", path, scoped), { status: 403, body: { code: "SCOPE" } });
    t.is((await service.call("GET", "/log/tile/0/000.p/2", scoped)).status, 200);
    const exports = async () => {
      const { body } = await service.call("GET", "/v1/activity?action=log.exported", first);
      return body.items.map((item: { entry: unknown }) => item.entry);
    };
    t.deepEqual(await exports(), []);
    await Promise.all([1, 2, 3].map(() => service.call("GET", path, first)));
    await service.call("GET", path, second);
    const entries = await exports();
    t.is(entries.length, 2);
    t.like(entries[0], { actor: /tok_[^_]+/.exec(first)?.[0], outcome: "ok", customer: undefined });
    t.true(entries[0].size >= 2);
    // No entry, no release: somebody moved the head, and the log takes nothing more.
    const third = await service.token("auditor");
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    await db("log_head").decrement("size", 1);
    const refused = await service.call("GET", path, third);
    t.like(refused, { status: 503, body: { code: "LOG_LOCKED" } });
    t.is((await service.call("GET", path, first)).status, 200);
  });

  test(`pruned bundles are not served, their tiles and neighbours are (${kind})`, async (t) => {
    const service = await grown(await startService(t, kind));
    const auditor = await service.token("auditor");
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    await dropTriggers(db);
    await db("log_entries").where("idx", "<", 256).update({ body: "" });
    const get = (path: string) => service.call("GET", path, auditor);
    t.like(await get("/log/tile/entries/000"), { status: 404, body: { code: "ENTRY_PRUNED" } });
    t.is((await get("/log/tile/0/000")).status, 200);
    t.is((await get("/log/tile/entries/001.p/2")).status, 200);
    t.like(await get("/v1/activity/17/proof"), { status: 404, body: { code: "ENTRY_PRUNED" } });
    t.is((await get("/v1/activity/257/proof")).status, 200);
  });

  test(`a proof leads to the root whatever the derived table says, or is refused (${kind})`, async (t) => {
    const service = await grown(await startService(t, kind));
    const auditor = await service.token("auditor");
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const prove = async (index: number, form = "") =>
      await service.call("GET", `/v1/activity/${index}/proof${form}`, auditor);
    const vkey = (await service.call("GET", "/log/vkey", auditor)).text;
    const key = parseVkey(vkey)!;
    const leads = async (index: number) => {
      const file = parseProofFile((await prove(index, "?form=tlog-proof")).text);
      const head = file === null ? null : openCheckpoint(file.checkpoint, key);
      const leaf = sha256(Buffer.of(0), file?.entry ?? Buffer.of());
      const root = rootFromInclusion(leaf, index, head?.size ?? 0, file?.path ?? []);
      t.deepEqual(Buffer.from(root ?? []), Buffer.from(head?.root ?? [1]));
    };
    const right = await db("log_entries").where("idx", "<", 256).orderBy("idx").select("leaf_hash");
    const hash = rootOf(right.map((row) => row.leaf_hash));
    for (const row of [null, hash, Buffer.alloc(32, 7), Buffer.alloc(5)]) {
      await db("log_subtrees").delete();
      if (row !== null) {
        await db("log_subtrees").insert({ level: 1, idx: 0, hash: row });
      }
      await leads(17);
      await leads(270);
    }
    const json = await prove(17);
    t.regex(json.headers.get("content-type") ?? "", /^application\/json/);
    t.is(json.body.index, 17);
    const accept = { accept: "application/vnd.c2sp.tlog-proof" };
    const asked = await load(service, auditor, "/v1/activity/17/proof", accept);
    t.regex(asked.bytes.toString("utf8"), /^c2sp\.org\/tlog-proof@v1\n/);
    t.is(asked.headers["content-type"], "text/plain; charset=utf-8");
    t.is((await prove(17, "?form=pdf")).status, 400);
    await dropTriggers(db);
    await db("log_entries").where({ idx: 17 }).update({ body: '{"action":"nothing"}' });
    t.like(await prove(17), { status: 500, body: { code: "LOG_INTEGRITY" } });
  });
}

/** More than a full tile of entries. */
async function grown(service: Service): Promise<Service> {
  await Promise.all(Array.from({ length: 280 }, (_, i) => service.customer(`Customer ${i}`)));
  return service;
}

interface Loaded {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Sends the path as it is: `fetch` would tidy it up, and unpack the answer. */
async function load(
  service: Service,
  token: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const { hostname, port } = new URL(service.internal);
  const all = { authorization: `Bearer ${token}`, ...headers };
  const sent = request({ hostname, port, path, headers: all }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const bytes = await buffer(response);
  return { status: response.statusCode ?? 0, headers: response.headers, bytes };
}

/** RFC 6962 §2.1, for a power of two. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const half = leaves.length / 2;
  return half < 1
    ? (leaves[0] ?? Buffer.of())
    : sha256(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
