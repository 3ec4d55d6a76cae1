/**
 * What the log costs: the decryptor with it, without its entries, and without freshness as well.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "../src/access/caller.ts";
import type { Activity } from "../src/activity/activity.ts";
import { loadConfig } from "../src/base/config.ts";
import { createLogger } from "../src/base/logger.ts";
import { inTransaction } from "../src/db/transaction.ts";
import { createDecryptor, type Decryptor } from "../src/frames/decrypt.ts";
import { parseTextLine } from "../src/frames/request.ts";
import { addCustomer } from "../src/meters/customers.ts";
import { createDirectory } from "../src/meters/directory.ts";
import { enrolMeters } from "../src/meters/enrol.ts";
import { checkRow } from "../src/meters/import-row.ts";
import { initialise } from "../src/programs/init.ts";
import { openCore } from "../src/programs/open-core.ts";
import type { Workload } from "./workload.ts";

const BATCH = 2000;
const ROUNDS = 9;

const CALLER: Caller = {
  actor: "tok_bench",
  role: "data-management",
  auth: "local",
  purpose: null,
  request: "bench",
  customer: null,
};

const DEFAULTS = {
  profile: undefined,
  order: undefined,
  allowWeak: false,
  allowUnauthenticated: false,
};

/** Frames per second of each; median of alternating rounds. */
export async function measureLogShare(workload: Workload) {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const config = loadConfig({ data: join(folder, "data") }, {});
  await initialise(config);
  const core = await openCore(config, createLogger("core", "error"));
  try {
    const deps = { ...core, clock: () => new Date() };
    const customer = await addCustomer(deps, CALLER, "Bench");
    const batch = workload.importRows
      .trimEnd()
      .split("\n")
      .map((line, i) => checkRow(JSON.parse(line), i, DEFAULTS))
      .flatMap((row) => ("enrolment" in row ? [row.enrolment] : []));
    await enrolMeters(deps, CALLER, customer, batch, false);
    const shared = {
      ...core,
      directory: createDirectory(core.db),
      unknown: { note: () => undefined },
    };
    // Freshness is kept and committed, no entry is written: what is missing is the log.
    const unlogged: Pick<Activity, "commit"> = {
      commit: async (work) => {
        const { result } = await inTransaction(core.db, work);
        return { result, first: 0, size: 0 };
      },
    };
    const silent: Pick<Activity, "commit"> = {
      commit: async () =>
        ({ result: { judged: [], hasActivated: false }, first: 0, size: 0 }) as never,
    };
    const decryptors = {
      withLog: createDecryptor(shared),
      withoutLog: createDecryptor({ ...shared, activity: unlogged }),
      withNeither: createDecryptor({ ...shared, activity: silent }),
    };
    const requests = workload.frames.map((frame, i) => parseTextLine(frame, i));
    const run = async (decryptor: Decryptor): Promise<number> => {
      const start = performance.now();
      for (let at = 0; at < requests.length; at += BATCH) {
        await decryptor.decrypt(CALLER, requests.slice(at, at + BATCH), { part: at });
      }
      return requests.length / ((performance.now() - start) / 1000);
    };
    const names = ["withLog", "withoutLog", "withNeither"] as const;
    const rates = {
      withLog: [] as number[],
      withoutLog: [] as number[],
      withNeither: [] as number[],
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of names) {
        rates[name].push(await run(decryptors[name]));
      }
    }
    return {
      withLog: median(rates.withLog),
      withoutLog: median(rates.withoutLog),
      withNeither: median(rates.withNeither),
    };
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
