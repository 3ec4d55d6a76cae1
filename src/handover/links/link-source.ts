/**
 * Links as pseudonyms: who was to receive one, on which order, and who signed its receipt.
 *
 * The row's seal is made anew over what is left, so a row whose personal columns were erased is as
 * whole as it was. The hash over the key check values goes with the receipt: with it, whoever
 * guesses a name could try it on the receipt's hash in the log.
 *
 * @module
 */
import type { Change, IdentityRecord, IdentitySource } from "../../access/identities/source.ts";
import { Problem } from "../../base/problem.ts";
import type { HandoverContext, LinkRow } from "../context.ts";
import { pushOutbox } from "../exchange/outbox.ts";
import { demandSealed, sealLink } from "../link-seal.ts";
import { receiptView } from "./receipt-view.ts";

const PAGE = 1000;
const LIVE: readonly string[] = ["draft", "open", "claimed"];
const FORM = /^REF-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$/;

export function linkSource(x: HandoverContext): IdentitySource {
  const { db } = x;
  const rowOf = async (reference: string) =>
    await db<LinkRow>("links").where({ reference }).first();

  /** Sets columns, and the seal over what the row is then. */
  async function change(reference: string, columns: Partial<LinkRow>): Promise<Change> {
    const row = await rowOf(reference);
    if (row === undefined) {
      throw new Problem(404, "LINK_UNKNOWN", "there is no such link");
    }
    const seal = await resealed(x, row, columns);
    const { recipient, purpose } = row;
    return async (trx) => {
      const changed = await trx("links")
        .where({ reference, recipient, purpose })
        .update({ ...columns, seal });
      if (changed !== 1) {
        throw new Problem(409, "IDENTITY_BUSY", "the link has changed just now: try again");
      }
    };
  }

  return {
    owns: (id) => FORM.test(id),
    async read(id) {
      const row = await rowOf(id);
      return row === undefined ? null : recordOf(row);
    },
    async page(after, customer) {
      const all = db<LinkRow>("links")
        .where("number", ">", Number(after ?? 0))
        .orderBy("number")
        .limit(PAGE);
      const rows: LinkRow[] = await (customer === null ? all : all.andWhere({ customer }));
      const next = rows.length < PAGE ? null : (rows.at(-1)?.number ?? null);
      return { records: rows.map(recordOf), next };
    },
    // The salt goes: the log's hash is of the name before, and should confirm it to nobody.
    corrected: (id, name) => change(id, { recipient: name, recipient_salt: null }),
    async erased(id) {
      const erase = await change(id, {
        recipient: null,
        recipient_salt: null,
        purpose: null,
        purpose_salt: null,
        receipt: null,
        kcv_hash: Buffer.alloc(0),
      });
      return async (trx) => {
        await erase(trx);
        const { link_id } = await trx("links").where({ reference: id }).first("link_id");
        // The exchange has header and receipt; a closed link that is ended again loses both.
        await trx("link_outbox")
          .insert({ link_id, kind: "delete", next_at: x.clock().toISOString() })
          .onConflict(["link_id", "kind"])
          .ignore();
      };
    },
    async afterErasure(id) {
      const row = await rowOf(id);
      // Pushed again later where nobody answers now.
      await (row === undefined ? null : pushOutbox(x, row.link_id).catch(() => null));
    },
  };
}

/** Null where the row had no seal that held. */
async function resealed(
  x: HandoverContext,
  row: LinkRow,
  columns: Partial<LinkRow>,
): Promise<Buffer | null> {
  const stored = await x.db("link_meters").where({ link_id: row.link_id }).first("access_set");
  if (row.seal === null || stored === undefined) {
    return null;
  }
  const isWhole = await demandSealed(x.keystore, row, stored.access_set).then(
    () => true,
    () => false,
  );
  return isWhole ? await sealLink(x.keystore, { ...row, ...columns }, stored.access_set) : null;
}

function recordOf(row: LinkRow): IdentityRecord {
  return {
    id: row.reference,
    kind: "link",
    customer: row.customer,
    data: {
      name: row.recipient,
      purpose: row.purpose,
      receiptName: receiptView(row)?.name ?? null,
    },
    facts: {
      state: row.state,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      opened: row.opened,
      firstOpenedAt: row.first_opened_at,
      lastOpenedAt: row.last_opened_at,
      claimedAt: row.claimed_at,
      confirmedAt: row.confirmed_at,
      meters: row.meters,
      enrolled: row.enrolled,
    },
    live: LIVE.includes(row.state)
      ? { code: "LINK_LIVE", detail: "the link can still be collected: revoke it first" }
      : null,
    actor: row.short_id,
    subject: { reference: row.reference },
  };
}
