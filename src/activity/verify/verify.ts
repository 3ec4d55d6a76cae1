/**
 * Verifies a whole log: every entry, every checkpoint, nothing taken on trust but the key.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import { canonicalJson } from "../entries/canonical.ts";
import type { Json } from "../entries/entry.ts";
import { parseMicroseconds } from "../entries/entry-text.ts";
import { leafHash } from "../hashing.ts";
import type { Tree } from "../tree/merkle.ts";
import type { VerifierKey } from "../tree/note.ts";
import { checkpointCursor, type StoredCheckpoint } from "./checkpoint-cursor.ts";
import { type LogProblem, MAX_PROBLEMS, type OutsideHead, type Report } from "./log-problem.ts";
import { createWalk, openOutside, same } from "./verify-walk.ts";

export interface StoredEntry {
  readonly idx: number;
  readonly body: string;
  readonly leafHash: Uint8Array;
}

/** Where a log is read from: a database, later a directory or a URL. */
export interface LogSource {
  entries(): AsyncIterable<StoredEntry>;
  /** In order of their sizes. */
  checkpoints(): AsyncIterable<StoredCheckpoint>;
}

/** Sees every entry in order, and may have problems of its own to report at the end. */
export interface EntryVisitor {
  visit(index: number, entry: { readonly [name: string]: Json }): void;
  finish(): Promise<readonly LogProblem[]>;
}

export interface Verification {
  readonly size: number;
  readonly tree: Tree;
  readonly lastAt: number;
  readonly checkpoint: Checkpoint | null;
  /** Leaf hashes above the last good checkpoint: written, not yet signed. */
  readonly unsigned: readonly Uint8Array[];
  readonly problems: readonly LogProblem[];
}

/** A hole this large is not walked: whatever follows it proves nothing. */
const MAX_GAP = 10_000;

export async function verifyLog(
  source: LogSource,
  key: VerifierKey,
  outside: readonly OutsideHead[] = [],
  visitors: readonly EntryVisitor[] = [],
  progress: (entries: number) => void = () => undefined,
): Promise<Verification> {
  const problems: LogProblem[] = [];
  const report: Report = (index, code, detail) => {
    if (problems.length < MAX_PROBLEMS) {
      problems.push({ index, code, detail });
    }
  };
  const walk = createWalk(
    await checkpointCursor(source.checkpoints(), key),
    openOutside(outside, key, report),
    report,
  );
  let lastAt = 0;
  const pruned = emptied();
  await walk.settle();
  for await (const row of source.entries()) {
    if (row.idx - walk.tree.size > MAX_GAP) {
      report(walk.tree.size, "ENTRY_MISSING", `entries up to ${row.idx} are missing`);
      break;
    }
    while (walk.tree.size < row.idx) {
      report(walk.tree.size, "ENTRY_MISSING", "there is no entry with this index");
      await walk.take(leafHash(""));
    }
    const isPruned = row.body === "";
    const leaf = isPruned ? row.leafHash : leafHash(row.body);
    if (isPruned) {
      pruned.add(row.idx);
    } else if (!same(row.leafHash, leaf)) {
      report(row.idx, "ENTRY_CHANGED", "the entry does not match its leaf hash");
    }
    const entry = isPruned ? null : parseEntry(row.body);
    if (isPruned) {
      // Its leaf hash is all that is left.
    } else if (entry === null) {
      report(row.idx, "ENTRY_MALFORMED", "not canonical JSON of an entry (RFC 8785)");
    } else {
      const at = parseMicroseconds(String(entry["at"]));
      if (!(at > lastAt)) {
        report(row.idx, "ENTRY_ORDER", "the time is not after that of the entry before");
      }
      lastAt = Number.isNaN(at) ? lastAt : Math.max(lastAt, at);
      pruned.visit(row.idx, entry);
      for (const visitor of visitors) {
        visitor.visit(row.idx, entry);
      }
    }
    await walk.take(leaf);
    if (walk.tree.size % 10_000 === 0) {
      progress(walk.tree.size);
    }
  }
  await walk.finish();
  const missing = pruned.missing();
  if (missing !== null) {
    report(missing, "ENTRY_MISSING", "the entry is empty, and no log.pruned says so");
  }
  for (const visitor of visitors) {
    for (const problem of await visitor.finish()) {
      report(problem.index, problem.code, problem.detail);
    }
  }
  problems.sort((a, b) => a.index - b.index);
  const { tree, checkpoint, unsigned } = walk;
  return { size: tree.size, tree, lastAt, checkpoint, unsigned, problems };
}

/** Empty entries, held at the end against what the log says was pruned. */
function emptied() {
  const ranges: [from: number, to: number][] = [];
  let below = 0;
  return {
    add(index: number) {
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === index) {
        last[1] = index + 1;
      } else {
        ranges.push([index, index + 1]);
      }
    },
    visit(_index: number, entry: { readonly [name: string]: Json }) {
      if (entry["action"] === "log.pruned" && entry["outcome"] === "ok") {
        below = Math.max(below, Number(entry["below"]));
      }
    },
    missing(): number | null {
      const range = ranges.find(([, to]) => to > below);
      return range === undefined ? null : Math.max(range[0], below);
    },
  };
}

function parseEntry(body: string): { readonly [name: string]: Json } | null {
  try {
    const entry = JSON.parse(body);
    return typeof entry === "object" && entry !== null && canonicalJson(entry) === body
      ? entry
      : null;
  } catch {
    return null;
  }
}
