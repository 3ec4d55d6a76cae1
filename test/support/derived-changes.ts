/**
 * What somebody does to the tables that are derived from a log of 1100 entries, indexed to 1024 in
 * segments from 0 and 512; and where a verification must say so first.
 *
 * @module
 */
import type { Knex } from "../../src/db/open.ts";

type Change = readonly [title: string, first: string, run: (db: Knex) => Promise<unknown>];

const segment = (first: number, fields: object) => (db: Knex) =>
  db("log_segments").where({ first }).update(fields);

export const DERIVED_CHANGES: readonly Change[] = [
  ["a segment's times are cut off", "512 INDEX_CHANGED", segment(512, { times: Buffer.alloc(3) })],
  ["a segment begins too late", "0 INDEX_CHANGED", segment(0, { first: 256 })],
  ["a segment begins in the middle", "511 INDEX_CHANGED", segment(512, { first: 511 })],
  ["a segment ends in the middle of a bundle", "512 INDEX_CHANGED", segment(512, { last: 1023 })],
  ["a segment ends beyond the log", "512 INDEX_CHANGED", segment(512, { last: 1280 })],
  ["a segment is empty", "512 INDEX_CHANGED", segment(512, { last: 512 })],
  ["a segment is longer than its postings", "0 INDEX_CHANGED", segment(0, { last: 768 })],
  [
    "a segment is taken away",
    "0 INDEX_CHANGED",
    (db) => db("log_segments").where({ first: 0 }).delete(),
  ],
  [
    "postings are changed",
    "512 INDEX_CHANGED",
    (db) =>
      db("log_index")
        .where({ segment: 512, term: "actor:tok_1" })
        .update({ postings: Buffer.from([1, 2, 3]) }),
  ],
  [
    "a term is taken away",
    "0 INDEX_CHANGED",
    (db) => db("log_index").where({ segment: 0, term: "keys:cus_1:1" }).delete(),
  ],
  [
    "a term is slipped in",
    "0 INDEX_CHANGED",
    (db) => db("log_index").insert({ term: "actor:me", segment: 0, postings: Buffer.from([1]) }),
  ],
  [
    "a term of no segment is slipped in",
    "768 INDEX_CHANGED",
    (db) => db("log_index").insert({ term: "actor:me", segment: 768, postings: Buffer.from([1]) }),
  ],
  [
    "a term of a segment beyond the log is slipped in",
    "1100 INDEX_CHANGED",
    (db) => db("log_index").insert({ term: "a:b", segment: 5120, postings: Buffer.from([1]) }),
  ],
  [
    "a hash is changed",
    "256 TILE_CHANGED",
    (db) =>
      db("log_subtrees")
        .where({ level: 1, idx: 1 })
        .update({ hash: Buffer.alloc(32) }),
  ],
  [
    "a hash is taken away",
    "768 TILE_CHANGED",
    (db) => db("log_subtrees").where({ level: 1, idx: 3 }).delete(),
  ],
  ["all hashes are taken away", "0 TILE_CHANGED", (db) => db("log_subtrees").delete()],
  [
    "a hash of entries that are not indexed is slipped in",
    "1024 TILE_CHANGED",
    (db) => db("log_subtrees").insert({ level: 1, idx: 4, hash: Buffer.alloc(32) }),
  ],
  [
    "a hash beyond the log is slipped in",
    "1100 TILE_CHANGED",
    (db) => db("log_subtrees").insert({ level: 3, idx: 7, hash: Buffer.alloc(32) }),
  ],
  [
    "a hash of level 0 is slipped in",
    "3 TILE_CHANGED",
    (db) => db("log_subtrees").insert({ level: 0, idx: 3, hash: Buffer.alloc(32) }),
  ],
];
