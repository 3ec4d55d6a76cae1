/**
 * Random damage to the tables of a log and the files beside them, by class of bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Knex } from "../../src/db/open.ts";
import { type Dice, damaged } from "./corrupt.ts";

/** Damage to a database and the files beside it; answers what was done. */
type Damage = (db: Knex, folder: string, roll: Dice) => Promise<string>;

const ENTRY = ["log_entries", ["idx"]] as const;
const CHECKPOINT = ["log_checkpoints", ["size"]] as const;
const SUBTREE = ["log_subtrees", ["level", "idx"]] as const;
const SEGMENT = ["log_segments", ["first"]] as const;
const INDEX = ["log_index", ["term", "segment"]] as const;
type Table = typeof ENTRY | typeof CHECKPOINT | typeof SUBTREE | typeof SEGMENT | typeof INDEX;

/** By class of bytes: entry, checkpoint, head store, tiles and index. */
export const DATA_DAMAGE: readonly (readonly [string, Damage])[] = [
  ["entry", bytesOf(ENTRY, "body")],
  ["entry", bytesOf(ENTRY, "leaf_hash")],
  ["entry", rewritten],
  ["entry", emptied],
  ["entry", exchanged(ENTRY, "body")],
  ["entry", exchanged(ENTRY, "leaf_hash")],
  ["entry", deleted(ENTRY)],
  ["entry", tailCut],
  ["entry", doubled],
  ["checkpoint", bytesOf(CHECKPOINT, "note")],
  ["checkpoint", bytesOf(CHECKPOINT, "leaf_hashes")],
  ["checkpoint", exchanged(CHECKPOINT, "note")],
  ["checkpoint", exchanged(CHECKPOINT, "leaf_hashes")],
  ["checkpoint", numberOf(CHECKPOINT, "size")],
  ["checkpoint", deleted(CHECKPOINT)],
  ["head", headRow],
  ["head", bytesOfFile("log.head")],
  ["head", bytesOfFile("log.vkey")],
  ["head", headGone],
  ["head", headFromCheckpoint],
  ["tile", bytesOf(SUBTREE, "hash")],
  ["tile", exchanged(SUBTREE, "hash")],
  ["tile", numberOf(SUBTREE, "idx")],
  ["tile", numberOf(SUBTREE, "level")],
  ["tile", deleted(SUBTREE)],
  ["index", bytesOf(SEGMENT, "times")],
  ["index", exchanged(SEGMENT, "times")],
  ["index", numberOf(SEGMENT, "first")],
  ["index", numberOf(SEGMENT, "last")],
  ["index", deleted(SEGMENT)],
  ["index", bytesOf(INDEX, "term")],
  ["index", bytesOf(INDEX, "postings")],
  ["index", exchanged(INDEX, "postings")],
  ["index", numberOf(INDEX, "segment")],
  ["index", deleted(INDEX)],
];

const TEXTS = ["body", "note", "term"];

/** A row of a table, and where to find it again. */
async function someRow(db: Knex, [table, keys]: Table, roll: Dice) {
  const [{ count } = { count: 0 }] = await db(table).count({ count: "*" });
  const [row] = await db(table)
    .orderBy([...keys])
    .offset(roll(Number(count)))
    .limit(1);
  const where = Object.fromEntries(keys.map((key) => [key, row[key]]));
  return { table, row, where, name: `${table} ${JSON.stringify(where)}` };
}

function bytesOf(of: Table, column: string): Damage {
  return async (db, _folder, roll) => {
    const { table, row, where, name } = await someRow(db, of, roll);
    const bytes = damaged(Buffer.from(row[column]), roll);
    const value = TEXTS.includes(column) ? db.raw("CAST(? AS TEXT)", [bytes]) : bytes;
    // A damaged name may be that of another row, which is lost then.
    const { sql, bindings } = db(table)
      .where(where)
      .update({ [column]: value })
      .toSQL();
    await db.raw(sql.replace(/^update /, "update or replace "), [...bindings]);
    return `${name}: ${column} damaged`;
  };
}

function exchanged(of: Table, column: string): Damage {
  return async (db, _folder, roll) => {
    const { table, row, where, name } = await someRow(db, of, roll);
    const other = await someRow(db, of, roll);
    await db(table)
      .where(where)
      .update({ [column]: other.row[column] });
    await db(table)
      .where(other.where)
      .update({ [column]: row[column] });
    return `${name}: ${column} exchanged with ${other.name}`;
  };
}

function numberOf(of: Table, column: string): Damage {
  return async (db, _folder, roll) => {
    const { table, row, where, name } = await someRow(db, of, roll);
    const value = roll(2) === 0 ? row[column] + roll(5) - 2 : roll(2000);
    const taken = await db(table).where({ ...where, [column]: value });
    if (taken.length === 0) {
      await db(table)
        .where(where)
        .update({ [column]: value });
    }
    return `${name}: ${column} set to ${value}`;
  };
}

function deleted(of: Table): Damage {
  return async (db, _folder, roll) => {
    const { table, where, name } = await someRow(db, of, roll);
    await db(table).where(where).delete();
    return `${name}: deleted`;
  };
}

/** The body and its leaf hash, as somebody does who knows how. */
async function rewritten(db: Knex, _folder: string, roll: Dice): Promise<string> {
  const { row, where, name } = await someRow(db, ENTRY, roll);
  // Bytes that are no UTF-8 have no one text, so the hash is that of a text.
  const body = damaged(Buffer.from(row.body), roll).toString();
  const leaf_hash = createHash("sha256").update(`\0${body}`).digest();
  await db("log_entries").where(where).update({ body, leaf_hash });
  return `${name}: rewritten with its hash`;
}

async function emptied(db: Knex, _folder: string, roll: Dice): Promise<string> {
  const { where, name } = await someRow(db, ENTRY, roll);
  await db("log_entries").where(where).update({ body: "" });
  return `${name}: emptied`;
}

async function tailCut(db: Knex, _folder: string, roll: Dice): Promise<string> {
  const { where, name } = await someRow(db, ENTRY, roll);
  await db("log_entries").where("idx", ">=", where["idx"]).delete();
  return `${name}: cut with all behind it`;
}

async function doubled(db: Knex, _folder: string, roll: Dice): Promise<string> {
  const { row, name } = await someRow(db, ENTRY, roll);
  const [last] = await db("log_entries").orderBy("idx", "desc").limit(1);
  const idx = last.idx + 1 + roll(3);
  await db("log_entries").insert({ ...row, idx });
  return `${name}: once more as ${idx}`;
}

async function headRow(db: Knex, _folder: string, roll: Dice): Promise<string> {
  const by = roll(2) === 0 ? 1 + roll(300) : -1 - roll(300);
  await db("log_head").increment("size", by);
  return `log_head: ${by} more`;
}

async function headGone(_db: Knex, folder: string): Promise<string> {
  rmSync(join(folder, "log.head"));
  return "log.head: gone";
}

async function headFromCheckpoint(db: Knex, folder: string, roll: Dice): Promise<string> {
  const { row, name } = await someRow(db, CHECKPOINT, roll);
  writeFileSync(join(folder, "log.head"), row.note);
  return `log.head: that of ${name}`;
}

function bytesOfFile(file: string): Damage {
  return async (_db, folder, roll) => {
    const path = join(folder, file);
    writeFileSync(path, damaged(readFileSync(path), roll));
    return `${file}: damaged`;
  };
}
