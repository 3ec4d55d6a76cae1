/**
 * `meterseal bench`: measures the service on this machine, as ratios to plain `node:crypto`.
 *
 * Works on throw-away deployments and talks to no running service. The measurements are loaded
 * when they are asked for: nothing else in the command needs them.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import type { Figure, Measurement, Reach } from "../../bench/measurement.ts";
import { type Context, run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { createTable } from "../table.ts";

/** Adds `bench`. */
export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure this machine against plain node:crypto, in minutes")
    .argument(
      "[name...]",
      "decrypt, pipeline, growth, log-share, enrol, seal, append, ask, verify; all by default",
    )
    .option("--quick", "tiny sizes: shows that it works and measures nothing")
    .option("--max <meters>", "the most meters that growth enrols", parseMeters, "100000")
    .action(run(measure));
}

async function measure(context: Context, ...names: readonly string[]): Promise<number> {
  const { MEASUREMENTS } = await import("../../bench/bench.ts");
  const { output } = context;
  const known = [...MEASUREMENTS.keys()];
  if (!names.every((name) => known.includes(name))) {
    throw new Misuse(`name: expected ${known.join(", ")}`);
  }
  const isQuick = context.flag("quick");
  if (isQuick) {
    output.note("quick: sizes that show that it works; the figures mean nothing");
  }
  const measurements: Measurement[] = [];
  for (const [name, take] of MEASUREMENTS) {
    if (names.length > 0 && !names.includes(name)) {
      continue;
    }
    const progress = await startProgress(`${name}, round`, null);
    let round = 0;
    const step = () => progress.at(++round);
    const maxMeters = Number(context.option("max"));
    const measurement = await take({ isQuick, maxMeters, step }).finally(() => progress.stop());
    measurements.push(measurement);
    if (!output.json) {
      await output.write(`${linesOf(measurement).join("\n")}\n\n`);
    }
  }
  if (output.json) {
    const machine = { cores: availableParallelism(), node: process.version };
    await output.result({ machine, isQuick, measurements }, () => []);
  }
  return 0;
}

function linesOf({ name, reference, figures, notes }: Measurement): string[] {
  const table = createTable<Figure>([
    { title: name, value: ({ operation }) => operation, clips: true },
    { title: " per second", value: ({ perSecond }) => rounded(perSecond).padStart(11) },
    { title: "  ratio", value: ({ ratio }) => (ratio === null ? "" : times(ratio)).padStart(7) },
    { title: "reach", value: ({ reach }) => (reach === null ? "" : reachText(reach)) },
  ]);
  return [...table(figures), `ratio to ${reference}`, ...notes];
}

function reachText({ what, value, unit, bound, limit, isReached }: Reach): string {
  const least = `${bound} ${rounded(limit)}${unit}: ${isReached ? "yes" : "no"}`;
  return what === "" ? least : `${what} ${amount(value, unit)}, ${least}`;
}

function amount(value: number, unit: Reach["unit"]): string {
  return unit === "×" ? times(value) : `${rounded(value)}${unit}`;
}

function times(value: number): string {
  return `${value < 100 ? value.toPrecision(3) : rounded(value)}×`;
}

function rounded(value: number | null): string {
  const isSmall = value !== null && Math.abs(value) < 10;
  return value?.toLocaleString("en", { maximumFractionDigits: isSmall ? 1 : 0 }) ?? "";
}

function parseMeters(value: string): string {
  if (!/^[1-9]\d{3,6}$/.test(value)) {
    throw new InvalidArgumentError("expected 1000 to 9999999");
  }
  return value;
}
