/**
 * Long requests in small: one connection, its answers in order; a client that does not read; and a
 * client that leaves. `bench/soak/` has the same by the million, with the memory of the process.
 *
 * @module
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { randomEdits, randomNumbers } from "../bench/soak/edits.ts";
import { countRows } from "../bench/soak/rows.ts";
import { mutant, type Sample } from "../bench/soak/sample.ts";
import { allSamples } from "../bench/soak/samples.ts";
import { openSender, type Sender } from "../bench/soak/sender.ts";
import { createTraffic } from "../bench/soak/traffic.ts";
import { VERIFICATIONS } from "../keystore/verification.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { formatAddress } from "../src/meters/address.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { ndjson, parseNdjson, startService } from "./support/service.ts";

const traffic = createTraffic(40);
const LINES = 500;
const MEBI = 1024 * 1024;
const VERDICTS: ReadonlySet<string> = new Set([
  ...VERIFICATIONS,
  ...["METER_UNKNOWN", "NO_KEY", "KEY_LENGTH", "CHECK_FAILED", "MAC_FAILED", "TAG_FAILED"],
  ...["NOT_ENCRYPTED", "NOT_AUTHENTICATED", "PROFILE_MISMATCH", "MODE_UNSUPPORTED"],
  ...["FRAME_CRC", "FRAME_LENGTH", "FRAME_FORMAT"],
]);
/** Three batches, their rows, and what two sockets hold on either way. */
const MOST_TAKEN_IN = 16 * MEBI;

test("every row of a long stream comes, in order, while more is sent", async (t) => {
  const { service, machine } = await deployment(t);
  const frames = 20_000;
  const sender = openSender({ url: `${service.internal}/v1/frames/decrypt`, token: machine });
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

test("mutants in one stream: a row for each line, in order, and a good frame behind them opens", async (t) => {
  const { service, custodian, customer, machine } = await deployment(t);
  const samples = allSamples().filter(({ meter }) => meter.profile !== "dlms-suite-2");
  const rows = new Map(
    samples.map(({ meter }) => [formatAddress(meter.address), importRow(meter)]),
  );
  const path = `/v1/meters/import?customer=${customer}&allowWeak=true`;
  await service.call("POST", path, custodian, ndjson([...rows.values()]));
  const next = randomNumbers(7);
  const lines = Array.from({ length: 6000 }, (_, ref) => {
    const [one, other] = [next(), next()].map((n) => samples[n % samples.length]!) as [
      Sample,
      Sample,
    ];
    const bytes = mutant(one, other, [next(), randomEdits(next), randomEdits(next)]);
    const frame = Buffer.from(bytes.subarray(0, 4000)).toString("hex");
    return { ref, frame, ...(next() % 2 === 0 ? { meter: formatAddress(one.meter.address) } : {}) };
  });
  const good = JSON.parse(traffic.lines(0, 1).toString());
  const body = ndjson([...lines, { ...good, ref: lines.length }]);
  const decryptPath = "/v1/frames/decrypt?as=telegram";
  const answers = parseNdjson((await service.call("POST", decryptPath, machine, body)).text);
  t.deepEqual(
    answers.map(({ ref }) => ref),
    [...lines.keys(), lines.length],
  );
  const verdicts = new Set(answers.map(({ error, verification }) => error?.code ?? verification));
  t.true(verdicts.size > 10);
  for (const verdict of verdicts) {
    t.true(VERDICTS.has(verdict), verdict);
  }
  t.is(answers.at(-1).verification, "check16");
});

test("who does not read is not read from, and gets everything in the end", async (t) => {
  const { service, machine } = await deployment(t);
  const sender = openSender({ url: `${service.internal}/v1/frames/decrypt`, token: machine });
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
    const sender = openSender({ url: `${service.internal}/v1/frames/decrypt`, token: machine });
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

function importRow({ address, profile, key, authenticationKey }: Sample["meter"]) {
  return {
    address: formatAddress(address),
    profile: address.kind === "wmbus" ? "wmbus" : profile,
    key: Buffer.from(key).toString("hex"),
    auth_key: Buffer.from(authenticationKey ?? "").toString("hex"),
  };
}

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
  const machine = await service.token("data-management");
  return { service, customer, custodian, machine, entries };
}
