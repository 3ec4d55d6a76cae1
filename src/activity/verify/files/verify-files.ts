/**
 * Verifies a log from its files: a directory or a URL in the C2SP tlog-tiles layout.
 *
 * `docs/log-format.md`, "Of a directory or URL", says what counts as which problem. Entries and
 * tiles are two copies of the log; where only one of them gives the signed root, the other is named.
 *
 * @module
 */
import { emptyRoot, openCheckpoint } from "../../hashing.ts";
import type { VerifierKey } from "../../tree/note.ts";
import { sameBytes } from "../../tree/primitives.ts";
import { createEntryChecks } from "../entry/entry-checks.ts";
import { createFindings, type LogProblem, type OutsideHead, type Report } from "../log-problem.ts";
import { createPruning } from "../pruned.ts";
import type { Crew } from "../threads/crew.ts";
import type { Run, SoundRun } from "../threads/run-reader.ts";
import { openOutside } from "../verify-walk.ts";
import { type LogFiles, MAX_NOTE } from "./log-files.ts";
import { differsAbove, type TileDifference } from "./upper-tiles.ts";
import { type FileWalk, walkFiles } from "./walk-files.ts";

export interface FilesVerification {
  /** What the checkpoint says; 0 and null when it does not open. */
  readonly size: number;
  readonly root: Uint8Array | null;
  readonly problems: readonly LogProblem[];
}

export interface FilesOptions {
  readonly outside?: readonly OutsideHead[];
  readonly progress?: (entries: number, size: number) => void;
  /** Threads to read the files with, if there are as many entries. */
  readonly crew?: (size: number) => Crew<Run, SoundRun> | null;
}

/** @throws {@link LogFilesError} when the files cannot be had. */
export async function verifyFiles(
  files: LogFiles,
  key: VerifierKey,
  { outside = [], progress, crew: openFor }: FilesOptions = {},
): Promise<FilesVerification> {
  const { report, list } = createFindings();
  const note = await files.read("checkpoint", MAX_NOTE);
  const head = note === null ? null : openCheckpoint(Buffer.from(note).toString("utf8"), key);
  if (head === null) {
    report(0, "CHECKPOINT_SIGNATURE", "checkpoint: not one signed by this log's key");
    return { size: 0, root: null, problems: list() };
  }
  const { size, root } = head;
  const kept = openOutside(outside, key, report);
  const roots = new Map<number, Uint8Array>([[0, emptyRoot]]);
  const pruning = createPruning();
  const crew = openFor?.(size) ?? null;
  const walk = await walkFiles(files, size, {
    crew,
    checks: createEntryChecks([], pruning, report),
    pruning,
    heads: new Set(kept.map((one) => one.size)),
    atHead: (at, found) => roots.set(at, found),
    progress: (at) => progress?.(at, size),
  }).finally(() => crew?.close());
  await judge(files, walk, { size, root }, report);
  pruning.finish(report);
  for (const { what, size: keptSize, root: keptRoot } of kept) {
    if (keptSize > size) {
      report(size, "LOG_TRUNCATED", `${what}: signed ${keptSize} entries, ${size} are there`);
    } else if (!isRoot(keptRoot, roots.get(keptSize) ?? null)) {
      report(0, "HEAD_CONFLICT", `${what}: another root at size ${keptSize}`);
    }
  }
  return { size, root, problems: list() };
}

/** Says which of the two copies is the signed one, and where the other differs. */
async function judge(
  files: LogFiles,
  walk: FileWalk,
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  report: Report,
): Promise<void> {
  const reportTiles = (differences: Iterable<TileDifference>) => {
    for (const { index, level } of differences) {
      report(index, "TILE_CHANGED", `level ${level}: not the hash that the entries give`);
    }
  };
  if (walk.malformed.length === 0 && isRoot(root, walk.entries.root())) {
    reportTiles([...walk.differing, ...walk.untiled].map((index) => ({ index, level: 0 })));
    reportTiles(await differsAbove(files, size, walk.entries));
    return;
  }
  const above = await differsAbove(files, size, walk.tiles);
  if (isRoot(root, walk.tiles.root())) {
    for (const index of walk.differing) {
      report(index, "ENTRY_CHANGED", "the entry is not the one that was signed");
    }
    for (const index of walk.malformed) {
      report(index, "ENTRY_MISSING", "its bundle is not one of whole entries");
    }
    reportTiles(above);
    return;
  }
  const suspects = [walk.differing, walk.untiled, walk.malformed, above.map(({ index }) => index)];
  const least = Math.min(...suspects.flatMap((indices) => indices.slice(0, 1)));
  const index = Number.isFinite(least) ? least : 0;
  report(
    index,
    "CHECKPOINT_ROOT",
    `neither entries nor tiles give the signed root of size ${size}`,
  );
}

function isRoot(signed: Uint8Array, found: Uint8Array | null): boolean {
  return found !== null && sameBytes(signed, found);
}
