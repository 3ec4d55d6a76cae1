/**
 * One person's rights: access, correction, erasure, restriction and portability (GDPR Art. 15 to
 * 18 and 20). Every act is an entry with the pseudonym and nothing that says who it is.
 *
 * @module
 */
import type { Activity } from "../../activity/activity.ts";
import type { EntryDraft, Json } from "../../activity/entries/entry.ts";
import { timestamp } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import { cutWal, noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import { actorOf, type Caller, inScope } from "../caller.ts";
import type { RestrictedIds } from "../tokens.ts";
import type { Change, IdentityRecord, IdentitySource } from "./source.ts";

export interface IdentityDeps {
  readonly db: Knex;
  readonly activity: Pick<Activity, "commit">;
  readonly clock: () => Date;
  readonly restricted: RestrictedIds;
  readonly sources: readonly IdentitySource[];
}

export interface Identity extends IdentityRecord {
  readonly restrictedAt: string | null;
  readonly erasedAt: string | null;
}

interface Marks {
  readonly restricted_at: string | null;
  readonly erased_at: string | null;
}

/** Answers of a search; more would be a list of everybody. */
const MAX_FOUND = 100;

/** Everybody whose data contains the text, whatever the case; recorded before it is answered. */
export async function findIdentities(
  deps: IdentityDeps,
  caller: Caller,
  text: string,
): Promise<{ readonly items: readonly Identity[]; readonly isCut: boolean }> {
  const wanted = text.toLowerCase();
  const found: IdentityRecord[] = [];
  for (const source of deps.sources) {
    for (let after: string | number | null = null; found.length <= MAX_FOUND; ) {
      const { records, next } = await source.page(after, caller.customer);
      found.push(...records.filter((record) => isAbout(record, wanted)));
      after = next;
      if (next === null) {
        break;
      }
    }
  }
  const records = found.slice(0, MAX_FOUND);
  const fields = { found: records.map(({ id }) => id) };
  await record(deps, caller, "identity.read", fields);
  const items = await Promise.all(records.map((one) => withMarks(deps.db, one)));
  return { items, isCut: found.length > MAX_FOUND };
}

/** One person's record, as an entry of this action says that somebody has seen it. */
export async function readIdentity(
  deps: IdentityDeps,
  caller: Caller,
  id: string,
  action: "identity.read" | "identity.exported",
): Promise<Identity> {
  const { identity } = await known(deps, caller, id);
  await record(deps, caller, action, subjectOf(identity));
  return identity;
}

/** @throws {@link Problem} 409 `IDENTITY_ERASED` */
export async function correctIdentity(
  deps: IdentityDeps,
  caller: Caller,
  id: string,
  name: string,
): Promise<Identity> {
  const { source, identity } = await known(deps, caller, id);
  if (identity.erasedAt !== null) {
    throw new Problem(409, "IDENTITY_ERASED", "nothing is stored of who this is");
  }
  await commit(deps, caller, "identity.corrected", identity, await source.corrected(id, name));
  await cutWal(deps.db);
  return (await known(deps, caller, id)).identity;
}

/** Keeps and does nothing else: shown to admins only, and a token does nothing. */
export async function restrictIdentity(
  deps: IdentityDeps,
  caller: Caller,
  id: string,
): Promise<Identity> {
  const { identity } = await known(deps, caller, id);
  if (id === caller.actor) {
    const detail = "who restricts the own token could not release it: use another one";
    throw new Problem(409, "OWN_TOKEN", detail);
  }
  if (identity.restrictedAt === null) {
    const at = timestamp(deps.clock());
    await commit(deps, caller, "identity.restricted", identity, mark(identity, at));
    deps.restricted.add(id);
  }
  return (await known(deps, caller, id)).identity;
}

export async function releaseIdentity(
  deps: IdentityDeps,
  caller: Caller,
  id: string,
): Promise<Identity> {
  const { identity } = await known(deps, caller, id);
  if (identity.restrictedAt !== null || deps.restricted.has(id)) {
    await commit(deps, caller, "identity.released", identity, mark(identity, null));
    deps.restricted.delete(id);
  }
  return (await known(deps, caller, id)).identity;
}

/**
 * Erases who a pseudonym is. What the log says of it stays, and every proof with it.
 *
 * @throws {@link Problem} 409 `TOKEN_LIVE`, `LINK_LIVE`, `RECIPIENT_LIVE`
 */
export async function eraseIdentity(
  deps: IdentityDeps,
  caller: Caller,
  id: string,
): Promise<Identity> {
  const { source, identity } = await known(deps, caller, id);
  if (identity.live !== null) {
    throw new Problem(409, identity.live.code, identity.live.detail);
  }
  if (identity.erasedAt === null) {
    const change = await source.erased(id);
    const at = timestamp(deps.clock());
    await commit(deps, caller, "identity.erased", identity, async (trx) => {
      await change(trx);
      await upsert(trx, identity, { erased_at: at });
    });
    await cutWal(deps.db);
    await source.afterErasure?.(id);
  }
  return (await known(deps, caller, id)).identity;
}

async function known(deps: IdentityDeps, caller: Caller, id: string) {
  const source = deps.sources.find((one) => one.owns(id));
  const found = (await source?.read(id)) ?? null;
  const isVisible =
    found !== null &&
    (found.customer === null ? caller.customer === null : inScope(caller, found.customer));
  if (source === undefined || found === null || !isVisible) {
    throw new Problem(404, "IDENTITY_UNKNOWN", "there is no such token, link or recipient");
  }
  return { source, identity: await withMarks(deps.db, found) };
}

async function withMarks(db: Knex, found: IdentityRecord): Promise<Identity> {
  const row: Marks | undefined = await db("identities").where({ id: found.id }).first();
  const { restricted_at: restrictedAt, erased_at: erasedAt } = row ?? MARKLESS;
  return { ...found, restrictedAt, erasedAt };
}

const MARKLESS: Marks = { restricted_at: null, erased_at: null };

function isAbout({ data }: IdentityRecord, wanted: string): boolean {
  return Object.values(data).some((value) => value?.toLowerCase().includes(wanted));
}

function mark(identity: Identity, restricted_at: string | null): Change {
  return (trx) => upsert(trx, identity, { restricted_at });
}

async function upsert(
  trx: Knex.Transaction,
  { id, kind, customer }: Identity,
  marks: Partial<Marks>,
): Promise<void> {
  await trx("identities").insert({ id, kind, customer }).onConflict("id").ignore();
  await trx("identities").where({ id }).update(marks);
}

async function commit(
  { activity }: IdentityDeps,
  caller: Caller,
  action: string,
  identity: Identity,
  change: Change,
): Promise<void> {
  await activity.commit(async (trx) => {
    await change(trx);
    noteErasure(trx);
    return { entries: [entry(caller, action, subjectOf(identity))], result: null };
  });
}

async function record(
  { activity }: IdentityDeps,
  caller: Caller,
  action: string,
  fields: { readonly [name: string]: Json },
): Promise<void> {
  const entries = [entry(caller, action, fields)];
  await activity.commit(async () => ({ entries, result: null }));
}

function subjectOf({ subject, customer }: IdentityRecord) {
  return { ...subject, customer };
}

function entry(caller: Caller, action: string, fields: NonNullable<EntryDraft["fields"]>) {
  return { ...actorOf(caller), action, outcome: "ok", fields } as const;
}
