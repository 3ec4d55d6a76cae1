/**
 * Clients of transparency logs that others wrote read our checkpoints, tiles, entries and proofs:
 * Go's checksum database client, where it is installed, and npm's own verifier of provenance.
 *
 * @module
 */
import { createHash, createPublicKey } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyTLogInclusion } from "@sigstore/verify/dist/tlog/index.js";
import test, { type ExecutionContext } from "ava";
import { meterseal } from "./support/command.ts";
import { databaseKinds, temporaryFolder } from "./support/databases.ts";
import { flipped } from "./support/exporting.ts";
import { ask } from "./support/installed.ts";
import { type Service, startService } from "./support/service.ts";

/** Where Debian puts golang-golang-x-mod-dev. */
const GOPATH = "/usr/share/gocode";
const LIBRARY = join(GOPATH, "src/golang.org/x/mod/sumdb/tlog");

for (const kind of databaseKinds()) {
  test(`golang.org/x/mod/sumdb checks an exported directory and the service itself (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const token = await service.token("auditor");
    const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
    const folder = temporaryFolder(t);
    const [dir, older] = [join(folder, "log"), join(folder, "older.checkpoint")];
    const exportLog = async () => {
      const { status, stdout, stderr } = await meterseal(["log", "export", dir, "--json"], { env });
      t.is(status, 0, stderr);
      return JSON.parse(stdout);
    };
    await grow(service, 300);
    const first = await exportLog();
    writeFileSync(older, readFileSync(join(dir, "checkpoint")));
    await grow(service, 300);
    const { size, root } = await exportLog();
    const vkey = readFileSync(join(dir, "vkey"), "utf8").trim();
    const client = await buildClient(t, folder);
    if (client === null) {
      t.true(size > 600);
      return;
    }
    const check = (source: string, ...more: readonly string[]) =>
      ask(t, client, [vkey, source, ...more], { environment: { TLOG_TOKEN: token } });
    // 3 tiles of level 0, one of level 1.
    const expected = { size, root, tiles: 4, old: first.size };
    t.deepEqual(JSON.parse(String(await check(dir, older))), expected);
    const live = JSON.parse(String(await check(`${service.internal}/log`, older)));
    t.like(live, { old: first.size, tiles: 4 });
    t.true(live.size >= size);
    // It does not say yes to everything.
    for (const name of ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/000"]) {
      const right = readFileSync(join(dir, name));
      writeFileSync(join(dir, name), flipped(right));
      await t.throwsAsync(check(dir, older), undefined, name);
      writeFileSync(join(dir, name), right);
    }
    writeFileSync(older, flipped(readFileSync(older)));
    await t.throwsAsync(check(dir, older));
  });
}

test("@sigstore/verify checks an entry's proof against the checkpoint", async (t) => {
  const service = await startService(t, "sqlite");
  await grow(service, 290);
  const auditor = await service.token("auditor");
  const vkey = (await service.call("GET", "/log/vkey", auditor)).text.trim();
  const log = sigstoreLog(vkey);
  for (const index of [0, 1, 255, 256, 288]) {
    const { body } = await service.call("GET", `/v1/activity/${index}/proof`, auditor);
    const entry = {
      canonicalizedBody: Buffer.from(body.entry),
      inclusionProof: {
        logIndex: String(body.index),
        hashes: body.proof.map((hash: string) => Buffer.from(hash, "base64")),
        checkpoint: { envelope: body.checkpoint },
      },
    };
    const verify = (changed: object) =>
      verifyTLogInclusion({ ...entry, ...changed } as never, [log] as never);
    t.notThrows(() => verify({}), `entry ${index}`);
    t.throws(() => verify({ canonicalizedBody: Buffer.from("{}") }), { name: "VerificationError" });
    const envelope = body.checkpoint.replace(/\n\d+\n/, "\n1\n");
    const forged = { ...entry.inclusionProof, checkpoint: { envelope } };
    t.throws(() => verify({ inclusionProof: forged }), { name: "VerificationError" });
  }
});

/** The log as sigstore's trusted root would name it: by the id that signed-note gives its key. */
function sigstoreLog(vkey: string) {
  const [name = "", , ...rest] = vkey.split("+");
  const typed = Buffer.from(rest.join("+"), "base64");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), typed.subarray(1)]);
  return {
    baseURL: name,
    logID: createHash("sha256").update(`${name}\n`).update(typed).digest(),
    publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }),
  };
}

/** Compiles the client in `support/tlog-client`; null where Go or its library is missing. */
async function buildClient(t: ExecutionContext, folder: string): Promise<string | null> {
  if (!existsSync(LIBRARY)) {
    t.log(`no ${LIBRARY} here (golang-golang-x-mod-dev): this test's own reader alone`);
    return null;
  }
  const program = join(folder, "tlog-client");
  const args = ["build", "-o", program, "test/support/tlog-client/main.go"];
  const environment = { GO111MODULE: "off", GOPATH, GOFLAGS: "", GOCACHE: join(folder, "cache") };
  return (await ask(t, "go", args, { environment })) === null ? null : program;
}

async function grow(service: Service, entries: number): Promise<void> {
  const names = Array.from({ length: entries }, (_, i) => `Customer ${i}`);
  await Promise.all(names.map((name) => service.customer(name)));
}
