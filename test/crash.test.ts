import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { decodeAccessSet } from "../src/activity/entries/access-set.ts";
import { openDatabase } from "../src/db/open.ts";
import { initialise } from "../src/programs/init.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { temporaryFolder } from "./support/databases.ts";
import { serveProcess } from "./support/process.ts";
import { ndjson, request, testConfig } from "./support/service.ts";

const METERS = 20;
const KILLS = 10;

const meters = Array.from({ length: METERS }, (_, i) => ({
  manufacturer: "KIL",
  id: String(i).padStart(8, "0"),
  version: 1,
  medium: 7,
  key: Uint8Array.from({ length: 16 }, (_unused, n) => n ^ (i * 13)),
}));

/** Streams frames of all meters until the connection breaks; counts answers by meter. */
function streamFrames(url: string, token: string, answered: Map<string, number>): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
    const sending = httpRequest(`${url}/v1/frames/decrypt`, { method: "POST", headers }, (res) => {
      let rest = "";
      res.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString("utf8")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const { address } = JSON.parse(line);
          answered.set(address, (answered.get(address) ?? 0) + 1);
        }
      });
      res.on("close", resolve);
      res.on("error", () => undefined);
    });
    sending.on("error", () => resolve());
    let n = 0;
    const send = (): void => {
      const rows = meters.map((meter) => {
        const plaintext = Buffer.from(`2f2f${String(n++).padStart(28, "0")}`, "hex");
        const acc = n & 255;
        const frame = encodeMode5({ ...meter, acc, plaintext, header: "short", format: "none" });
        return { ref: n, frame: Buffer.from(frame).toString("hex") };
      });
      if (!sending.destroyed) {
        sending.write(ndjson(rows), () => setImmediate(send));
      }
    };
    send();
  });
}

test("kill -9 during a stream of decrypts, ten times: what was answered is in the log", async (t) => {
  t.timeout(120_000);
  const data = join(temporaryFolder(t), "data");
  const config = testConfig({ data });
  const { token: admin } = await initialise(config);
  const answered = new Map<string, number>();
  let machine = "";
  for (let kill = 0; kill < KILLS; kill++) {
    const service = await serveProcess(t, data, { METERSEAL_LOG_LEVEL: "error" });
    if (kill === 0) {
      const call = (path: string, token: string, body: unknown) =>
        request(`${service.internal}${path}`, "POST", token, body);
      const { customer } = (await call("/v1/customers", admin, { name: "Crash" })).body;
      const { token } = (await call("/v1/tokens", admin, { role: "custodian" })).body;
      machine = (await call("/v1/tokens", admin, { role: "data-management" })).body.token;
      const rows = meters.map(({ id, key }) => ({
        address: `KIL-${id}/01/07`,
        key: Buffer.from(key).toString("hex"),
      }));
      const report = await call(`/v1/meters/import?customer=${customer}`, token, ndjson(rows));
      t.is(report.body.imported, METERS);
    }
    const before = total(answered);
    const streaming = streamFrames(service.internal, machine, answered);
    // However slow the machine is: not before answers come, and then at another moment each time.
    while (total(answered) < before + METERS) {
      await delay(5);
    }
    await delay(60 * kill);
    t.is(await service.end("SIGKILL"), null);
    await streaming;
    const report = await verifyDataDirectory(config, {}, () => undefined);
    t.deepEqual(report.problems, []);
  }
  t.true(total(answered) >= KILLS * METERS);

  const logged = await loggedByMeter(data);
  for (const [address, count] of answered) {
    t.true((logged.get(address) ?? 0) >= count, `${address}: answered ${count}, logged fewer`);
  }

  // It serves again, and a clean stop signs what the crashes left unsigned.
  const service = await serveProcess(t, data);
  t.true(readFileSync(join(data, "run.json"), "utf8").includes(service.internal));
  t.is(await service.end("SIGTERM"), 0);
  const report = await verifyDataDirectory(config, {}, () => undefined);
  t.is(report.unsigned, 0);
  t.true(report.ok);
});

function total(answered: ReadonlyMap<string, number>): number {
  return [...answered.values()].reduce((sum, n) => sum + n, 0);
}

async function loggedByMeter(data: string): Promise<Map<string, number>> {
  const db = openDatabase({ file: join(data, "core.sqlite") });
  try {
    const logged = new Map<string, number>();
    for (const { body } of await db("log_entries").select("body")) {
      const entry = JSON.parse(body);
      if (entry.action === "frames.decrypted") {
        for (const { number, counts } of decodeAccessSet(entry.keys) ?? []) {
          // Imported first, in this order: number 1 is meter 0.
          const address = `KIL-${meters[number - 1]?.id}/01/07`;
          logged.set(address, (logged.get(address) ?? 0) + (counts[0] ?? 0));
        }
      }
    }
    return logged;
  } finally {
    await db.destroy();
  }
}
