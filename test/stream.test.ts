/**
 * Long requests in small: one connection, its answers in order; a client that does not read; and a
 * client that leaves. `bench/soak/` has the same by the million, with the memory of the process.
 *
 * @module
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { countRows } from "../bench/soak/rows.ts";
import { openSender, type Sender } from "../bench/soak/sender.ts";
import { createTraffic } from "../bench/soak/traffic.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { startService } from "./support/service.ts";

const traffic = createTraffic(40);
const LINES = 500;
const MEBI = 1024 * 1024;
/** Three batches, their rows, and what two sockets hold on either way. */
const MOST_TAKEN_IN = 16 * MEBI;

test("every row of a long stream comes, in order, while more is sent", async (t) => {
  const { service, machine } = await deployment(t);
  const frames = 20_000;
  const sender = openSender(service.internal, machine);
  const counter = countRows();
  const answered = sender.response.then(async (response) => {
    response.on("data", (chunk: Buffer) => counter.take(chunk));
    await once(response, "end");
  });
  for (let n = 0; n < frames; n += LINES) {
    await sender.write(traffic.lines(n, LINES));
  }
  sender.request.end();
  await answered;
  t.deepEqual([counter.rows, counter.wrong], [frames, 0]);
});

test("who does not read is not read from, and gets everything in the end", async (t) => {
  const { service, machine } = await deployment(t);
  const sender = openSender(service.internal, machine);
  const sent = await sendUnread(sender, 2 * MOST_TAKEN_IN);
  t.true(sender.accepted > MEBI);
  t.true(sender.accepted < MOST_TAKEN_IN, `${sender.accepted} bytes were taken in`);
  const counter = countRows();
  const response = await sender.response;
  response.on("data", (chunk: Buffer) => counter.take(chunk));
  sender.request.end();
  await once(response, "end");
  t.deepEqual([counter.rows, counter.wrong], [sent, 0]);
});

test("who leaves in the middle leaves nothing running", async (t) => {
  const { service, machine, entries } = await deployment(t);
  for (const isReading of [true, false]) {
    const sender = openSender(service.internal, machine);
    if (isReading) {
      void sender.response.then((response) => response.on("error", () => undefined).resume());
      await sender.write(traffic.lines(0, 40 * LINES));
      await sender.response;
    } else {
      await sendUnread(sender, 2 * MOST_TAKEN_IN);
    }
    sender.request.destroy();
    // A batch under way may still be written down; then a request adds its own entry alone.
    const grown: number[] = [];
    while (grown.length < 100 && grown.slice(-3).join() !== "1,1,1") {
      const before = await entries();
      const body = traffic.lines(0, 1).toString();
      const answer = await service.call("POST", "/v1/frames/decrypt", machine, body);
      t.is(answer.status, 200);
      t.regex(answer.text, /^\{"ref":0,"meter"[^\n]+\n$/);
      grown.push((await entries()) - before);
    }
    t.deepEqual(grown.slice(-3), [1, 1, 1]);
  }
  await service.stop();
  t.deepEqual((await verifyDataDirectory(service.config, {}, () => undefined)).problems, []);
});

/** Sends until the connection takes nothing more, or `most` bytes are sent; answers the lines. */
async function sendUnread(sender: Sender, most: number): Promise<number> {
  const still = standstill(sender);
  let isStill = false;
  void still.then(() => {
    isStill = true;
  });
  let sent = 0;
  for (let offered = 0; offered < most && !isStill; sent += LINES) {
    const bytes = traffic.lines(sent, LINES);
    offered += bytes.length;
    await Promise.race([sender.write(bytes), still]);
  }
  await still;
  return sent;
}

/** Resolves when some bytes were taken and no more for a while. */
async function standstill(sender: Sender): Promise<void> {
  for (let last = -1; sender.accepted > last || last === 0; await pause(700)) {
    last = sender.accepted;
  }
}

async function deployment(t: ExecutionContext) {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const path = `/v1/meters/import?customer=${customer}`;
  t.is((await service.call("POST", path, custodian, traffic.importRows)).body.imported, 40);
  const db = openDatabase(coreDatabase(service.config));
  t.teardown(() => db.destroy());
  const entries = async (): Promise<number> => {
    const [row] = await db("log_entries").count({ count: "*" });
    return Number(row?.["count"]);
  };
  return { service, machine: await service.token("data-management"), entries };
}
