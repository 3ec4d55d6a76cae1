/**
 * One connection that never ends: frames of 1000 meters of four families through a deployment of
 * its own, answers counted and thrown away.
 *
 *     node dist/bench/soak/stream.js [N = 10000000]
 *
 * Ends with 1 if a row is missing, out of order or an error, or if the core's memory grows.
 *
 * @module
 */
import { once } from "node:events";
import { startBenchDeployment } from "../deployment.ts";
import { corePid, quarters, recordMemory } from "./memory.ts";
import { countRows } from "./rows.ts";
import { openSender } from "./sender.ts";
import { createTraffic } from "./traffic.ts";

const FRAMES = Number(process.argv[2] ?? 10_000_000);
const METERS = 1000;
const LINES = 1000;
/** A shorter run is all warm-up: its memory is shown and not judged. */
const LEAST_SECONDS = 120;
/** What the collector leaves lying about differs by so much from one second to the next. */
const MOST_GROWTH = 1.2;

const traffic = createTraffic(METERS);
await using deployment = await startBenchDeployment();
await deployment.enrol(Buffer.from(traffic.importRows), METERS);
const memory = recordMemory(corePid(deployment.data));
const start = performance.now();
const sender = openSender(deployment.frames);
const counter = countRows();
const answered = sender.response.then(async (response) => {
  response.on("data", (chunk: Buffer) => counter.take(chunk));
  await once(response, "close");
  return response.complete;
});
for (let n = 0; n < FRAMES; n += LINES) {
  await sender.write(traffic.lines(n, Math.min(LINES, FRAMES - n)));
}
sender.request.end();
const isComplete = await answered;
const seconds = (performance.now() - start) / 1000;
memory.stop();
const { first, last, most } = quarters(memory.samples);
const isSound = isComplete && counter.rows === FRAMES && counter.wrong === 0;
for (const line of [
  `${counter.rows} of ${FRAMES} rows, ${counter.wrong} out of order or refused, in ${seconds.toFixed(0)} s`,
  `${Math.round(FRAMES / seconds)} frames/s over one connection, ${METERS} meters, four families`,
  `memory of the core: first quarter ${first.toFixed(0)} MiB, last ${last.toFixed(0)} MiB, most ${most.toFixed(0)} MiB`,
]) {
  process.stdout.write(`${line}\n`);
}
const isFlat = seconds < LEAST_SECONDS || last < first * MOST_GROWTH;
process.exitCode = isSound && isFlat ? 0 : 1;
