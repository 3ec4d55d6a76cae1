/**
 * The resident memory of another process, sampled once a second (Linux).
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface MemoryRecord {
  /** Mebibytes, one a second since the start. */
  readonly samples: readonly number[];
  stop(): void;
}

/** The core's process, as its data directory tells. */
export function corePid(data: string): number {
  return JSON.parse(readFileSync(join(data, "run.json"), "utf8")).pid;
}

/** VmRSS in mebibytes. */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

export function recordMemory(pid: number): MemoryRecord {
  const samples = [residentMemory(pid)];
  const timer = setInterval(() => samples.push(residentMemory(pid)), 1000);
  return { samples, stop: () => clearInterval(timer) };
}

/** Means of the first and last quarter of what follows the first tenth, and the most of all. */
export function quarters(samples: readonly number[]): {
  first: number;
  last: number;
  most: number;
} {
  const warm = samples.slice(Math.ceil(samples.length / 10));
  const size = Math.max(1, warm.length >> 2);
  return {
    first: mean(warm.slice(0, size)),
    last: mean(warm.slice(-size)),
    most: Math.max(...samples),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
