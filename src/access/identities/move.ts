/**
 * Takes names and purposes of tokens out of the clear columns of a release before, into sealed
 * identities. Runs at every start and finds nothing from the second on.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../../keystore/index.ts";
import type { Activity } from "../../activity/activity.ts";
import { SYSTEM } from "../../activity/entries/entry.ts";
import { saltedHash } from "../../activity/entries/salted.ts";
import { cutWal, noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import {
  type ClearTokenRow,
  clearSealedColumns,
  NO_CLEAR_COLUMNS,
  sealedColumns,
} from "../token-row.ts";
import { sealTokenIdentity } from "./sealed.ts";

export interface MoveDeps {
  readonly db: Knex;
  readonly keystore: Pick<Keystore, "mac" | "sealIdentity">;
  readonly activity: Pick<Activity, "commit">;
}

const PAGE = 200;

/**
 * Moves every row of the first form whose seal holds; answers how many there were. A row that was
 * tampered with stays as it is: nobody is let in by it, and the audit names it.
 */
export async function moveClearIdentities({ db, keystore, activity }: MoveDeps): Promise<number> {
  let moved = 0;
  for (let after = ""; ; ) {
    const rows: ClearTokenRow[] = await db("tokens")
      .where("id", ">", after)
      .whereRaw("length(purpose_salt) > 0")
      .orderBy("id")
      .limit(PAGE);
    const next = (await Promise.all(rows.map((row) => movedRow(keystore, row)))).flat();
    if (next.length > 0) {
      await activity.commit(async (trx) => {
        for (const { identity, token } of next) {
          // Who was erased stays so, though an old row was put back.
          const { id, ...columns } = token;
          await trx("tokens").where({ id }).update(columns);
          await (identity === null
            ? null
            : trx("identities").insert(identity).onConflict("id").ignore());
        }
        noteErasure(trx);
        const fields = { count: next.length };
        return {
          entries: [{ ...SYSTEM, action: "identities.sealed", outcome: "ok", fields }],
          result: null,
        };
      });
      moved += next.length;
    }
    if (rows.length < PAGE) {
      await (moved > 0 ? cutWal(db) : null);
      return moved;
    }
    after = rows.at(-1)?.id ?? "";
  }
}

/** Nothing when its seal does not hold. */
async function movedRow(keystore: MoveDeps["keystore"], row: ClearTokenRow) {
  const seal = await keystore.mac("access", clearSealedColumns(row));
  if (seal.length !== row.seal.length || !timingSafeEqual(seal, row.seal)) {
    return [];
  }
  const { id, customer, name, purpose, purpose_salt: salt } = row;
  const purpose_hash = purpose === null ? null : saltedHash(salt, purpose);
  const isAnonymous = name === null && purpose === null;
  const identity = { name, purpose, salt: Buffer.from(salt).toString("hex") };
  const sealed = isAnonymous ? null : await sealTokenIdentity(keystore, id, identity);
  const token = {
    id,
    ...NO_CLEAR_COLUMNS,
    purpose_hash,
    seal: await keystore.mac("access", sealedColumns({ ...row, purpose_hash })),
  };
  return [{ token, identity: sealed === null ? null : { id, kind: "token", customer, ...sealed } }];
}
