/**
 * Attacks on a deployment's database, by somebody who has its password.
 *
 * @module
 */
import type { ProblemCode } from "../../src/activity/verify/log-problem.ts";
import type { Knex } from "../../src/db/open.ts";
import { editEntry, swapEntries } from "./tamper.ts";

/** What the attacks touch. */
export const TABLES = [
  "log_entries",
  "log_checkpoints",
  "log_head",
  "addresses",
  "meters",
  "meter_keys",
  "tokens",
];

/** What stands in the log: index by action, in order. */
export type Indices = (action: string) => readonly [number, ...number[]];

export interface Attack {
  readonly title: string;
  readonly code: ProblemCode;
  /** Does it, and answers from which index on the log must not verify. */
  run(db: Knex, indices: Indices): Promise<number>;
}

const logAttack = (
  title: string,
  code: ProblemCode,
  run: (db: Knex, idx: number) => Promise<unknown>,
): Attack => ({
  title,
  code,
  async run(db, indices) {
    const [idx] = indices("frames.decrypted");
    await run(db, idx);
    return idx;
  },
});

/** Each on a log that has done some of everything. */
export const ATTACKS: readonly Attack[] = [
  logAttack("an entry is edited", "ENTRY_CHANGED", (db, idx) =>
    editEntry(db, idx, '"frames":1', '"frames":2', false),
  ),
  logAttack("an entry is edited with its leaf hash", "ENTRY_CHANGED", (db, idx) =>
    editEntry(db, idx, '"frames":1', '"frames":2'),
  ),
  logAttack("an entry is deleted", "ENTRY_MISSING", (db, idx) =>
    db("log_entries").where({ idx }).delete(),
  ),
  logAttack("two entries are exchanged", "ENTRY_CHANGED", (db, idx) =>
    swapEntries(db, idx, idx + 1),
  ),
  logAttack("an entry is replaced", "ENTRY_CHANGED", async (db, idx) => {
    const values = "(idx, body, leaf_hash) SELECT ?, body, leaf_hash FROM log_entries";
    const merge = "body = excluded.body, leaf_hash = excluded.leaf_hash";
    await db.raw(
      `INSERT INTO log_entries ${values} WHERE idx = ? ON CONFLICT (idx) DO UPDATE SET ${merge}`,
      [idx, idx - 1],
    );
  }),
  {
    title: "two meters exchange their addresses",
    code: "METER_CHANGED",
    async run(db, indices) {
      await move(db, 1, -1);
      await move(db, 2, 1);
      await move(db, -1, 2);
      return indices("meter.enrolled")[0];
    },
  },
  {
    title: "a meter of a bulk import takes the address of another",
    code: "METER_CHANGED",
    async run(db, indices) {
      await move(db, 10, -1);
      await move(db, 11, 10);
      await move(db, -1, 11);
      return indices("meters.enrolled")[0];
    },
  },
  {
    title: "a meter gets a second address",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("addresses").insert({ kind: "eui", raw: Buffer.alloc(8, 7), meter: 2 });
      return indices("meter.enrolled")[1] ?? -1;
    },
  },
  {
    title: "a meter is let off authentication",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("meters").where({ id: 1 }).update({ allow_unauthenticated: 1 });
      return indices("meter.enrolled")[0];
    },
  },
  {
    title: "a meter of a bulk import gets another profile",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("meters").where({ id: 10 }).update({ profile: "ell" });
      return indices("meters.enrolled")[0];
    },
  },
  {
    title: "a key is taken away",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("meter_keys").where({ meter: 10 }).delete();
      return indices("meters.enrolled")[0];
    },
  },
  {
    title: "a key version is put out of use",
    code: "METER_CHANGED",
    async run(db) {
      await db("meter_keys").where({ meter: 1 }).update({ state: "superseded" });
      return 0;
    },
  },
  {
    title: "a meter is retired by hand",
    code: "METER_CHANGED",
    async run(db) {
      await db("meters").where({ id: 2 }).update({ status: "retired" });
      return 0;
    },
  },
  {
    title: "an address is added for no meter",
    code: "METER_CHANGED",
    async run(db) {
      await db("addresses").insert({ kind: "eui", raw: Buffer.alloc(8, 7), meter: 9999 });
      return 0;
    },
  },
  {
    title: "a meter is deleted",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("meters").where({ id: 20 }).delete();
      return indices("meters.enrolled")[0];
    },
  },
  {
    title: "a meter is slipped in",
    code: "METER_CHANGED",
    async run(db) {
      const [meter] = await db("meters").where({ id: 20 }).select();
      await db("meters").insert({ ...meter, id: 900, number: 900, uid: Buffer.alloc(16, 9) });
      return 0;
    },
  },
  {
    title: "a meter's number is changed",
    code: "METER_CHANGED",
    async run(db, indices) {
      await db("meters").where({ id: 2 }).update({ number: 901 });
      return indices("meter.enrolled")[1] ?? -1;
    },
  },
  ...[
    ["role", { role: "admin" }],
    ["customer", { customer: "cus_0000000000000000000001" }],
    ["expiry", { expires_at: "2999-01-01T00:00:00.000Z" }],
    ["secret", { secret_hash: Buffer.alloc(32) }],
    ["end", { revoked_at: "2020-01-01T00:00:00.000Z" }],
  ].map(
    ([what, change]): Attack => ({
      title: `a token's ${String(what)} is changed`,
      code: "TOKEN_CHANGED",
      async run(db, indices) {
        await db("tokens").where({ role: "data-management" }).update(change);
        return indices("token.created").at(-2) ?? -1;
      },
    }),
  ),
  {
    title: "a token's revocation is undone",
    code: "TOKEN_CHANGED",
    async run(db, indices) {
      await db("tokens").where({ role: "auditor" }).update({ revoked_at: null });
      return indices("token.created").at(-1) ?? -1;
    },
  },
  {
    title: "a token is slipped in",
    code: "TOKEN_CHANGED",
    async run(db) {
      const [row] = await db("tokens").where({ role: "admin" }).select();
      await db("tokens").insert({ ...row, id: "tok_0000000000000000000001" });
      return 0;
    },
  },
  {
    title: "a token's row is deleted",
    code: "TOKEN_CHANGED",
    async run(db, indices) {
      await db("tokens").where({ role: "auditor" }).delete();
      return indices("token.created").at(-1) ?? -1;
    },
  },
];

/** Gives the address of one meter to another. */
async function move(db: Knex, from: number, to: number): Promise<void> {
  await db("addresses").where({ meter: from }).update({ meter: to });
}
