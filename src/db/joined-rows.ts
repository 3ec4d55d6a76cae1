/**
 * Columns of many rows as one value each: what is only looked at byte by byte needs no row of its
 * own, and making rows costs more than reading them.
 *
 * @module
 */
import { dialectOf, type Knex } from "./open.ts";

export interface JoinedEntries {
  /** Rows that are as they should be; the others are left out. */
  readonly count: number;
  /** Bodies in order, a line feed between them. */
  readonly bodies: Uint8Array;
  /** Leaf hashes in order. */
  readonly leaves: Uint8Array;
}

/** Entries `first` to `last` - 1 of the log. */
export async function joinedEntries(db: Knex, first: number, last: number): Promise<JoinedEntries> {
  return dialectOf(db) === "sqlite"
    ? await fromSqlite(db, first, last)
    : await fromPostgres(db, first, last);
}

/** SQLite holds whatever somebody put into a column: only text and blobs of 32 bytes count. */
const SQLITE = `
  SELECT count(*) AS count, CAST(group_concat(body, char(10)) AS BLOB) AS bodies,
    CAST(group_concat(leaf_hash, '') AS BLOB) AS leaves
  FROM (SELECT body, leaf_hash FROM log_entries WHERE idx >= ? AND idx < ?
    AND typeof(body) = 'text' AND typeof(leaf_hash) = 'blob' AND length(leaf_hash) = 32
    ORDER BY idx)`;

async function fromSqlite(db: Knex, first: number, last: number): Promise<JoinedEntries> {
  const [row] = await db.raw(SQLITE, [first, last]);
  return { count: row.count, bodies: row.bodies ?? NONE, leaves: row.leaves ?? NONE };
}

const POSTGRES = `
  SELECT count(*) AS count, string_agg(body, E'\\n' ORDER BY idx) AS bodies,
    string_agg(leaf_hash, ''::bytea ORDER BY idx) AS leaves
  FROM log_entries WHERE idx >= ? AND idx < ? AND length(leaf_hash) = 32`;

async function fromPostgres(db: Knex, first: number, last: number): Promise<JoinedEntries> {
  const { rows } = await db.raw(POSTGRES, [first, last]);
  const [{ count, bodies, leaves }] = rows;
  return {
    count: Number(count),
    bodies: Buffer.from(bodies ?? "", "utf8"),
    leaves: leaves ?? NONE,
  };
}

/** Leaf hashes of entries `first` to `last` - 1, one behind the other. */
export async function joinedLeaves(db: Knex, first: number, last: number): Promise<Uint8Array> {
  if (dialectOf(db) === "sqlite") {
    const [row] = await db.raw(SQLITE_LEAVES, [first, last]);
    return row.leaves ?? NONE;
  }
  const { rows } = await db.raw(POSTGRES_LEAVES, [first, last]);
  return rows[0]?.leaves ?? NONE;
}

const SQLITE_LEAVES = `
  SELECT CAST(group_concat(leaf_hash, '') AS BLOB) AS leaves
  FROM (SELECT leaf_hash FROM log_entries WHERE idx >= ? AND idx < ? ORDER BY idx)`;

const POSTGRES_LEAVES = `
  SELECT string_agg(leaf_hash, ''::bytea ORDER BY idx) AS leaves
  FROM log_entries WHERE idx >= ? AND idx < ?`;

const NONE = new Uint8Array(0);
