/**
 * A client that sends as fast as it can and does not read, then reads to the end; and one that
 * leaves in the middle.
 *
 *     node dist/bench/soak/slow-reader.js [N = 2000000]
 *
 * Ends with 1 if the service takes in more than 32 MiB that nobody reads the answer of, if rows are
 * missing, or if it does not serve others at once when a client has gone.
 *
 * @module
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { startBenchDeployment } from "../deployment.ts";
import { countRows as countAnswers } from "../sender.ts";
import { corePid, residentMemory } from "./memory.ts";
import { countRows } from "./rows.ts";
import { openSender, type Sender } from "./sender.ts";
import { createTraffic } from "./traffic.ts";

const FRAMES = Number(process.argv[2] ?? 2_000_000);
const METERS = 1000;
const LINES = 1000;
const MEBI = 1024 * 1024;
const MOST_TAKEN_IN = 32 * MEBI;
const MOST_SECONDS_FOR_OTHERS = 2;
/** No byte more in so long: the service has stopped reading. */
const STILL_SECONDS = 3;

const traffic = createTraffic(METERS);
await using deployment = await startBenchDeployment();
const { data, frames } = deployment;
await deployment.enrol(Buffer.from(traffic.importRows), METERS);
const pid = corePid(data);
const mebibytes = () => `${residentMemory(pid).toFixed(0)} MiB`;
// Warm: the memory before is that of a service that has worked.
await countAnswers(frames, traffic.lines(0, 100_000));
say(`before: memory of the core ${mebibytes()}`);

const slow = openSender(frames);
const sent = sendAll(slow, FRAMES);
const taken = await standstill(slow);
say(`not read: ${(taken / MEBI).toFixed(1)} MiB taken in, memory ${mebibytes()}`);
const counter = countRows();
const response = await slow.response;
response.on("data", (chunk: Buffer) => counter.take(chunk));
await sent;
await once(response, "close");
say(`read in the end: ${counter.rows} of ${FRAMES} rows, ${counter.wrong} wrong, ${mebibytes()}`);

const leaving = openSender(frames);
void sendAll(leaving, FRAMES);
await standstill(leaving);
leaving.request.destroy();
const start = performance.now();
const lines = await countAnswers(frames, traffic.lines(0, LINES));
const seconds = (performance.now() - start) / 1000;
say(`after one has left: ${lines} rows for another in ${seconds.toFixed(3)} s`);
await pause(5000);
say(`five seconds later: memory ${mebibytes()}`);
const isWhole = response.complete && counter.rows === FRAMES && counter.wrong === 0;
const isServed = lines === LINES && seconds < MOST_SECONDS_FOR_OTHERS;
process.exitCode = taken <= MOST_TAKEN_IN && isWhole && isServed ? 0 : 1;

async function sendAll(sender: Sender, frames: number): Promise<void> {
  for (let n = 0; n < frames && !sender.request.destroyed; n += LINES) {
    await sender.write(traffic.lines(n, Math.min(LINES, frames - n)));
  }
  sender.request.end();
}

/** Waits until the connection takes nothing more; answers how much it took. */
async function standstill(sender: Sender): Promise<number> {
  for (let last = -1; ; await pause(STILL_SECONDS * 1000)) {
    if (sender.accepted === last) {
      return last;
    }
    last = sender.accepted;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
