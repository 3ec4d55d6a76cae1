/**
 * What a link was made of, sealed by the keystore as the rows of recipients and tokens are: a
 * re-issue reads it again, and whoever writes the database chooses neither whose key the inner
 * layer needs, nor the meters, nor the name that is shown.
 *
 * What moves in a link's life is not in it. Links of a release before have no seal, and without
 * one none is issued again.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../keystore/index.ts";
import { canonicalJson } from "../activity/entries/canonical.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { LinkRow } from "./context.ts";

/** The columns that a re-issue takes over. */
export type LinkOrigin = Pick<
  LinkRow,
  | "link_id"
  | "reference"
  | "customer"
  | "recipient"
  | "purpose"
  | "enrolled"
  | "created_at"
  | "expires_at"
>;

/** Part of the core's migrations. */
export async function addLinkSeal(db: Knex): Promise<void> {
  await db.schema.alterTable("links", (table) => {
    table.binary("seal");
  });
}

/** The seal of a link; `accessSet` is the text that stands beside it. */
export async function sealLink(
  keystore: Pick<Keystore, "mac">,
  link: LinkOrigin,
  accessSet: string,
): Promise<Buffer> {
  return Buffer.from(await keystore.mac("access", sealed(link, accessSet)));
}

/** @throws {@link Problem} 409 `LINK_CHANGED` */
export async function demandSealed(
  keystore: Pick<Keystore, "mac">,
  row: LinkRow,
  accessSet: string,
): Promise<void> {
  const seal = await sealLink(keystore, row, accessSet);
  if (row.seal?.length !== seal.length || !timingSafeEqual(seal, row.seal)) {
    const detail = "the link's row is not as it was made: make a new link";
    throw new Problem(409, "LINK_CHANGED", detail);
  }
}

function sealed(link: LinkOrigin, accessSet: string): Uint8Array {
  const text = canonicalJson({
    v: 1,
    link: link.link_id.toString("hex"),
    reference: link.reference,
    customer: link.customer,
    to: link.recipient,
    purpose: link.purpose,
    enrolled: link.enrolled,
    createdAt: link.created_at,
    expiresAt: link.expires_at,
    meters: createHash("sha256").update(accessSet).digest("hex"),
  });
  return Buffer.from(`meterseal/link/1\n${text}`, "utf8");
}
