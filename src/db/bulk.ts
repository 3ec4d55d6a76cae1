/**
 * Many rows in few statements, the same way on both databases.
 *
 * @module
 */
import type { Knex } from "./open.ts";

/** A value of one column; numbers stay below 2^53. */
export type Cell = string | number | Uint8Array | null;

/** SQLite's default limit is 32 766 variables, PostgreSQL's 65 535: stay below both. */
const MAX_VARIABLES = 30_000;

/** Inserts `rows` (each in the order of `columns`); `suffix` may say ON CONFLICT … . */
export async function insertRows(
  trx: Knex,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  suffix = "",
): Promise<void> {
  const perStatement = Math.floor(MAX_VARIABLES / columns.length);
  const one = `(${columns.map(() => "?").join(",")})`;
  for (let at = 0; at < rows.length; at += perStatement) {
    const part = rows.slice(at, at + perStatement);
    const sql = `INSERT INTO ${table} (${columns.join(",")}) VALUES ${part.map(() => one).join(",")} ${suffix}`;
    await trx.raw(sql, part.flat().map(binding));
  }
}

/** knex reads `undefined` as a mistake and passes Buffers through; both drivers take Buffers. */
function binding(cell: Cell): string | number | Buffer | null {
  return cell instanceof Uint8Array ? asBuffer(cell) : cell;
}

/** Views bytes as a Buffer without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
