/**
 * Enrolled recipients: a customer's own key or certificate, so that neither exchange nor page can
 * read what is handed over.
 *
 * Who enrols a recipient could enrol himself. So the fingerprint, read to the customer by phone,
 * must be given by another token before a key goes there, and both acts are in the log.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import type { Activity } from "../../activity/activity.ts";
import type { Actor, EntryDraft } from "../../activity/entries/entry.ts";
import { timestamp } from "../../base/clock.ts";
import { formatId, newUid } from "../../base/ids.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { Customer } from "../../meters/customers.ts";
import { grouped, type RecipientKey } from "./key.ts";
import { type RecipientRow, readRow, sealRow } from "./rows.ts";
import { hexOrNull, isRetired, type RetiredRecipients } from "./view.ts";

export interface RecipientDeps {
  readonly db: Knex;
  readonly activity: Pick<Activity, "commit">;
  readonly keystore: Pick<Keystore, "mac" | "importRecipientKek">;
  readonly clock: () => Date;
  readonly retired: RetiredRecipients;
}

export interface NewRecipient {
  readonly customer: Customer;
  readonly name: string;
  /** A public key, or a KEK whose bytes are wiped here. */
  readonly key: RecipientKey | { readonly kek: Uint8Array };
  readonly clientCertificate: Uint8Array | null;
}

/** Enrols a recipient; nothing can be sent to it before it is confirmed. */
export async function addRecipient(
  deps: RecipientDeps,
  by: Actor,
  { customer, name, key, clientCertificate }: NewRecipient,
): Promise<RecipientRow> {
  const uid = newUid();
  const row = await sealRow(deps.keystore, {
    id: formatId("rcp", uid),
    customer: customer.id,
    name,
    ...("kek" in key ? await storedKek(deps, customer, uid, key.kek) : storedKey(key)),
    client_certificate: clientCertificate,
    added_at: timestamp(deps.clock()),
    added_by: by.actor,
    confirmed_at: null,
    retired_at: null,
  });
  await deps.activity.commit(async (trx) => {
    await trx("recipients").insert(row);
    const fields = {
      ...namesOf(row),
      clientCertificate: hexOrNull(row.client_certificate),
    };
    return { entries: [entry(by, "recipient.added", fields)], result: null };
  });
  return row;
}

/**
 * Confirms a recipient by the fingerprint that its owner has read out.
 *
 * @throws {@link Problem} 404 `RECIPIENT_UNKNOWN`, 409 `RECIPIENT_RETIRED`, 403 `SAME_ACTOR`,
 *   409 `FINGERPRINT_MISMATCH`
 */
export async function confirmRecipient(
  deps: RecipientDeps,
  by: Actor,
  id: string,
  fingerprint: string,
): Promise<RecipientRow> {
  const row = await knownRow(deps, id);
  if (isRetired(deps, row)) {
    throw retiredProblem();
  }
  if (row.added_by === by.actor) {
    const detail = "who has added a recipient does not confirm it: use another token";
    throw new Problem(403, "SAME_ACTOR", detail);
  }
  if (plain(fingerprint) !== plain(row.fingerprint)) {
    const detail = "this is not the recipient's fingerprint: nothing was confirmed";
    throw new Problem(409, "FINGERPRINT_MISMATCH", detail, "/fingerprint");
  }
  if (row.confirmed_at !== null) {
    return row;
  }
  const confirmed_at = timestamp(deps.clock());
  return (
    (await change(deps, by, "recipient.confirmed", row, { confirmed_at })) ??
    (await confirmRecipient(deps, by, id, fingerprint))
  );
}

/** Ends a recipient: no new package goes to it. @throws {@link Problem} 404 `RECIPIENT_UNKNOWN` */
export async function retireRecipient(
  deps: RecipientDeps,
  by: Actor,
  id: string,
): Promise<RecipientRow> {
  const row = await knownRow(deps, id);
  if (row.retired_at !== null) {
    return row;
  }
  const retired_at = timestamp(deps.clock());
  const retired = await change(deps, by, "recipient.retired", row, { retired_at });
  if (retired === null) {
    return await retireRecipient(deps, by, id);
  }
  deps.retired.add(id);
  return retired;
}

/**
 * The recipient of a package that is about to be sealed.
 *
 * @throws {@link Problem} 404 `RECIPIENT_UNKNOWN`, 409 `RECIPIENT_RETIRED`,
 *   `RECIPIENT_UNCONFIRMED`, `RECIPIENT_EXPIRED`
 */
export async function requireRecipient(
  deps: RecipientDeps,
  customer: string,
  id: string,
): Promise<RecipientRow> {
  const row = await readRow(deps.db, deps.keystore, id);
  if (row === null || row.customer !== customer) {
    throw unknownProblem("/recipient");
  }
  if (isRetired(deps, row)) {
    throw retiredProblem("/recipient");
  }
  if (row.confirmed_at === null) {
    const detail = "nobody has confirmed this recipient's fingerprint yet";
    throw new Problem(409, "RECIPIENT_UNCONFIRMED", detail, "/recipient");
  }
  if (row.expires_at !== null && Date.parse(row.expires_at) <= deps.clock().getTime()) {
    throw new Problem(409, "RECIPIENT_EXPIRED", "its certificate has expired", "/recipient");
  }
  return row;
}

/**
 * In the transaction that permits a disclosure: sealing may have taken its time.
 *
 * @throws {@link Problem} 409 `RECIPIENT_RETIRED`
 */
export async function demandInForce(trx: Knex.Transaction, id: string): Promise<void> {
  const row = await trx("recipients").where({ id }).forUpdate().first("retired_at");
  if (row?.retired_at !== null) {
    throw retiredProblem("/recipient");
  }
}

function storedKey({ kind, key, fingerprint, expiresAt }: RecipientKey) {
  return { kind, key, fingerprint, expires_at: expiresAt };
}

async function storedKek(
  { keystore }: RecipientDeps,
  customer: Customer,
  uid: Uint8Array,
  kek: Uint8Array,
) {
  const { wrapped, check } = await keystore
    .importRecipientKek(customer.key, uid, kek)
    .finally(() => kek.fill(0));
  return { kind: "aes-kwp", key: wrapped, fingerprint: grouped(check), expires_at: null } as const;
}

/** Null when somebody was faster: then the row is judged anew. */
async function change(
  { activity, keystore }: RecipientDeps,
  by: Actor,
  action: "recipient.confirmed" | "recipient.retired",
  before: RecipientRow,
  moved: Partial<Pick<RecipientRow, "confirmed_at" | "retired_at">>,
): Promise<RecipientRow | null> {
  const row = await sealRow(keystore, { ...before, ...moved });
  const { result } = await activity.commit(async (trx) => {
    const { id, confirmed_at, retired_at, seal } = row;
    const changed = await trx("recipients")
      .where({ id, seal: before.seal })
      .update({ confirmed_at, retired_at, seal });
    return changed === 1
      ? { entries: [entry(by, action, namesOf(row))], result: row }
      : { entries: [], result: null };
  });
  return result;
}

async function knownRow({ db, keystore }: RecipientDeps, id: string): Promise<RecipientRow> {
  const row = await readRow(db, keystore, id);
  if (row === null) {
    throw unknownProblem();
  }
  return row;
}

/** What every entry about a recipient says: never its name, which may be a person's. */
function namesOf({ id, customer, kind, fingerprint }: RecipientRow) {
  return { recipient: id, customer, kind, fingerprint };
}

function entry(by: Actor, action: string, fields: NonNullable<EntryDraft["fields"]>): EntryDraft {
  return { ...by, action, outcome: "ok", fields };
}

function unknownProblem(pointer: string | null = null): Problem {
  return new Problem(404, "RECIPIENT_UNKNOWN", "there is no such recipient", pointer);
}

function retiredProblem(pointer: string | null = null): Problem {
  return new Problem(409, "RECIPIENT_RETIRED", "the recipient is retired", pointer);
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(/[-\s:]/g, "").toUpperCase();
}
