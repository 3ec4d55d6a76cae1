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
  await stopped;
  await program.stop();
  if (process.connected === true) {
    process.disconnect();
  }
  return 0;
}

/** Resolves at SIGTERM, SIGINT, or when the parent that started this process is gone. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
    process.once("disconnect", () => resolve());
  });
}
