/**
 * The life of a program: start, say so in one line, wait for a signal, stop.
 *
 * @module
 */
import type { RunningProgram } from "./exchange.ts";

/** Answers the exit status. stdout carries the ready line and nothing else. */
export async function runProgram(start: () => Promise<RunningProgram>): Promise<number> {
  // Whatever a library creates is for the owner alone.
  process.umask(0o077);
  const stopped = stopSignal();
  const program = await start();
  process.stdout.write(`${JSON.stringify({ ready: true, ...program.urls })}\n`);
  const status = await Promise.race([
    stopped.then(() => 0),
    ...(program.broken === undefined ? [] : [program.broken.then(() => 1)]),
  ]);
  await program.stop();
  if (process.connected === true) {
    process.disconnect();
  }
  return status;
}

/** Resolves at SIGTERM, SIGINT, or when the parent that started this process is gone. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
    process.once("disconnect", () => resolve());
  });
}
