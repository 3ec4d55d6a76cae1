/**
 * Verifies a whole log: every entry, every checkpoint, nothing taken on trust but the key.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import { leafHash } from "../hashing.ts";
import type { Tree } from "../tree/merkle.ts";
import type { VerifierKey } from "../tree/note.ts";
import { checkpointCursor, type StoredCheckpoint } from "./checkpoint-cursor.ts";
import { createEntryChecks, type EntryChecks, type EntryVisitor } from "./entry/entry-checks.ts";
import { createEntryReader } from "./entry/entry-reader.ts";
import { inOrder } from "./files/log-files.ts";
import { createFindings, type LogProblem, type OutsideHead, type Report } from "./log-problem.ts";
import { createPruning, type Pruning } from "./pruned.ts";
import type { Ahead } from "./threads/ahead.ts";
import type { StoredRun } from "./threads/stored-thread.ts";
import { createWalk, openOutside, same, type Walk } from "./verify-walk.ts";

export type { EntryVisitor } from "./entry/entry-checks.ts";

export interface StoredEntry {
  readonly idx: number;
  /** Text; bytes where somebody wrote such into the table. Empty when pruned. */
  readonly body: string | Uint8Array;
  readonly leafHash: Uint8Array;
}

/** Where a log is read from. */
export interface LogSource {
  /** In order of their indices, in pages: from `first` to before `last`, if these are given. */
  entries(first?: number, last?: number): AsyncIterable<readonly StoredEntry[]>;
  /** In order of their sizes. */
  checkpoints(): AsyncIterable<StoredCheckpoint>;
}

export interface Verification {
  readonly size: number;
  readonly tree: Tree;
  readonly lastAt: number;
  readonly checkpoint: Checkpoint | null;
  /** Leaf hashes above the last good checkpoint: written, not yet signed. */
  readonly unsigned: readonly Uint8Array[];
  /** Entries before this index are gone, as the log itself says. */
  readonly pruned: number;
  /** Segments of the index that are those of their entries: first and last. */
  readonly indexed: ReadonlyMap<number, number>;
  readonly problems: readonly LogProblem[];
}

/** A hole this large is not walked: whatever follows it proves nothing. */
const MAX_GAP = 10_000;

export interface VerifyOptions {
  readonly outside?: readonly OutsideHead[];
  readonly visitors?: readonly EntryVisitor[];
  readonly progress?: (entries: number) => void;
  /** What threads read ahead; the walk reads the rest, and all that they say nothing of. */
  readonly ahead?: Ahead | null;
  /** Told of every hash of a tile of level 1 and above, in order by level. */
  readonly completed?: (level: number, hash: Uint8Array) => void;
}

export async function verifyLog(
  source: LogSource,
  key: VerifierKey,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { outside = [], visitors = [], progress, completed, ahead = null } = options;
  const { report, list } = createFindings();
  const kept = openOutside(outside, key, report);
  const cursor = await checkpointCursor(source.checkpoints(), key);
  const walk = createWalk(cursor, kept, report, completed);
  const pruning = createPruning();
  const checks = createEntryChecks(visitors, pruning, report);
  await walk.settle();
  const looking = { checks, pruning, report, progress };
  const indexed = new Map<number, number>();
  if (ahead === null || (await walkRuns(source, walk, looking, ahead, indexed))) {
    await walkEntries(source.entries(walk.tree.size), walk, looking);
  }
  await walk.finish();
  pruning.finish(report);
  for (const visitor of visitors) {
    for (const problem of await visitor.finish()) {
      report(problem.index, problem.code, problem.detail);
    }
  }
  const { tree, checkpoint, unsigned } = walk;
  const { lastAt } = checks;
  const pruned = pruning.below;
  const problems = list();
  return { size: tree.size, tree, lastAt, checkpoint, unsigned, pruned, indexed, problems };
}

interface Looking {
  readonly checks: EntryChecks;
  readonly pruning: Pruning;
  readonly report: Report;
  readonly progress: VerifyOptions["progress"] | undefined;
}

/** False: the walk has ended. */
async function walkRuns(
  source: LogSource,
  walk: Walk,
  looking: Looking,
  { runs, crew }: Ahead,
  indexed: Map<number, number>,
): Promise<boolean> {
  const read = async (run: StoredRun) => ({ run, sound: await crew.read(run) });
  for await (const { run, sound } of inOrder(runs, read, crew.ahead)) {
    if (sound !== null && walk.tree.size === run.first && looking.checks.pass(sound)) {
      await walk.takeRun(sound.leaves, sound.roots);
      if (sound.isIndexed) {
        indexed.set(run.first, run.last);
      }
      looking.progress?.(walk.tree.size);
    } else if (!(await walkEntries(source.entries(run.first, run.last), walk, looking))) {
      return false;
    }
  }
  return true;
}

/** False: the walk has ended. */
async function walkEntries(
  pages: ReturnType<LogSource["entries"]>,
  walk: Walk,
  looking: Looking,
): Promise<boolean> {
  const { checks, pruning, report, progress } = looking;
  const reader = createEntryReader();
  for await (const page of pages) {
    for (const row of page) {
      if (row.idx - walk.tree.size > MAX_GAP) {
        report(walk.tree.size, "ENTRY_MISSING", `entries up to ${row.idx} are missing`);
        return false;
      }
      while (walk.tree.size < row.idx) {
        report(walk.tree.size, "ENTRY_MISSING", "there is no entry with this index");
        await walk.take(leafHash(""));
      }
      let leaf = row.leafHash;
      if (row.body.length === 0) {
        pruning.miss(row.idx, row.idx + 1);
      } else {
        leaf = reader.read(row.body);
        if (!same(row.leafHash, leaf)) {
          report(row.idx, "ENTRY_CHANGED", "the entry does not match its leaf hash");
        }
        checks.check(row.idx, reader);
      }
      const settled = walk.take(leaf);
      if (settled !== null) {
        await settled;
      }
    }
    progress?.(walk.tree.size);
  }
  return true;
}
