/**
 * One sync of the disk for everybody who waits for one.
 *
 * @module
 */
import { open } from "node:fs/promises";

/** Makes a folder's names durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Wraps `work` so that callers share rounds of it: who comes while a round runs waits for the
 * next one, because the running one may have missed what he wrote.
 */
export function inRounds(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function start(): Promise<void> {
    next = null;
    const round = work().finally(() => {
      running = running === round ? null : running;
    });
    running = round;
    return round;
  }

  return () => {
    if (running === null) {
      return start();
    }
    next ??= running.then(start, start);
    return next;
  };
}
