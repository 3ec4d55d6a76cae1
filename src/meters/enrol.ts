/**
 * Enrolment: gives meters their place, their keys and their entry in the log, in one commit.
 *
 * One meter and a file of 100 000 take the same way, a batch at a time. A meter that cannot be
 * enrolled is reported with a code and changes nothing; the others of its batch go on.
 *
 * @module
 */
import type { ImportKey, NewKey, Profile } from "../../keystore/index.ts";
import { actorOf, type Caller, inScope } from "../access/caller.ts";
import type { EntryDraft } from "../activity/entries/entry.ts";
import { newSalt } from "../activity/entries/salted.ts";
import { timestamp } from "../base/clock.ts";
import { formatId, newUid } from "../base/ids.ts";
import type { RawAddress } from "./address.ts";
import { takenAddresses } from "./addresses.ts";
import { addressCommitment, batchCommitment, meterTerms } from "./commitment.ts";
import type { Customer, MeterDeps } from "./customers.ts";
import { insertMeters, type NewMeterRow, reserveNumbers } from "./insert.ts";
import type { Remark } from "./remark.ts";
import { sharedKeys } from "./shared-keys.ts";

export interface Enrolment {
  /** The caller's own place of this meter: a line number, or 0. */
  readonly line: number;
  readonly address: RawAddress;
  readonly profile: Profile;
  readonly name: string | null;
  readonly order: string | null;
  readonly allowUnauthenticated: boolean;
  /** Keys made elsewhere; empty = generate. The bytes are wiped once they are wrapped. */
  readonly keys: readonly Pick<ImportKey, "type" | "key">[];
}

export interface Enrolled {
  readonly meter: string;
  readonly line: number;
  readonly keyCheckValue: string;
}

export interface EnrolReport {
  readonly enrolled: readonly Enrolled[];
  readonly rejected: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** Enrols a batch for one customer; the entry is durable when it resolves. */
export async function enrolMeters(
  deps: MeterDeps,
  caller: Caller,
  customer: Customer,
  batch: readonly Enrolment[],
  wantKcv: boolean,
): Promise<EnrolReport> {
  const rows = await withKeys(deps, customer, batch, wantKcv);
  const createdAt = timestamp(deps.clock());
  const { result } = await deps.activity.commit(async (trx) => {
    const taken = await takenAddresses(
      trx,
      batch.map(({ address }) => address),
    );
    const rejected: Remark[] = [];
    const fresh: (NewMeterRow & { readonly line: number; readonly kcv: string })[] = [];
    rows.forEach((row, i) => {
      const why = taken.claim(row.address);
      if (why === null) {
        fresh.push({ ...row, line: batch[i]!.line });
      } else {
        rejected.push({ line: batch[i]!.line, code: "METER_EXISTS", detail: why });
      }
    });
    const shared = await sharedKeys(trx, fresh, (owner) => inScope(caller, owner));
    const first = await reserveNumbers(trx, customer.num, fresh.length);
    await insertMeters(trx, customer.num, first, createdAt, fresh);
    const result: EnrolReport = {
      enrolled: fresh.map(({ uid, line, kcv }) => ({
        meter: formatId("mtr", uid),
        line,
        keyCheckValue: kcv,
      })),
      rejected,
      warnings: shared,
    };
    return { entries: entriesOf(caller, customer, first, fresh), result };
  });
  return result;
}

/** Draws or wraps the keys of every meter, before the database is asked for anything. */
async function withKeys(
  deps: MeterDeps,
  customer: Customer,
  batch: readonly Enrolment[],
  wantKcv: boolean,
): Promise<(NewMeterRow & { readonly kcv: string })[]> {
  const uids = batch.map(() => newUid());
  const generate = batch.flatMap((item, i) =>
    item.keys.length === 0 ? [{ uid: uids[i]!, version: 1, profile: item.profile }] : [],
  );
  const carried = batch.flatMap((item, i) =>
    item.keys.map(({ type, key }) => ({ uid: uids[i]!, type, version: 1, key })),
  );
  const [generated, wrapped] = await Promise.all([
    generate.length === 0 ? [] : deps.keystore.generate(customer.key, generate, wantKcv),
    carried.length === 0 ? [] : deps.keystore.importKeys(customer.key, carried),
  ]).finally(() => {
    for (const { key } of carried) {
      key.fill(0);
    }
  });
  let nextGenerated = 0;
  let nextCarried = 0;
  return batch.map((item, i) => {
    const own: readonly NewKey[] =
      item.keys.length === 0
        ? [generated[nextGenerated++]!]
        : item.keys.map(() => wrapped[nextCarried++]!);
    return {
      uid: uids[i]!,
      salt: newSalt(),
      address: item.address,
      profile: item.profile,
      name: item.name,
      order: item.order,
      allowUnauthenticated: item.allowUnauthenticated,
      kcv: own[0]?.kcv ?? "",
      keys: own.map((key, k) => ({
        type: item.keys[k]?.type ?? "root",
        origin: item.keys.length === 0 ? "generated" : "imported",
        length: key.wrapped.length - WRAP_OVERHEAD,
        wrapped: key.wrapped,
        fingerprint: item.keys.length === 0 ? null : key.fingerprint,
      })),
    };
  });
}

/** alg, IV and tag around a wrapped key. */
const WRAP_OVERHEAD = 1 + 12 + 16;

/** One leaf for one meter, one leaf per committed batch for many. */
function entriesOf(
  caller: Caller,
  customer: Customer,
  first: number,
  meters: readonly NewMeterRow[],
): EntryDraft[] {
  const by = actorOf(caller);
  const imported = meters.filter((meter) => meter.keys[0]?.origin === "imported").length;
  const committed = meters.map((meter, i) => ({
    number: first + i,
    uid: meter.uid,
    address: addressCommitment(meter.salt, meter.address),
    profile: meter.profile,
    allowUnauthenticated: meter.allowUnauthenticated,
    keys: meter.keys.map(({ type }) => type).sort((a, b) => (a < b ? -1 : 1)),
  }));
  const [only] = committed;
  if (only === undefined) {
    return [];
  }
  const fields =
    committed.length === 1
      ? {
          customer: customer.id,
          number: only.number,
          meter: formatId("mtr", only.uid),
          address: Buffer.from(only.address).toString("hex"),
          terms: meterTerms(only),
          origin: imported === 1 ? "imported" : "generated",
          keyVersion: 1,
        }
      : {
          customer: customer.id,
          from: first,
          to: first + committed.length - 1,
          generated: committed.length - imported,
          imported,
          commitments: batchCommitment(committed),
        };
  const action = committed.length === 1 ? "meter.enrolled" : "meters.enrolled";
  return [{ ...by, action, outcome: "ok", fields }];
}
