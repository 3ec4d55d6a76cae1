/**
 * A thread of a verification: is sent runs, answers what it can vouch for.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadData } from "./crew.ts";
import type { Run, SoundRun } from "./run-reader.ts";
import type { StoredRun } from "./stored-thread.ts";

const data: ThreadData = workerData;

/** Each kind loads what it needs: the database's driver takes longer than a run. */
async function reader(): Promise<(run: Run & StoredRun) => Promise<SoundRun | null>> {
  if ("directory" in data) {
    const { runsOfFiles } = await import("./files-thread.ts");
    return runsOfFiles(data.directory);
  }
  const { openDatabase } = await import("../../../db/open.ts");
  const { runsOfDatabase } = await import("./stored-thread.ts");
  return runsOfDatabase(openDatabase(data.location), data.wanted);
}

const read = await reader();
let last: Promise<void> = Promise.resolve();

async function answer(run: Run & StoredRun): Promise<void> {
  // What fails here is read, and found to fail, by who walks the log.
  const sound = await read(run).catch(() => null);
  const transfer = sound === null ? [] : [sound.leaves.buffer, sound.roots.buffer];
  parentPort?.postMessage(sound, transfer as ArrayBuffer[]);
}

parentPort?.on("message", (run: Run & StoredRun) => {
  last = last.then(() => answer(run));
});
