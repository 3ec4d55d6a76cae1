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
import { createEntryChecks, type EntryChecks, type EntryVisitor } from "./entry-checks.ts";
import { createEntryReader } from "./entry-reader.ts";
import { createFindings, type LogProblem, type OutsideHead, type Report } from "./log-problem.ts";
import { createPruning, type Pruning } from "./pruned.ts";
import { createWalk, openOutside, same, type Walk } from "./verify-walk.ts";

export type { EntryVisitor } from "./entry-checks.ts";

export interface StoredEntry {
  readonly idx: number;
  /** Text; bytes where somebody wrote such into the table. Empty when pruned. */
  readonly body: string | Uint8Array;
  readonly leafHash: Uint8Array;
}

/** Where a log is read from. */
export interface LogSource {
  /** In order of their indices, from 0, in pages. */
  entries(): AsyncIterable<readonly StoredEntry[]>;
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
  readonly problems: readonly LogProblem[];
}

/** A hole this large is not walked: whatever follows it proves nothing. */
const MAX_GAP = 10_000;

export interface VerifyOptions {
  readonly outside?: readonly OutsideHead[];
  readonly visitors?: readonly EntryVisitor[];
  readonly progress?: (entries: number) => void;
  /** Told of every hash of a tile of level 1 and above, in order by level. */
  readonly completed?: (level: number, hash: Uint8Array) => void;
}

export async function verifyLog(
  source: LogSource,
  key: VerifierKey,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { outside = [], visitors = [], progress, completed } = options;
  const { report, list } = createFindings();
  const kept = openOutside(outside, key, report);
  const cursor = await checkpointCursor(source.checkpoints(), key);
  const walk = createWalk(cursor, kept, report, completed);
  const pruning = createPruning();
  const checks = createEntryChecks(visitors, pruning, report);
  await walk.settle();
  await walkEntries(source, walk, { checks, pruning, report, progress });
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
  return { size: tree.size, tree, lastAt, checkpoint, unsigned, pruned, problems: list() };
}

interface Looking {
  readonly checks: EntryChecks;
  readonly pruning: Pruning;
  readonly report: Report;
  readonly progress: VerifyOptions["progress"] | undefined;
}

async function walkEntries(source: LogSource, walk: Walk, looking: Looking): Promise<void> {
  const { checks, pruning, report, progress } = looking;
  const reader = createEntryReader();
  for await (const page of source.entries()) {
    for (const row of page) {
      if (row.idx - walk.tree.size > MAX_GAP) {
        report(walk.tree.size, "ENTRY_MISSING", `entries up to ${row.idx} are missing`);
        return;
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
}
