/**
 * What a witness remembers: per log, the one checkpoint that it has cosigned last.
 *
 * The record moves by compare-and-swap: one UPDATE that names the size and root it was checked
 * against, durable before anything is answered. Of two requests that were checked against the same
 * record one moves it and the other finds it moved; a crash leaves the old record or the new one.
 *
 * @module
 */
import { type Knex, openDatabase } from "../db/open.ts";

/** One log as the witness knows it. */
export interface WitnessedLog {
  readonly origin: string;
  readonly vkey: string;
  /** 0 before the first checkpoint. */
  readonly size: number;
  /** Root of that size, base64. */
  readonly root: string;
  /** The log's checkpoint with our cosignature; null when there is none of this size. */
  readonly note: string | null;
  /** RFC 3339; when the record moved last. */
  readonly seenAt: string | null;
}

/** Why a checkpoint was kept: it contradicts the record, or the auditor has moved the record. */
export type EvidenceKind = "root" | "proof" | "accepted";

export interface Evidence {
  readonly origin: string;
  readonly kind: EvidenceKind;
  /** The checkpoint, signed by the log. */
  readonly note: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface WitnessStore {
  log(origin: string): Promise<WitnessedLog | null>;
  /** By SHA-256 of the origin, hex. */
  logByHash(hash: string): Promise<WitnessedLog | null>;
  logs(): Promise<(WitnessedLog & { readonly evidence: number })[]>;
  /** Answers false when the origin is known already. */
  add(log: WitnessedLog & { readonly hash: string }): Promise<boolean>;
  /** Moves the record from `before` to `after`; false when it is not at `before` any more. */
  move(before: WitnessedLog, after: Omit<WitnessedLog, "origin" | "vkey">): Promise<boolean>;
  /** What was kept as evidence, oldest first. */
  evidence(): Promise<Evidence[]>;
  keep(origin: string, kind: EvidenceKind, note: string, at: string): Promise<void>;
  close(): Promise<void>;
}

/** Anybody can send checkpoints of a known log with a wrong proof: this many are kept of a kind. */
const MAX_EVIDENCE = 100;

/** Opens the store; makes its tables when they are not there. */
export async function openWitnessStore(file: string): Promise<WitnessStore> {
  const db = openDatabase({ file });
  await createTables(db);
  const select = () =>
    db("logs").select("origin", "vkey", "size", "root", "note", { seenAt: "seen_at" });

  return {
    log: async (origin) => (await select().where({ origin }).first()) ?? null,
    logByHash: async (hash) => (await select().where({ hash }).first()) ?? null,
    logs: async () =>
      await select()
        .select(db("evidence").count("*").whereRaw("evidence.origin = logs.origin").as("evidence"))
        .orderBy("origin"),
    async add({ origin, hash, vkey, size, root, note, seenAt }) {
      const row = { origin, hash, vkey, size, root, note, seen_at: seenAt };
      const [added] = await db("logs").insert(row).onConflict("origin").ignore().returning("size");
      return added !== undefined;
    },
    async move({ origin, size, root }, after) {
      const { seenAt, ...rest } = after;
      const moved = await db("logs")
        .where({ origin, size, root })
        .update({ ...rest, seen_at: seenAt });
      return moved === 1;
    },
    evidence: async () => await db("evidence").orderBy("id").select("origin", "kind", "note", "at"),
    async keep(origin, kind, note, at) {
      // One statement, so that requests at the same time do not pass the limit together.
      const limit = kind === "accepted" ? Number.MAX_SAFE_INTEGER : MAX_EVIDENCE;
      await db.raw(
        `INSERT INTO evidence (origin, kind, note, at) SELECT ?, ?, ?, ?
         WHERE (SELECT COUNT(*) FROM evidence WHERE origin = ? AND kind = ?) < ?`,
        [origin, kind, note, at, origin, kind, limit],
      );
    },
    close: () => db.destroy(),
  };
}

async function createTables(db: Knex): Promise<void> {
  await db.raw(
    `CREATE TABLE IF NOT EXISTS logs (
      origin TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, vkey TEXT NOT NULL,
      size INTEGER NOT NULL, root TEXT NOT NULL, note TEXT, seen_at TEXT)`,
  );
  await db.raw(
    `CREATE TABLE IF NOT EXISTS evidence (
      id INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL,
      at TEXT NOT NULL)`,
  );
}
