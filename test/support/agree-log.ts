/**
 * A log of every kind of entry, as a data directory and as an export, that can be damaged and put
 * back many times.
 *
 * @module
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { EntryDraft, Json } from "../../src/activity/entries/entry.ts";
import { formatVkey } from "../../src/activity/hashing.ts";
import { type Knex, openDatabase } from "../../src/db/open.ts";
import type { Dice } from "./corrupt.ts";
import { temporaryFolder } from "./databases.ts";
import { createTestLog, entry } from "./log.ts";
import { dropTriggers } from "./tamper.ts";
import { fillDerived, tilePath, type WrittenLog, writeTiles } from "./written-log.ts";

export interface AgreeLog {
  /** A data directory, its database open. */
  readonly data: string;
  readonly db: Knex;
  /** The same log as files. */
  readonly dir: string;
  readonly size: number;
  readonly written: WrittenLog;
  /** A checkpoint that somebody kept, of about half the size. */
  readonly kept: string;
  restoreData(): Promise<void>;
  restoreDir(): void;
}

const TABLES = [
  ...["log_entries", "log_checkpoints", "log_head"],
  ...["log_subtrees", "log_segments", "log_index"],
];
const GROUPS = 25;

/** Makes a log of `size` entries with a checkpoint now and then; those below `pruned` are gone. */
export async function makeAgreeLog(
  t: ExecutionContext,
  size: number,
  roll: Dice,
  pruned = 0,
): Promise<AgreeLog> {
  const folder = temporaryFolder(t);
  const [data, dir, base] = ["data", "dir", "base"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(data);
  const file = join(data, "core.sqlite");
  const db = openDatabase({ file });
  t.teardown(() => db.destroy());
  const log = await createTestLog(t, db);
  const activity = await log.open();
  const kept: string[] = [];
  for (let made = 0; made < size; ) {
    const count = Math.min(1 + roll((2 * size) / GROUPS), size - made);
    const entries = Array.from({ length: count }, () => someEntry(roll));
    await activity.commit(async () => ({ entries, result: null }));
    kept.push((await activity.checkpoint()).note);
    made += count;
  }
  if (pruned > 0) {
    const entries = [entry("log.pruned", { below: pruned })];
    await activity.commit(async () => ({ entries, result: null }));
    kept.push((await activity.checkpoint()).note);
  }
  await activity.close();
  const vkey = formatVkey(log.key);
  writeFileSync(join(data, "log.vkey"), `${vkey}\n`);
  cpSync(log.headStore, join(data, "log.head"));
  const rows: { body: string }[] = await db("log_entries").orderBy("idx").select("body");
  const bodies = rows.map(({ body }) => body);
  await fillDerived(db, bodies, 256);
  await dropTriggers(db);
  await db("log_entries").where("idx", "<", pruned).update({ body: "" });
  await db("log_segments").where("first", "<", pruned).delete();
  await db("log_index").where("segment", "<", pruned).delete();
  await db.raw("PRAGMA synchronous = OFF");
  await db.raw("PRAGMA secure_delete = OFF");
  await db.raw("VACUUM INTO ?", [`${file}.base`]);
  await db.raw("ATTACH ? AS base", [`${file}.base`]);
  const written = { bodies, checkpoint: kept.at(-1) ?? "", vkey };
  writeTiles(base, written);
  for (let n = 0; n * 256 < pruned; n++) {
    rmSync(join(base, tilePath("entries", n)));
  }
  mkdirSync(`${data}.base`);
  for (const name of ["log.head", "log.vkey"]) {
    cpSync(join(data, name), join(`${data}.base`, name));
  }
  const restoreDir = () => {
    rmSync(dir, { recursive: true, force: true });
    cpSync(base, dir, { recursive: true });
  };
  restoreDir();
  return {
    ...{ data, db, dir, size: bodies.length, written, restoreDir },
    kept: kept[Math.floor(kept.length / 2)] ?? "",
    async restoreData() {
      await db.transaction(async (trx) => {
        for (const table of TABLES) {
          await trx(table).delete();
          await trx.raw(`INSERT INTO ${table} SELECT * FROM base.${table}`);
        }
      });
      cpSync(`${data}.base`, data, { recursive: true });
    },
  };
}

/** An entry with some of everything that the index and the tree must carry. */
function someEntry(roll: Dice): EntryDraft {
  const fields: { [name: string]: Json } = { n: roll(2 ** 31) };
  const customer = `cus_${roll(3)}`;
  switch (roll(7)) {
    case 0:
      return entry("test.text", { ...fields, text: 'Zähler “π” 𝒳\u2028\u0001\t"\\/' });
    case 1:
      return entry("test.range", { ...fields, customer, from: roll(300), to: 300 + roll(400) });
    case 2:
    case 3: {
      const keys = Array.from({ length: 1 + roll(60) }, () => [1 + roll(9), 1, roll(5), 0]);
      return entry("test.keys", { ...fields, customer, keys });
    }
    case 4:
      return entry("test.meter", { ...fields, meter: `mtr_${roll(9)}`, token: `tok_${roll(4)}` });
    case 5:
      return { ...entry("test.refused", fields), outcome: "refused", code: `CODE_${roll(3)}` };
    default:
      return entry(`test.${roll(5)}`, { ...fields, reference: `ref_${roll(20)}` });
  }
}
