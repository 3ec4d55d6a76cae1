import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Measurement } from "../bench/measurement.ts";
import { MODE_5 } from "../bench/modes.ts";
import { alternate, median, medianRatio } from "../bench/rounds.ts";
import { createSamples } from "../bench/samples.ts";
import { configuredRate, keyedRate } from "../bench/wmbusmeters.ts";
import { meterseal } from "./support/command.ts";

async function measured(t: ExecutionContext, name: string): Promise<Measurement> {
  const { status, stdout, stderr } = await meterseal(["bench", name, "--quick", "--json"]);
  t.is(status, 0, stderr);
  const { machine, isQuick, measurements } = JSON.parse(stdout);
  t.true(machine.cores >= 1);
  t.true(isQuick);
  t.is(measurements.length, 1);
  const [measurement] = measurements as [Measurement];
  t.is(measurement.name, name);
  for (const { operation, perSecond, ratio, reach } of measurement.figures) {
    t.is(perSecond === null, ratio === null, operation);
    t.true(perSecond === null || (perSecond > 0 && Number.isFinite(perSecond)), operation);
    t.true(ratio === null || (ratio > 0 && Number.isFinite(ratio)), operation);
    t.true(reach === null || Number.isFinite(reach.value), operation);
  }
  return measurement;
}

/** What is to be reached, by operation. */
function limits({ figures }: Measurement): (string | null)[] {
  return figures.map(({ reach }) => reach && `${reach.bound} ${reach.limit}${reach.unit}`);
}

test("decrypt: every mode is compared, with and without packing", async (t) => {
  const measurement = await measured(t, "decrypt");
  const modes = measurement.figures.filter((_, i) => i % 3 === 0);
  t.deepEqual(
    modes.map(({ operation }) => operation.split(",")[0]),
    ["mode 5", "mode 7", "ELL", "DLMS suite 0", "mode 10", "DLMS suite 2"],
  );
  t.deepEqual(
    modes.map(({ reach }) => reach?.limit ?? null),
    [1.5, 2, 1.5, 1, null, null],
  );
});

test("pipeline: one meter and many through the real service", async (t) => {
  const measurement = await measured(t, "pipeline");
  t.deepEqual(limits(measurement).slice(0, 2), [null, "at least 0.8×"]);
});

test("growth: hot at every size, cold where there are meters to be heard once", async (t) => {
  const measurement = await measured(t, "growth");
  t.deepEqual(
    measurement.figures.map(({ operation }) => operation),
    ["1 meter", "20 meters, hot", "200 meters, hot", "200 meters, cold"],
  );
  t.deepEqual(limits(measurement), [null, "at most 1.3×", "at most 1.3×", "at most 3×"]);
});

test("log-share: with the entries and without", async (t) => {
  t.deepEqual(limits(await measured(t, "log-share")), ["at most 15%", null]);
});

test("enrol: in process, over HTTP, and the bytes of a meter", async (t) => {
  const measurement = await measured(t, "enrol");
  t.deepEqual(limits(measurement), ["at least 20000/s", "at most 250 bytes", "at least 20000/s"]);
});

test("seal: with all threads and with one", async (t) => {
  t.deepEqual(limits(await measured(t, "seal")), ["at least 100000/s", null]);
});

test("append: with the index, without it, and plain rows one by one", async (t) => {
  t.deepEqual(limits(await measured(t, "append")), ["at most 10 ms", "at most 10%", null]);
});

test("ask: by every filter and over time, against reading every entry", async (t) => {
  const measurement = await measured(t, "ask");
  t.deepEqual(
    measurement.figures.map(({ operation }) => operation.split(",")[0]),
    [
      "by meter",
      "by meter",
      "by actor",
      "by action",
      "by customer and code",
      "by time",
      "timeline by action",
      "timeline by actor",
    ],
  );
  const [meter, timeline] = limits(measurement).filter((limit) => limit !== null);
  t.deepEqual([meter, timeline], ["at most 50 ms", "at most 1000 ms"]);
});

test("verify: from files and from the database, beside SHA-256 of the same entries", async (t) => {
  const bounds = limits(await measured(t, "verify"));
  t.deepEqual(bounds, ["at most 3×", "at most 3×", null, null]);
});

test("for people: a table of at most 100 columns, no progress where there is no terminal", async (t) => {
  const { status, stdout, stderr } = await meterseal(["bench", "decrypt", "--quick"]);
  t.is(status, 0);
  t.regex(stderr, /^quick: .*\n$/);
  t.regex(stdout, /^decrypt +per second +ratio +reach$/m);
  t.regex(stdout, /^mode 5, .*×.* at least 1\.5×: (yes|no)$/m);
  for (const line of stdout.split("\n")) {
    t.true([...line].length <= 100, line);
  }
});

test("help names every measurement; another name and another size are misuse", async (t) => {
  const { MEASUREMENTS } = await import("../bench/bench.ts");
  const { stdout } = await meterseal(["bench", "--help"]);
  // The list of names breaks over lines.
  t.true(stdout.replace(/\s+/g, " ").includes([...MEASUREMENTS.keys()].join(", ")), stdout);
  for (const args of [["speed"], ["decrypt", "speed"], ["growth", "--max", "many"]]) {
    t.is((await meterseal(["bench", ...args])).status, 2, args.join(" "));
  }
});

test("contenders take turns, and the first round is not counted", async (t) => {
  const ran: string[] = [];
  const contender = (name: string) => async () => ran.push(name);
  const rates = await alternate({ a: contender("a"), b: contender("b") }, 2, () => ran.push("|"));
  t.is(ran.join(""), "ab|ab|ab|");
  t.deepEqual(rates, { a: [4, 7], b: [5, 8] });
  t.is(median([9, 1, 5]), 5);
  t.is(medianRatio([10, 60, 90], [10, 20, 30]), 3);
});

// Alone: it changes the PATH of this process.
test.serial("wmbusmeters is timed after a first round, and must have decoded", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "meterseal-bench-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const program = join(folder, "wmbusmeters");
  const path = process.env["PATH"];
  process.env["PATH"] = `${folder}:${path}`;
  t.teardown(() => {
    process.env["PATH"] = path;
  });
  const samples = createSamples(MODE_5, [0, 1], 6);
  const stand = async (answer: string) => {
    await writeFile(
      program,
      `#!/bin/sh\nwhile read -r line; do sleep 0.01; echo '${answer}'; done\n`,
    );
    await chmod(program, 0o755);
  };
  await stand('{"total_m3":1}');
  t.true((await configuredRate(2, samples))! > 0);
  t.true((await keyedRate(2, samples))! > 0);
  await stand("{}");
  t.is(await keyedRate(2, samples), null);
});
