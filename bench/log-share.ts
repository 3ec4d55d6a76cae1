/**
 * What log and freshness cost: the decryptor with them and with both left out.
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
import { createDecryptor } from "../src/frames/decrypt.ts";
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

/** Frames per second with and without; median of alternating rounds. */
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
    const directory = createDirectory(core.db);
    const silent: Pick<Activity, "commit"> = {
      commit: async () =>
        ({ result: { judged: [], hasActivated: false }, first: 0, size: 0 }) as never,
    };
    const logged = createDecryptor({ ...core, directory });
    const unlogged = createDecryptor({ ...core, directory, activity: silent });
    const requests = workload.frames.map((frame, i) => parseTextLine(frame, i));
    const run = async (decryptor: typeof logged): Promise<number> => {
      const start = performance.now();
      for (let at = 0; at < requests.length; at += BATCH) {
        await decryptor.decrypt(CALLER, requests.slice(at, at + BATCH), at);
      }
      return requests.length / ((performance.now() - start) / 1000);
    };
    const rates = { withLog: [] as number[], without: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.without.push(await run(unlogged));
      rates.withLog.push(await run(logged));
    }
    return { withLog: median(rates.withLog), without: median(rates.without) };
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
