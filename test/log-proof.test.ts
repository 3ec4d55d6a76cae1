/**
 * `meterseal log export` and `meterseal log proof` against a whole service, as they are typed.
 *
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { fakeService, meterseal } from "./support/command.ts";
import { databaseKinds, temporaryFolder } from "./support/databases.ts";
import { logMaker } from "./support/made-log.ts";
import { startService } from "./support/service.ts";

const entryOf = (index: number) => `{"n":${index}}`;

for (const kind of databaseKinds()) {
  test(`a service's log is exported, and one entry with its proof (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const token = await service.token("auditor");
    await Promise.all(Array.from({ length: 280 }, (_, i) => service.customer(`Customer ${i}`)));
    const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
    const dir = join(temporaryFolder(t), "log");
    const exported = async () => {
      const done = await meterseal(["log", "export", dir, "--json"], { env });
      t.is(done.status, 0, done.stderr);
      return JSON.parse(done.stdout);
    };
    const first = await exported();
    t.true(first.size > 280);
    t.is(first.trust, "service");
    await service.customer("One more");
    const second = await exported();
    t.true(second.size > first.size);
    t.is(second.trust, "earlier export");
    t.is(
      readFileSync(join(dir, "vkey"), "utf8"),
      readFileSync(`${service.config.data}/log.vkey`, "utf8"),
    );
    const out = join(temporaryFolder(t), "entry.tlog-proof");
    const proof = await meterseal(["log", "proof", "17", "--out", out], { env });
    t.is(proof.status, 0, proof.stderr);
    t.regex(
      readFileSync(out, "utf8"),
      /^c2sp\.org\/tlog-proof@v1\nextra [A-Za-z0-9+/=]+\nindex 17\n/,
    );
    t.is(statSync(out).mode & 0o777, 0o600);
    const again = await meterseal(["log", "proof", "17", "--out", out], { env });
    t.is(again.status, 2);
    const missing = await meterseal(["log", "proof", "99999"], { env });
    t.regex(missing.stderr, /\(ENTRY_UNKNOWN\)/);
    const key = logMaker().vkey;
    const foreign = await meterseal(["log", "proof", "17", "--key", key], { env });
    t.regex(foreign.stderr, /\(CHECKPOINT_SIGNATURE\)/);
    t.is(foreign.stdout, "");
  });
}

test("a proof that does not lead to the root is not written", async (t) => {
  const { make, vkey } = logMaker();
  const log = make(2, entryOf);
  const note = log.file("checkpoint")?.toString("utf8");
  const [left, right] = [0, 32].map((at) => log.file("tile/0/000.p/2")?.subarray(at, at + 32));
  const proofOf = (index: number, entry: string, ...path: (Buffer | undefined)[]) =>
    [
      "c2sp.org/tlog-proof@v1",
      `extra ${Buffer.from(entry).toString("base64")}`,
      `index ${index}`,
      ...path.map((hash) => hash?.toString("base64")),
      "",
      note,
    ].join("\n");
  let proof = "";
  const service = await fakeService(t, ({ url }, response) => {
    response.end(url === "/log/vkey" ? vkey : proof);
  });
  const ask = () => meterseal(["log", "proof", "0"], { env: service.env });
  proof = proofOf(0, entryOf(0), right);
  t.is((await ask()).stdout, proof);
  for (const [wrong, code] of [
    [proofOf(0, entryOf(1), right), "LOG_INTEGRITY"],
    [proofOf(0, entryOf(0), left), "LOG_INTEGRITY"],
    [proofOf(0, entryOf(0)), "LOG_INTEGRITY"],
    [proofOf(1, entryOf(1), left), "BAD_ANSWER"],
    ["{}", "BAD_ANSWER"],
  ] as const) {
    proof = wrong;
    const { stdout, stderr, status } = await ask();
    t.is(status, 1);
    t.is(stdout, "");
    t.true(stderr.includes(`(${code})`), stderr);
  }
});
