/**
 * Two cores that are started at once on one data directory, as processes.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds } from "./support/databases.ts";
import { type ServiceProcess, serveProcess } from "./support/process.ts";
import { startService } from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`two cores started at once: one serves, the other ends or locks itself (${kind})`, async (t) => {
    t.timeout(120_000);
    const service = await startService(t, kind);
    await service.stop();
    const { config } = service;
    const { databaseUrl } = config;
    const settings = {
      METERSEAL_LOG_LEVEL: "error",
      ...(databaseUrl === undefined ? {} : { METERSEAL_DATABASE_URL: databaseUrl }),
    };
    const started = [1, 2].map(() => serveProcess(t, config.data, settings, ["core"]));
    const isLate = delay(40_000, "late", { ref: false });
    const ended = await Promise.all(
      started.map((one) => Promise.race([isLate, one.catch((error: Error) => error.message)])),
    );
    for (const refused of ended.filter((one) => typeof one === "string")) {
      t.regex(refused, /serve ended with 1: .*(another core writes|ALREADY_RUNNING)/s);
    }
    const serving = ended.filter((one) => typeof one !== "string");
    t.true(serving.length > 0);
    // Where the second one has begun before the first could say so, the first locks itself.
    const isReady = async ({ internal }: ServiceProcess) =>
      (await fetch(`${internal}/readyz`)).status === 200;
    const ready = async () => (await Promise.all(serving.map(isReady))).filter(Boolean).length;
    for (let left = 100; left > 0 && (await ready()) > 1; left--) {
      await delay(200);
    }
    t.is(await ready(), 1);
    await Promise.all(serving.map((one) => one.end("SIGTERM")));
    t.deepEqual((await verifyDataDirectory(config, {}, () => undefined)).problems, []);
  });
}
