/**
 * What the filters show, as a file: CSV for a spreadsheet, JSON with a proof for each entry.
 *
 * Proofs are made here, from tiles, for one head; each is checked before it is written, so the
 * file says nothing that was not signed.
 *
 * @module
 */
import { toBase64 } from "../../../activity/tree/base64.ts";
import { utf8 } from "../../../activity/tree/note.ts";
import { sameBytes } from "../../../activity/tree/primitives.ts";
import { formatProofFile } from "../../../activity/tree/proof-file.ts";
import { canonicalJson } from "../../../handover/protocol/canonical.ts";
import type { LogItem } from "../contract.ts";
import { csvOf } from "../csv.ts";
import type { Filters } from "../place.ts";
import type { Client } from "./client.ts";
import type { CheckedHead } from "./head.ts";
import type { LogQueries } from "./log-queries.ts";
import type { Names } from "./names.ts";
import { MERKLE } from "./primitives.ts";
import { tilesFrom } from "./tiles.ts";

/** More entries than this are saved without proofs. */
export const MAX_PROOFS = 1000;
/** What a browser's memory takes with ease. */
const MAX_ENTRIES = 100_000;
const PAGE = 1000;

export interface ExportRequest {
  readonly form: "csv" | "json";
  readonly filters: Filters;
  readonly names: Names;
  readonly head: CheckedHead;
  readonly onProgress: (read: number) => void;
  readonly signal: AbortSignal;
}

export interface Exported {
  readonly file: Blob;
  readonly fileName: string;
  readonly entries: number;
  readonly hasProofs: boolean;
  /** There are older entries that fit. */
  readonly isCut: boolean;
}

/** Null when it was stopped; false when an entry is not the one that was signed. */
export async function exportEntries(
  { client, queries }: { client: Client; queries: LogQueries },
  request: ExportRequest,
): Promise<Exported | null | false> {
  const { form, filters, head, names, signal } = request;
  const read = await readAll(queries, request);
  if (read === null) {
    return null;
  }
  const { items, isCut } = read;
  const stamp = head.at.slice(0, 10);
  if (form === "csv") {
    const file = new Blob([csvOf(items, names)], { type: "text/csv;charset=utf-8" });
    const fileName = `activity-${stamp}.csv`;
    return { file, fileName, entries: items.length, hasProofs: false, isCut };
  }
  const hasProofs = items.length <= MAX_PROOFS;
  const proved = hasProofs ? await prove(client, head, items, signal) : items;
  if (proved === null || proved === false) {
    return proved;
  }
  const document_ = {
    format: "meterseal-activity",
    version: 1,
    filters,
    size: head.size,
    checkpoint: head.note,
    vkey: head.vkey,
    complete: !isCut,
    entries: proved,
  };
  const text = `${JSON.stringify(document_, null, 2)}\n`;
  return {
    file: new Blob([text], { type: "application/json" }),
    fileName: `activity-${stamp}.json`,
    entries: items.length,
    hasProofs,
    isCut,
  };
}

/** All that fits and is under the checked head, newest first. */
async function readAll(
  queries: LogQueries,
  { filters, head, onProgress, signal }: ExportRequest,
): Promise<{ items: LogItem[]; isCut: boolean } | null> {
  const items: LogItem[] = [];
  let before: number | null = head.size;
  while (before !== null && items.length < MAX_ENTRIES) {
    const page = await queries.list(filters, before, PAGE);
    if (signal.aborted) {
      return null;
    }
    items.push(...page.items);
    before = page.next;
    onProgress(items.length);
  }
  return { items, isCut: before !== null };
}

async function prove(
  client: Client,
  head: CheckedHead,
  items: readonly LogItem[],
  signal: AbortSignal,
): Promise<object[] | null | false> {
  const tiles = tilesFrom(client, head.size);
  const proved: object[] = [];
  for (const { index, entry } of items) {
    if (signal.aborted) {
      return null;
    }
    const bytes = utf8(canonicalJson(entry));
    const path = await tiles.inclusionProof(index);
    const root = MERKLE.rootFromInclusion(MERKLE.leafHash(bytes), index, head.size, path);
    if (root === null || !sameBytes(root, head.root)) {
      return false;
    }
    const proof = formatProofFile({ entry: bytes, index, path, checkpoint: head.note });
    proved.push({ index, entry, leafHash: toBase64(MERKLE.leafHash(bytes)), proof });
  }
  return proved;
}
