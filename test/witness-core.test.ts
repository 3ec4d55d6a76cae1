/**
 * A real core with two real witnesses: cosigned checkpoints, and a log that was set back together
 * with its head store.
 *
 * @module
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { PRIMITIVES, parseVkey } from "../src/activity/hashing.ts";
import { findCosignature } from "../src/activity/tree/checkpoint.ts";
import { parseNote } from "../src/activity/tree/note.ts";
import { LogRefusedError } from "../src/activity/verify/start.ts";
import { WitnessRefusedError } from "../src/activity/witness/start.ts";
import type { Config } from "../src/base/config.ts";
import { headStoreFile } from "../src/base/paths.ts";
import { openCore } from "../src/programs/open-core.ts";
import { acceptCheckpoint, openStore } from "../src/witness/directory.ts";
import { temporaryFolder } from "./support/databases.ts";
import { resumeService, startService } from "./support/service.ts";
import { signedLog } from "./support/witness.ts";
import { checkpoint, entries, prepare, until, witnessStatus } from "./support/witnessed-core.ts";

test("checkpoints are cosigned by both witnesses, and the status says how far", async (t) => {
  const { config, witnesses } = await prepare(t, "all");
  const service = await resumeService(t, config);
  await service.customer("A");
  await until(async () => {
    const { witnesses: seen, quorum } = await witnessStatus(service);
    return quorum.met && seen.every(isLevel);
  });
  const status = await witnessStatus(service);
  t.deepEqual(
    status.witnesses.map(({ name, code }: { name: string; code: null }) => [name, code]),
    [
      ["w0", null],
      ["w1", null],
    ],
  );
  t.false(status.quorum.overdue);
  const { status: code, text } = await checkpoint(service, "?witnessed");
  t.is(code, 200);
  for (const { vkey } of witnesses) {
    t.not(findCosignature(PRIMITIVES, parseNote(text)!, parseVkey(vkey)!), null);
  }
  t.true(Number(text.split("\n")[1]) >= status.quorum.size);
});

test("an idle log is not asked about again, and being asked is no entry", async (t) => {
  const { config } = await prepare(t, "all");
  const service = await resumeService(t, config);
  await until(async () => (await witnessStatus(service)).quorum.met);
  const auditor = await service.token("auditor");
  await until(async () => (await witnessStatus(service)).witnesses.every(isLevel));
  const before = (await service.call("GET", "/log/checkpoint", auditor)).text;
  await setTimeout(2500);
  const after = (await service.call("GET", "/log/checkpoint", auditor)).text;
  t.is(after, before, "no entry, no new cosignature");
  t.is(parseNote(after)?.signatures.length, 3, "the log and two witnesses");
});

test("a data directory that was set back with its head store does not start", async (t) => {
  const { config, witnesses } = await prepare(t, "any");
  const first = await resumeService(t, config);
  await first.stop();
  const kept = join(temporaryFolder(t), "copy");
  cpSync(config.data, kept, { recursive: true });
  const second = await resumeService(t, config);
  await second.customer("A");
  await second.stop();
  setBack(config.data, kept);
  const error = await t.throwsAsync(resumeService(t, config), { instanceOf: WitnessRefusedError });
  t.is(error?.code, "WITNESS_AHEAD");
  t.regex(error?.message ?? "", /the witness w0 has seen \d+ entries, there are \d+/);
  t.regex(error?.message ?? "", new RegExp(`from entry ${error?.index} on is gone`));
  // From now on without the witnesses, too.
  await Promise.all(witnesses.map((one) => one.stop()));
  const again = await t.throwsAsync(resumeService(t, config), { instanceOf: LogRefusedError });
  t.is(again?.problems[0]?.index, error?.index, "a refused start writes nothing to the log");
  t.is(again?.problems[0]?.code, "LOG_TRUNCATED");
});

test("a log that was set back and grew again past the witness does not start", async (t) => {
  const { config, witnesses } = await prepare(t, "any");
  const first = await resumeService(t, config);
  await first.stop();
  const kept = join(temporaryFolder(t), "copy");
  cpSync(config.data, kept, { recursive: true });
  const second = await resumeService(t, config);
  await until(async () => (await witnessStatus(second)).quorum.met);
  await second.stop();
  setBack(config.data, kept);
  // While nobody can be asked.
  await Promise.all(witnesses.map((one) => one.stop()));
  const third = await resumeService(t, config);
  for (const name of ["A", "B", "C", "D"]) {
    await third.customer(name);
  }
  t.is((await witnessStatus(third)).witnesses[0].code, "ECONNREFUSED");
  await third.stop();
  await Promise.all(witnesses.map((one) => one.restart()));
  const error = await t.throwsAsync(resumeService(t, config), { instanceOf: WitnessRefusedError });
  t.is(error?.code, "WITNESS_FORK");
  const again = await t.throwsAsync(resumeService(t, config), { instanceOf: LogRefusedError });
  t.true(again?.problems.some(({ code }) => code === "HEAD_CONFLICT"));
});

test("a restore that the log declares starts, unwitnessed until its auditor accepts it", async (t) => {
  const { config, witnesses } = await prepare(t, "any");
  const first = await resumeService(t, config);
  await first.stop();
  const kept = join(temporaryFolder(t), "copy");
  cpSync(config.data, kept, { recursive: true });
  const second = await resumeService(t, config);
  await second.customer("A");
  await until(async () => (await witnessStatus(second)).quorum.met);
  await second.stop();
  setBack(config.data, kept);
  await t.throwsAsync(resumeService(t, config), { instanceOf: WitnessRefusedError });
  await declareRestore(config, kept);
  const service = await resumeService(t, config);
  const { witnesses: seen, quorum } = await witnessStatus(service);
  t.regex(seen[0].code, /^WITNESS_(AHEAD|FORK)$/);
  t.is((await entries(service, "witness.refused")).length, 2, "an entry per witness");
  const { text: note } = await checkpoint(service);
  const origin = note.split("\n")[0]!;
  for (const { directory } of witnesses) {
    const store = await openStore(directory);
    await acceptCheckpoint(store, origin, note, new Date());
    t.is((await store.evidence()).filter(({ kind }) => kind === "accepted").length, 1);
    await store.close();
  }
  await service.customer("B");
  await until(async () => {
    const now = await witnessStatus(service);
    return now.quorum.size > (quorum.size ?? 0) && now.witnesses[0].code === null;
  });
});

test("a silent witness: the quorum of the other suffices, and it catches up when it is back", async (t) => {
  const { config, witnesses } = await prepare(t, "any");
  await witnesses[1]!.stop();
  const service = await resumeService(t, config);
  await until(async () => (await witnessStatus(service)).quorum.met);
  t.is((await witnessStatus(service)).witnesses[1].code, "ECONNREFUSED");
  await witnesses[1]!.restart();
  await until(async () => (await witnessStatus(service)).witnesses[1].code === null);
});

test("a policy that cannot be used is refused at start", async (t) => {
  const { config } = await prepare(t, "all");
  const file = config.witnessPolicyFile!;
  const policy = readFileSync(file, "utf8");
  const other = signedLog("other.example").vkey;
  const changes: readonly (readonly [RegExp, () => string, Partial<Config>?])[] = [
    [/line 4: quorum/, () => policy.replace("group", "# group").split("\n").slice(1).join("\n")],
    [/https/, () => policy.replace("http://127.0.0.1", "http://witness.example")],
    [/too few/, () => policy.replace(/ http:\S+/, "")],
    [/not among them/, () => policy.replace(/^log .*/, `log ${other}`)],
    [/more than witnessIntervalSeconds/, () => policy, { witnessMaxAgeSeconds: 1 }],
  ];
  for (const [pattern, text, more = {}] of changes) {
    writeFileSync(file, text());
    const error = await t.throwsAsync(resumeService(t, { ...config, ...more }));
    t.regex(error?.message ?? "", pattern);
    t.is((error as { code?: string }).code, "CONFIG");
  }
});

test("without a policy there is nothing that was witnessed", async (t) => {
  const service = await startService(t, "sqlite");
  const { status, body } = await checkpoint(service, "?witnessed");
  t.is(status, 404);
  t.is(body.code, "WITNESS_NONE");
  t.is((await checkpoint(service)).status, 200);
  t.is(await witnessStatus(service), null);
});

function isLevel({ behind }: { behind: number }): boolean {
  return behind === 0;
}

/** The whole directory as it was, head store and all. */
function setBack(data: string, kept: string): void {
  rmSync(data, { recursive: true });
  cpSync(kept, data, { recursive: true });
}

/** What the ceremony after a restore leaves in the log. */
async function declareRestore(config: Config, kept: string): Promise<void> {
  // The refused start has put what the witness had seen in the head store.
  cpSync(join(kept, "log.head"), headStoreFile(config));
  const logger = { error: () => undefined, info: () => undefined };
  const core = await openCore(config, logger);
  const draft = { ...SYSTEM, action: "log.restored", outcome: "ok" } as const;
  await core.activity.commit(async () => ({ entries: [draft], result: null }));
  await core.close();
}
