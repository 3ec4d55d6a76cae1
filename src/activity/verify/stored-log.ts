/**
 * The log in the core's database, read in pages.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import type { LogProblem } from "./log-problem.ts";
import type { LogSource, StoredEntry } from "./verify.ts";

const PAGE = 2000;
/** A busy log has hundreds of leaf hashes in a row. */
const CHECKPOINT_PAGE = 500;

export function storedLog(db: Knex): LogSource {
  return {
    async *entries(first = 0, last = Number.MAX_SAFE_INTEGER) {
      const page = async (after: number): Promise<readonly StoredEntry[]> => {
        const rows: { idx: number; body: string; leaf_hash: unknown }[] = await db("log_entries")
          .where("idx", ">", after)
          .andWhere("idx", "<", last)
          .orderBy("idx")
          .limit(PAGE)
          .select("idx", "body", "leaf_hash");
        return rows.map(({ idx, body, leaf_hash }) => ({
          idx,
          body,
          leafHash: bytesOf(leaf_hash),
        }));
      };
      let next = page(first - 1);
      for (;;) {
        const rows = await next;
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) {
          yield rows;
          return;
        }
        // The database reads on while these are looked at.
        next = page(last.idx);
        next.catch(() => undefined);
        yield rows;
      }
    },
    async *checkpoints() {
      for (let after = -1; ; ) {
        const rows = await db("log_checkpoints")
          .where("size", ">", after)
          .orderBy("size")
          .limit(CHECKPOINT_PAGE)
          .select();
        for (const row of rows) {
          yield { size: row.size, note: String(row.note), leafHashes: bytesOf(row.leaf_hashes) };
        }
        if (rows.length < CHECKPOINT_PAGE) {
          return;
        }
        after = rows[rows.length - 1].size;
      }
    },
  };
}

/** SQLite holds whatever somebody put into a column; what is no blob is no hash. */
function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/**
 * The head row moves with the entries, in one transaction. Where they differ, entries that no
 * checkpoint covers yet were taken away or slipped in.
 */
export async function headRowProblems(db: Knex, size: number): Promise<LogProblem[]> {
  const [row] = await db("log_head").where({ id: 1 }).select("size");
  const counted = Number(row?.size ?? 0);
  const detail = `head row: counts ${counted} entries, ${size} are there`;
  return counted === size
    ? []
    : counted > size
      ? [{ index: size, code: "LOG_TRUNCATED", detail }]
      : [{ index: counted, code: "HEAD_CONFLICT", detail }];
}

/** Leaf hashes for a proof, as stored. */
export async function readLeafHashes(db: Knex, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await db("log_entries")
    .where("idx", ">=", from)
    .andWhere("idx", "<", to)
    .orderBy("idx")
    .select("leaf_hash");
  return rows.map((row) => row.leaf_hash);
}

/**
 * Every deployment has begun with an entry and a head: without them the database was emptied, or
 * set back together with its checkpoints, and would look whole.
 */
export function beginningProblems(size: number, head: string | null): LogProblem[] {
  const detail = "head store: the file is missing beside a log that has begun";
  const missing: LogProblem[] = head === null ? [{ index: 0, code: "HEAD_CONFLICT", detail }] : [];
  const empty = "the log is empty, and every deployment has begun with an entry";
  return size === 0 ? [{ index: 0, code: "LOG_TRUNCATED", detail: empty }, ...missing] : missing;
}
