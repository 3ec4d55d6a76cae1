/**
 * Cuts the write-ahead log after something was erased.
 *
 * `secure_delete` overwrites what a commit erases, in the file and in the log's newest pages; the
 * older pages of the log still hold it until a checkpoint has cut the log to nothing. What is to
 * be cut is remembered per open database, and a database that was just opened counts as not cut,
 * because a crash may have come between an erasure and its cut. A server's log is the server's.
 *
 * @module
 */
import { dialectOf, type Knex } from "./open.ts";

interface Wal {
  isDirty: boolean;
  cutting: Promise<void> | null;
}

/** By the pool's settings: one object, which a transaction has in common with its database. */
const wals = new WeakMap<object, Wal>();

/** Notes, in the transaction or after it, that it erases something. */
export function noteErasure(db: Knex): void {
  walOf(db).isDirty = true;
}

/**
 * Cuts the log if something was erased since the last cut; several callers share one cut. Never
 * throws: what does not succeed, because somebody reads, is left for the next call.
 */
export async function cutWal(db: Knex): Promise<void> {
  const wal = walOf(db);
  if (dialectOf(db) !== "sqlite" || !wal.isDirty) {
    return;
  }
  wal.cutting ??= truncate(db, wal)
    .catch(() => noteErasure(db))
    .finally(() => {
      wal.cutting = null;
    });
  await wal.cutting;
}

function walOf(db: Knex): Wal {
  const key: object = db.client.config;
  const known = wals.get(key) ?? { isDirty: true, cutting: null };
  wals.set(key, known);
  return known;
}

async function truncate(db: Knex, wal: Wal): Promise<void> {
  const connection = await db.client.acquireConnection();
  const run = (sql: string): Promise<Record<string, number>[]> =>
    new Promise((resolve, reject) => {
      db.raw(sql).connection(connection).then(resolve, reject);
    });
  try {
    // The only connection is ours now, so no transaction of this process is half-way.
    wal.isDirty = false;
    const [was] = await run("PRAGMA busy_timeout");
    // Waiting for a reader here would keep every writer waiting.
    await run("PRAGMA busy_timeout = 0");
    try {
      const [cut] = await run("PRAGMA wal_checkpoint(TRUNCATE)");
      wal.isDirty ||= cut?.["busy"] !== 0;
    } finally {
      await run(`PRAGMA busy_timeout = ${was?.["timeout"] ?? 5000}`);
    }
  } finally {
    await db.client.releaseConnection(connection);
  }
}
