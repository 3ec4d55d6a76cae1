/**
 * Proof files, and `meterseal log verify` as an auditor runs it.
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { MERKLE } from "../src/activity/hashing.ts";
import { formatProofFile } from "../src/activity/tree/proof-file.ts";
import { createTileReader } from "../src/activity/tree/tile-reader.ts";
import { tilePath } from "../src/activity/tree/tiles.ts";
import { verifyProofs } from "../src/activity/verify/verify-proofs.ts";
import { fakeService, meterseal } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { createSigner, entryTexts, type FilesLog, put, writeLog } from "./support/log-tree.ts";

const ENTRIES = entryTexts(300);

async function proofOf(log: FilesLog, index: number): Promise<string> {
  const read = createTileReader(
    MERKLE,
    async (tile) => readFileSync(join(log.dir, tilePath(tile))),
    log.entries.length,
  );
  return formatProofFile({
    entry: Buffer.from(log.entries[index]!),
    index,
    path: await read.inclusionProof(index),
    checkpoint: readFileSync(join(log.dir, "checkpoint"), "utf8"),
  });
}

function found(log: FilesLog, text: string, note?: string): string[] {
  const outside = note === undefined ? [] : [{ what: "given checkpoint", note }];
  const { problems } = verifyProofs([{ what: "a proof", text }], log.signer.key, outside);
  return problems.map(({ index, code }) => `${index} ${code}`);
}

test("C2SP tlog-proof: a proof of any entry verifies, and no other entry, path or head does", async (t) => {
  const log = writeLog(t, ENTRIES);
  for (const index of [0, 1, 254, 255, 256, 299]) {
    t.deepEqual(found(log, await proofOf(log, index)), []);
  }
  const good = await proofOf(log, 260);
  const lines = good.split("\n");
  const changed = (change: (lines: string[]) => string[]) =>
    found(log, change([...lines]).join("\n"));
  const extra = `extra ${Buffer.from(ENTRIES[261]!).toString("base64")}`;
  t.deepEqual(
    changed((l) => l.with(1, extra)),
    ["260 PROOF_CHANGED"],
  );
  t.deepEqual(
    changed((l) => l.with(2, "index 261")),
    ["261 PROOF_CHANGED"],
  );
  t.deepEqual(
    changed((l) => l.with(2, "index 300")),
    ["300 PROOF_CHANGED"],
  );
  t.deepEqual(
    changed((l) => l.toSpliced(3, 1)),
    ["260 PROOF_CHANGED"],
  );
  t.deepEqual(
    changed((l) => l.with(2, "index 0260")),
    ["0 PROOF_MALFORMED"],
  );
  t.deepEqual(
    changed((l) => l.toSpliced(1, 1)),
    ["0 PROOF_MALFORMED"],
  );
  t.deepEqual(found(log, ""), ["0 PROOF_MALFORMED"]);
  const other = { ...log, signer: createSigner() };
  t.deepEqual(found(other, good), ["260 CHECKPOINT_SIGNATURE"]);
  const noEntry = writeLog(t, ENTRIES.with(7, '{"b":1,"a":2}'));
  t.deepEqual(found(noEntry, await proofOf(noEntry, 7)), ["7 ENTRY_MALFORMED"]);
});

test("two heads of one size that differ are two logs", async (t) => {
  const log = writeLog(t, ENTRIES);
  const proof = await proofOf(log, 3);
  t.deepEqual(found(log, proof, log.signer.head(ENTRIES)), []);
  t.deepEqual(found(log, proof, log.signer.head(ENTRIES, 299)), []);
  const fork = log.signer.signed(300, new Uint8Array(32));
  t.deepEqual(found(log, proof, fork), ["0 HEAD_CONFLICT"]);
});

async function run(t: ExecutionContext, expected: number, args: readonly string[], env = {}) {
  const { status, stdout, stderr } = await meterseal(["log", "verify", ...args, "--json"], { env });
  t.is(status, expected, `${args}: ${stderr}`);
  return stdout === "" ? stderr : JSON.parse(stdout);
}

test("log verify: a directory, a URL and proofs, with a pinned key and without", async (t) => {
  const log = writeLog(t, ENTRIES);
  const { url } = await fakeService(t, (request, response) => {
    try {
      response.end(readFileSync(join(log.dir, request.url ?? "")));
    } catch {
      response.writeHead(404).end();
    }
  });
  const files = [3, 299].map((index) => join(temporaryFolder(t), `${index}.tlog-proof`));
  writeFileSync(files[0]!, await proofOf(log, 3));
  writeFileSync(files[1]!, await proofOf(log, 299));
  const whole = { ok: true, size: 300, unsigned: 0, problems: [] };
  t.like(await run(t, 0, ["--dir", log.dir]), { ...whole, trust: "directory" });
  t.like(await run(t, 0, ["--url", url]), { ...whole, trust: "the log's own server" });
  const pinned = ["--key", log.signer.vkey];
  t.like(await run(t, 0, ["--dir", log.dir, ...pinned]), { ...whole, trust: "pinned key" });
  t.like(await run(t, 0, ["--proof", ...files, ...pinned]), { ...whole, trust: "pinned key" });
  t.like(await run(t, 0, ["--proof", ...files, "--dir", log.dir]), {
    ...whole,
    trust: "directory",
  });
  const kept = join(log.dir, "kept");
  writeFileSync(kept, log.signer.head(entryTexts(301)));
  const cut = await run(t, 1, ["--dir", log.dir, "--checkpoint", kept]);
  t.like(cut.problems[0], { index: 300, code: "LOG_TRUNCATED" });
  put(log.dir, "tile/0/000", "x");
  const changed = await run(t, 1, ["--dir", log.dir]);
  t.like(changed, { ok: false, size: 300 });
  t.like(changed.problems[0], { index: 0, code: "TILE_CHANGED" });
});

test("log verify: what cannot be used is misuse, what cannot be had an error", async (t) => {
  const log = writeLog(t, ENTRIES);
  const proof = join(log.dir, "a.tlog-proof");
  writeFileSync(proof, await proofOf(log, 3));
  t.regex(await run(t, 2, ["--dir", log.dir, "--data", log.dir]), /expected one of/);
  t.regex(await run(t, 2, ["--dir", log.dir, "--url", "https://x.example"]), /expected one of/);
  t.regex(await run(t, 2, ["--proof", proof, "--url", "https://x.example"]), /expected one of/);
  t.regex(await run(t, 2, ["--proof", proof]), /expected the log's key/);
  t.regex(await run(t, 2, ["--dir", log.dir, "--key", "none"]), /verifier key/);
  t.regex(await run(t, 2, ["--dir", log.dir, "--checkpoint", "/none"]), /cannot be read/);
  t.regex(await run(t, 2, ["--url", "ftp://x.example"]), /expected an address/);
  const token = { METERSEAL_TOKEN: "ms_tok_1_secret" };
  t.regex(await run(t, 2, ["--url", "http://x.example"], token), /expected https/);
  t.regex(await run(t, 1, ["--url", "http://127.0.0.1:1"]), /UNREACHABLE/);
  t.regex(await run(t, 2, ["--dir", "/none"]), /no such directory/);
  rmSync(join(log.dir, "vkey"));
  t.regex(await run(t, 1, ["--dir", log.dir]), /NO_KEY/);
});
