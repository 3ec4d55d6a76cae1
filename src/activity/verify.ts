/**
 * Verifies a whole log: every entry, every checkpoint, nothing taken on trust but the key.
 *
 * Beside each checkpoint lie the leaf hashes since the one before. Where they add up to the signed
 * root they are the true ones, so an entry that was edited together with its leaf hash can still
 * be named; where somebody edited both copies, the first index after the last good checkpoint is
 * named instead.
 *
 * @module
 */
import type { Checkpoint } from "./activity.ts";
import { canonicalJson } from "./canonical.ts";
import type { Json } from "./entry.ts";
import { parseMicroseconds } from "./entry-text.ts";
import { createTree, leafHash, type Tree } from "./merkle.ts";
import { openCheckpoint, type SignedHead, type VerifierKey } from "./note.ts";

export type ProblemCode =
  | "ENTRY_MISSING"
  | "ENTRY_CHANGED"
  | "ENTRY_MALFORMED"
  | "ENTRY_ORDER"
  | "CHECKPOINT_SIGNATURE"
  | "CHECKPOINT_ROOT"
  | "LOG_TRUNCATED"
  | "HEAD_CONFLICT"
  | "METER_CHANGED"
  | "TOKEN_CHANGED";

export interface LogProblem {
  readonly index: number;
  readonly code: ProblemCode;
  readonly detail: string;
}

export interface StoredEntry {
  readonly idx: number;
  readonly body: string;
  readonly leafHash: Uint8Array;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly leafHashes: Uint8Array;
}

/** Where a log is read from: a database, later a directory or a URL. */
export interface LogSource {
  entries(): AsyncIterable<StoredEntry>;
  checkpoints(): Promise<readonly StoredCheckpoint[]>;
}

/** Sees every entry in order, and may have problems of its own to report at the end. */
export interface EntryVisitor {
  visit(index: number, entry: { readonly [name: string]: Json }): void;
  finish(): Promise<readonly LogProblem[]>;
}

/** A checkpoint kept outside: head store, an auditor's own, a witness's. */
export interface OutsideHead {
  readonly what: string;
  readonly note: string;
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

const MAX_PROBLEMS = 100;

export async function verifyLog(
  source: LogSource,
  key: VerifierKey,
  outside: readonly OutsideHead[] = [],
  visitors: readonly EntryVisitor[] = [],
  progress: (entries: number) => void = () => undefined,
): Promise<Verification> {
  const problems: LogProblem[] = [];
  const report = (index: number, code: ProblemCode, detail: string): void => {
    if (problems.length < MAX_PROBLEMS) {
      problems.push({ index, code, detail });
    }
  };

  const heads = await readCheckpoints(source, key, report);
  const kept = outside.flatMap(({ what, note }) => {
    const head = openCheckpoint(note, key);
    if (head === null) {
      report(0, "CHECKPOINT_SIGNATURE", `${what}: not a checkpoint signed by this log's key`);
      return [];
    }
    return [{ ...head, what }];
  });

  const tree = createTree();
  const copies = createTree();
  let unsigned: Uint8Array[] = [];
  let checkpoint: Checkpoint | null = null;
  let lastAt = 0;
  let next = 0;
  let lastGood = 0;

  const reachHeads = (): void => {
    const head = heads.bySize.get(tree.size);
    if (head !== undefined) {
      const root = Buffer.from(head.root);
      if (root.equals(tree.root())) {
        checkpoint = { size: head.size, root: head.root, note: head.note };
        unsigned = [];
        lastGood = head.size;
      } else if (!root.equals(copies.root())) {
        report(
          lastGood,
          "CHECKPOINT_ROOT",
          `entries before ${head.size} do not give the signed root`,
        );
      }
    }
    for (const { what, size, root } of kept) {
      // Where the copies give this root, the entry that was changed has been named.
      const signed = Buffer.from(root);
      if (size === tree.size && !signed.equals(tree.root()) && !signed.equals(copies.root())) {
        report(lastGood, "HEAD_CONFLICT", `${what}: another root at size ${size}`);
      }
    }
  };

  const take = (leaf: Uint8Array, index: number): void => {
    const copy = heads.leafAt(index);
    if (copy !== null && !Buffer.from(copy).equals(leaf)) {
      report(index, "ENTRY_CHANGED", "the entry is not the one that was signed");
    }
    tree.append(leaf);
    copies.append(copy ?? leaf);
    unsigned.push(leaf);
    reachHeads();
  };

  reachHeads();
  for await (const row of source.entries()) {
    if (row.idx < next) {
      report(row.idx, "ENTRY_ORDER", "the index occurs twice");
      continue;
    }
    for (; next < row.idx; next++) {
      report(next, "ENTRY_MISSING", "there is no entry with this index");
      tree.append(leafHash(""));
      copies.append(heads.leafAt(next) ?? leafHash(""));
      if (row.idx - next > MAX_PROBLEMS) {
        next = row.idx;
        break;
      }
    }
    const leaf = leafHash(row.body);
    if (!Buffer.from(row.leafHash).equals(leaf)) {
      report(row.idx, "ENTRY_CHANGED", "the entry does not match its leaf hash");
    }
    const entry = parseEntry(row.body);
    if (entry === null) {
      report(row.idx, "ENTRY_MALFORMED", "not canonical JSON of an entry (RFC 8785)");
    } else {
      const at = parseMicroseconds(String(entry["at"]));
      if (!(at > lastAt)) {
        report(row.idx, "ENTRY_ORDER", "the time is not after that of the entry before");
      }
      lastAt = Number.isNaN(at) ? lastAt : Math.max(lastAt, at);
      for (const visitor of visitors) {
        visitor.visit(row.idx, entry);
      }
    }
    next = row.idx + 1;
    take(leaf, row.idx);
    if (next % 10_000 === 0) {
      progress(next);
    }
  }
  for (const { size, what } of [...heads.list, ...kept]) {
    if (size > next) {
      report(next, "LOG_TRUNCATED", `${what}: signed ${size} entries, ${next} are there`);
      break;
    }
  }
  for (const visitor of visitors) {
    for (const problem of await visitor.finish()) {
      report(problem.index, problem.code, problem.detail);
    }
  }
  problems.sort((a, b) => a.index - b.index);
  return { size: next, tree, lastAt, checkpoint, unsigned, problems };
}

interface Heads {
  readonly list: readonly (SignedHead & { readonly note: string; readonly what: string })[];
  readonly bySize: ReadonlyMap<number, SignedHead & { readonly note: string }>;
  /** The copy of one leaf hash that lies beside a checkpoint. */
  leafAt(index: number): Uint8Array | null;
}

async function readCheckpoints(
  source: LogSource,
  key: VerifierKey,
  report: (index: number, code: ProblemCode, detail: string) => void,
): Promise<Heads> {
  const list: (SignedHead & { note: string; what: string })[] = [];
  const chunks: { from: number; bytes: Uint8Array }[] = [];
  let from = 0;
  for (const stored of await source.checkpoints()) {
    const head = openCheckpoint(stored.note, key);
    if (head === null || head.size !== stored.size) {
      report(from, "CHECKPOINT_SIGNATURE", `the checkpoint of size ${stored.size} is not signed`);
      continue;
    }
    list.push({ ...head, note: stored.note, what: "checkpoint" });
    if (stored.leafHashes.length === (head.size - from) * 32) {
      chunks.push({ from, bytes: stored.leafHashes });
    }
    from = head.size;
  }
  let current = 0;
  return {
    list,
    bySize: new Map(list.map((head) => [head.size, head])),
    leafAt(index) {
      // Entries come in order, so the chunk at hand or a later one holds it.
      while (current < chunks.length && endOf(chunks[current]!) <= index) {
        current++;
      }
      const chunk = chunks[current];
      const at = chunk === undefined ? -1 : (index - chunk.from) * 32;
      return chunk === undefined || at < 0 ? null : chunk.bytes.subarray(at, at + 32);
    },
  };
}

function endOf(chunk: { from: number; bytes: Uint8Array }): number {
  return chunk.from + chunk.bytes.length / 32;
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
