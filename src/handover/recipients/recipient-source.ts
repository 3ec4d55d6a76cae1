/**
 * Enrolled recipients as pseudonyms: a name, and the certificate that may hold another.
 *
 * What is erased is the name and the public key; its fingerprint stays, as in the log. The seal is
 * made anew over what is left.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import type { Change, IdentityRecord, IdentitySource } from "../../access/identities/source.ts";
import { parseId } from "../../base/ids.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import { type RecipientRow, readRow, sealRow } from "./rows.ts";

export interface RecipientSourceDeps {
  readonly db: Knex;
  readonly keystore: Pick<Keystore, "mac">;
}

const PAGE = 1000;

export function recipientSource({ db, keystore }: RecipientSourceDeps): IdentitySource {
  /** @throws {@link Problem} 409 `RECIPIENT_CHANGED` */
  async function change(id: string, columns: Partial<RecipientRow>): Promise<Change> {
    const row = await readRow(db, keystore, id);
    if (row === null) {
      throw new Problem(404, "RECIPIENT_UNKNOWN", "there is no such recipient");
    }
    const { seal } = await sealRow(keystore, { ...row, ...columns });
    return async (trx) => {
      const changed = await trx("recipients")
        .where({ id, seal: row.seal })
        .update({ ...columns, seal });
      if (changed !== 1) {
        throw new Problem(409, "IDENTITY_BUSY", "the recipient has changed just now: try again");
      }
    };
  }

  return {
    owns: (id) => parseId("rcp", id) !== null,
    async read(id) {
      const row: RecipientRow | undefined = await db("recipients").where({ id }).first();
      return row === undefined ? null : recordOf(row);
    },
    async page(after, customer) {
      const all = db("recipients")
        .where("id", ">", String(after ?? ""))
        .orderBy("id")
        .limit(PAGE);
      const rows: RecipientRow[] = await (customer === null ? all : all.andWhere({ customer }));
      const next = rows.length < PAGE ? null : (rows.at(-1)?.id ?? null);
      return { records: rows.map(recordOf), next };
    },
    corrected: (id, name) => change(id, { name }),
    erased: (id) => change(id, { name: "", key: Buffer.alloc(0) }),
  };
}

function recordOf(row: RecipientRow): IdentityRecord {
  return {
    id: row.id,
    kind: "recipient",
    customer: row.customer,
    data: {
      name: row.name === "" ? null : row.name,
      // A KEK is nobody's name.
      publicKey:
        row.kind === "aes-kwp" || row.key.length === 0
          ? null
          : Buffer.from(row.key).toString("base64"),
    },
    facts: {
      kind: row.kind,
      fingerprint: row.fingerprint,
      addedAt: row.added_at,
      addedBy: row.added_by,
      confirmedAt: row.confirmed_at,
      expiresAt: row.expires_at,
      retiredAt: row.retired_at,
    },
    live:
      row.retired_at === null
        ? { code: "RECIPIENT_LIVE", detail: "packages can still go to it: retire it first" }
        : null,
    actor: null,
    subject: { recipient: row.id },
  };
}
