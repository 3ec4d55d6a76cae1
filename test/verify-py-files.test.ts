/**
 * `docs/verify.py` on what an auditor carries home: a directory, a URL, proof files, a checkpoint.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { type AgreeLog, makeAgreeLog } from "./support/agree-log.ts";
import { dice } from "./support/corrupt.ts";
import { temporaryFolder } from "./support/databases.ts";
import { hasPython, runScript, startPython, type Verdict } from "./support/verify-py.ts";
import { proofFile } from "./support/written-log.ts";

const SIZE = 600;
const BUNDLE = "tile/entries/001";
const LEAVES = "tile/0/001";
const ROOTS = "tile/1/000.p/2";

test("a directory: what is wrong is named, and where", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const log = await makeAgreeLog(t, SIZE, dice(3));
  const ask = startPython(t);
  const path = (name: string) => join(log.dir, name);
  const flip = (name: string, at: number) => {
    const bytes = readFileSync(path(name));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path(name), bytes);
  };
  const cases: readonly [title: string, change: () => void, first: number, codes: string[]][] = [
    ["nothing", () => undefined, -1, []],
    ["an entry", () => flip(BUNDLE, 40), 256, ["ENTRY_CHANGED", "ENTRY_MALFORMED"]],
    ["a leaf hash", () => flip(LEAVES, 32 * 7), 263, ["TILE_CHANGED"]],
    ["a root of 256", () => flip(ROOTS, 32), 256, ["TILE_CHANGED"]],
    ["no bundle", () => rmSync(path(BUNDLE)), 256, ["ENTRY_MISSING"]],
    ["no leaf hashes", () => rmSync(path(LEAVES)), 256, ["TILE_CHANGED"]],
    ["no roots", () => rmSync(path(ROOTS)), 0, ["TILE_CHANGED"]],
    ["a bundle cut off", () => writeFileSync(path(BUNDLE), "{"), 256, ["ENTRY_MISSING"]],
    ["an entry with its hash", () => [flip(BUNDLE, 40), flip(LEAVES, 0)], 256, ["CHECKPOINT_ROOT"]],
    ["the checkpoint", () => flip("checkpoint", 20), 0, ["CHECKPOINT_SIGNATURE"]],
  ];
  for (const [title, change, first, codes] of cases) {
    change();
    const { ok, problems = [], size } = await ask({ dir: log.dir, key: log.written.vkey });
    t.is(ok, codes.length === 0, title);
    t.is(problems[0]?.index ?? -1, first, title);
    const found = new Set(problems.map(({ code }) => code));
    t.true(
      codes.some((code) => found.has(code)) || ok,
      `${title}: ${[...found].join(" ")}, size ${size}`,
    );
    log.restoreDir();
  }
});

test("a directory: a wider tile may stand in, and a log that grew holds an older checkpoint", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const log = await makeAgreeLog(t, SIZE, dice(4));
  const ask = startPython(t);
  const sizeOf = (note: string) => Number(note.split("\n")[1]);
  const whole = log.written.checkpoint;
  const { problems } = await ask({ dir: log.dir, checkpoint: log.kept });
  t.deepEqual(problems, []);
  // The older checkpoint asks for narrower tiles than there are.
  writeFileSync(join(log.dir, "checkpoint"), log.kept);
  t.like(await ask({ dir: log.dir }), { ok: true, size: sizeOf(log.kept) });
  const truncated = await ask({ dir: log.dir, checkpoint: whole });
  t.like(truncated, { problems: [{ index: sizeOf(log.kept), code: "LOG_TRUNCATED" }] });
  log.restoreDir();
  const other = await makeAgreeLog(t, 40, dice(5));
  const foreign = await ask({ dir: log.dir, checkpoint: other.kept });
  t.like(foreign, { problems: [{ index: 0, code: "CHECKPOINT_SIGNATURE" }] });
  const unpinned = await ask({ dir: log.dir, key: other.written.vkey });
  t.like(unpinned, { size: 0, problems: [{ index: 0, code: "CHECKPOINT_SIGNATURE" }] });
});

test("a URL: a core's layout with a token, and a static server, compressed or not", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const log = await makeAgreeLog(t, SIZE, dice(6));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { url = "", headers } = request;
    asked.push(url);
    const [, place, name] = /^\/(log|static|closed)\/(.*)$/.exec(url) ?? [];
    if (place === undefined || name === undefined || name.startsWith("log/")) {
      response.writeHead(404).end();
    } else if (place !== "static" && headers.authorization !== "Bearer secret") {
      response.writeHead(401).end();
    } else {
      try {
        const bytes = readFileSync(join(log.dir, name));
        const isPacked = name.includes("entries");
        response.writeHead(200, isPacked ? { "content-encoding": "gzip" } : {});
        response.end(isPacked ? gzipSync(bytes) : bytes);
      } catch {
        response.writeHead(404).end();
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = { METERSEAL_TOKEN: "secret" };
  for (const [place, settings] of [
    [url, token],
    [`${url}/`, token],
    [`${url}/static`, {}],
    [`${url}/log`, token],
  ] as const) {
    const { status, stdout, stderr } = await runScript(["--url", place, "--json"], settings);
    t.is(status, 0, `${place}: ${stderr}`);
    t.like(JSON.parse(stdout), { ok: true, size: log.size, problems: [] });
  }
  const closed = await runScript(["--url", url]);
  t.deepEqual([closed.status, closed.stdout], [2, ""]);
  t.regex(closed.stderr, /answers 401/);
  for (const place of [
    "http://198.51.100.7",
    "http://localhost.example",
    "http://127.0.0.1.example",
  ]) {
    const open = await runScript(["--url", place], token);
    t.is(open.status, 2);
    t.regex(open.stderr, /expected https, because METERSEAL_TOKEN is sent/);
  }
  rmSync(join(log.dir, BUNDLE));
  const { status, stdout } = await runScript(["--url", `${url}/static`, "--json"]);
  t.is(status, 1);
  t.like(JSON.parse(stdout), { problems: [{ index: 256, code: "ENTRY_MISSING" }] });
  t.false(asked.some((path) => path.includes("secret")));
});

test("proof files: an entry is shown and found under the signed root, or the file is refused", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const log = await makeAgreeLog(t, SIZE, dice(7));
  const folder = temporaryFolder(t);
  const key = ["--key", log.written.vkey];
  const indices = [0, 1, 255, 256, 511, 512, log.size - 1];
  const files = indices.map((index) => {
    const file = join(folder, `${index}.tlog-proof`);
    writeFileSync(file, proofFile(log.written, index));
    return file;
  });
  const all = await runScript(["--proof", ...files, ...key, "--json"]);
  t.is(all.status, 0, all.stdout);
  const said: Verdict & { proofs: { index: number; entry: unknown }[] } = JSON.parse(all.stdout);
  t.deepEqual(
    said.proofs.map(({ index }) => index),
    indices,
  );
  t.deepEqual(said.proofs[3]?.entry, JSON.parse(log.written.bodies[256] ?? ""));
  const words = await runScript(["--proof", files[0] ?? "", ...key]);
  t.regex(words.stdout, /entry 0 of 600\n\{\n {2}"action": [\s\S]*\nEvery proof holds/);

  const proof = proofFile(log.written, 300);
  const lines = proof.split("\n");
  const hashes = lines.slice(3, lines.indexOf(""));
  t.true(hashes.length > 8);
  const [first = "", second = ""] = hashes;
  const bad: readonly [title: string, text: string, index: number, code: string][] = [
    ["another entry", proof.replace(/extra .*/, lineOf(log, 301)), 300, "PROOF_CHANGED"],
    ["another index", proof.replace("index 300", "index 301"), 301, "PROOF_CHANGED"],
    ["beyond the size", proof.replace("index 300", "index 600"), 600, "PROOF_CHANGED"],
    ["a hash less", proof.replace(`${first}\n`, ""), 300, "PROOF_CHANGED"],
    [
      "hashes exchanged",
      proof.replace(`${first}\n${second}`, `${second}\n${first}`),
      300,
      "PROOF_CHANGED",
    ],
    ["another size", proof.replace("\n600\n", "\n601\n"), 300, "CHECKPOINT_SIGNATURE"],
    ["no entry", proof.replace(/extra .*\n/, ""), 0, "PROOF_MALFORMED"],
    ["another form", proof.replace("@v1", "@v2"), 0, "PROOF_MALFORMED"],
    [
      "an index with a zero before it",
      proof.replace("index 300", "index 0300"),
      0,
      "PROOF_MALFORMED",
    ],
  ];
  for (const [title, text, index, code] of bad) {
    const file = join(folder, "bad.tlog-proof");
    writeFileSync(file, text);
    const { status, stdout } = await runScript(["--proof", file, ...key, "--json"]);
    t.is(status, 1, title);
    t.like(JSON.parse(stdout).problems[0], { index, code }, title);
    t.is(JSON.parse(stdout).proofs.length, 0, title);
  }
});

test("entries that a log.pruned covers may be gone, from a directory and from a database", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const log = await makeAgreeLog(t, SIZE, dice(8), 256);
  const ask = startPython(t);
  t.deepEqual((await ask({ dir: log.dir })).problems, []);
  rmSync(join(log.dir, BUNDLE));
  t.like((await ask({ dir: log.dir })).problems?.[0], { index: 256, code: "ENTRY_MISSING" });

  t.deepEqual((await ask({ data: log.data })).problems, []);
  await log.db("log_segments").insert({ first: 0, last: 256, times: Buffer.alloc(0) });
  t.like((await ask({ data: log.data })).problems?.[0], { index: 0, code: "INDEX_CHANGED" });
  await log.db("log_entries").where("idx", "<", 258).update({ body: "" });
  t.like((await ask({ data: log.data })).problems?.[0], { index: 256, code: "ENTRY_MISSING" });
});

function lineOf({ written }: AgreeLog, index: number): string {
  return `extra ${Buffer.from(written.bodies[index] ?? "").toString("base64")}`;
}
