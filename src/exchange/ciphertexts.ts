/**
 * The ciphertexts, in parts: a package may have tens of megabytes, and nobody holds one whole.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";

/** A multiple of three, so that the parts' base64url texts join to that of the whole. */
const PART_LENGTH = 393_216;

/** Stores a ciphertext. */
export async function storeBody(
  trx: Knex.Transaction,
  linkId: Uint8Array,
  ciphertext: Uint8Array,
): Promise<void> {
  const link_id = Buffer.from(linkId);
  for (let part = 0; part * PART_LENGTH < ciphertext.length; part++) {
    const bytes = ciphertext.subarray(part * PART_LENGTH, (part + 1) * PART_LENGTH);
    await trx("mailbox_bodies").insert({ link_id, part, ciphertext: Buffer.from(bytes) });
  }
}

export interface BodySize {
  readonly parts: number;
  readonly bytes: number;
}

/** How much there is to read; null once it is erased. */
export async function bodySize(db: Knex, linkId: Uint8Array): Promise<BodySize | null> {
  const row = await db("mailbox_bodies")
    .where({ link_id: Buffer.from(linkId) })
    .select(db.raw("count(*) AS parts"), db.raw("sum(length(ciphertext)) AS bytes"))
    .first();
  // Counts may come as text.
  const size = { parts: Number(row?.parts ?? 0), bytes: Number(row?.bytes ?? 0) };
  return size.parts === 0 ? null : size;
}

/** One part; null once it is erased. */
export async function readPart(db: Knex, linkId: Uint8Array, part: number): Promise<Buffer | null> {
  const row = await db("mailbox_bodies")
    .where({ link_id: Buffer.from(linkId), part })
    .first("ciphertext");
  return row?.ciphertext ?? null;
}
