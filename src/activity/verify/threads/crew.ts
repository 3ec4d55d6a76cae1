/**
 * Threads that read runs of entries ahead of the walk.
 *
 * A thread only ever says that a run is sound. Whatever else there is, a thread that failed
 * included, is looked at by the walk itself, so that the verdict on a log does not depend on how
 * many threads read it.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { DatabaseLocation } from "../../../db/open.ts";
import type { SoundRun, Wanted } from "./run-reader.ts";

/** Where a thread reads. */
export type ThreadData =
  | { readonly directory: string }
  | { readonly location: DatabaseLocation; readonly wanted: Wanted };

export interface Crew<R, S extends SoundRun> {
  /** Runs that are worth asking for ahead. */
  readonly ahead: number;
  /** Null: nothing can be said of this run here. */
  read(run: R): Promise<S | null>;
  close(): Promise<void>;
}

/** Below so many entries the threads' own start costs more than they save. */
const LEAST = 20_000;
/** More would wait for the walk. */
const MOST_THREADS = 8;

export function openCrew<R, S extends SoundRun>(
  data: ThreadData,
  count: number = Math.min(MOST_THREADS, availableParallelism()),
): Crew<R, S> {
  const threads = Array.from({ length: count }, () => openThread<R, S>(data));
  return {
    ahead: count * 3,
    read(run) {
      const [idlest] = threads.toSorted((a, b) => a.waiting - b.waiting);
      return idlest?.read(run) ?? Promise.resolve(null);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** Null where the entries are too few for it. */
export function crewFor<R, S extends SoundRun>(
  entries: number,
  data: ThreadData,
): Crew<R, S> | null {
  return entries < LEAST ? null : openCrew(data);
}

function openThread<R, S>(data: ThreadData) {
  const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: data });
  const waiting: ((sound: S | null) => void)[] = [];
  let isGone = false;
  worker.on("message", (sound: S | null) => {
    waiting.shift()?.(sound);
    if (waiting.length === 0) {
      worker.unref();
    }
  });
  const end = () => {
    isGone = true;
    for (const answer of waiting.splice(0)) {
      answer(null);
    }
  };
  worker.on("error", end);
  worker.on("exit", end);
  // A walk that was given up must not keep the process.
  worker.unref();
  return {
    get waiting() {
      return isGone ? Number.POSITIVE_INFINITY : waiting.length;
    },
    read(run: R): Promise<S | null> {
      return isGone
        ? Promise.resolve(null)
        : new Promise((resolve) => {
            waiting.push(resolve);
            worker.ref();
            worker.postMessage(run);
          });
    },
    async close(): Promise<void> {
      await worker.terminate();
    },
  };
}
