/**
 * What the log says of a batch: one leaf per customer with the access set, one for frames that
 * used no key, one per damaged key row.
 *
 * It loses nothing of which meter's key was used, in which version, by whom and for what; it does
 * not claim more: frames are counted and hashed together, not named one by one.
 *
 * @module
 */
import { actorOf, type Caller } from "../../access/caller.ts";
import { encodeAccessSet } from "../../activity/entries/access-set.ts";
import type { EntryDraft } from "../../activity/entries/entry.ts";
import type { Activated } from "./activation.ts";
import type { Received } from "./received.ts";
import type { OpenedBatch } from "./verdict.ts";

const OK = 0;
const FAILED = 1;

/** Frames that opened and frames that did not fit, by a meter's number and the version. */
type CustomerUse = Map<number, VersionUse[]>;

interface VersionUse {
  readonly version: number;
  readonly counts: [number, number];
}

export function batchEntries(
  caller: Caller,
  { verdicts, received }: OpenedBatch,
  activated: readonly Activated[],
  part: number,
): EntryDraft[] {
  const by = actorOf(caller);
  const customers = new Map<string, CustomerUse>();
  const refused = new Map<string, number>();
  const damaged = new Map<string, EntryDraft>();
  verdicts.forEach(({ outcome, meter }) => {
    if (meter === null) {
      refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
      return;
    }
    const customer = useOf(customers, meter.customer);
    outcome.tried.forEach((version) => {
      useFor(customer, meter.number, version).counts[FAILED]++;
    });
    if (outcome.ok) {
      useFor(customer, meter.number, outcome.keyVersion).counts[OK]++;
    }
    if (!outcome.ok && outcome.tried.length === 0) {
      refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
    }
    if (outcome.ok ? outcome.isDamaged : outcome.code === "KEY_INTEGRITY") {
      const fields = { customer: meter.customer, meter: meter.id };
      const failure = {
        action: "key.integrity",
        outcome: "failed",
        code: "KEY_INTEGRITY",
      } as const;
      damaged.set(meter.id, { ...by, ...failure, fields });
    }
  });
  return [
    ...[...customers].flatMap(([customer, use]) =>
      useEntries(by, customer, use, received.get(customer)!, part),
    ),
    ...refusedEntry(by, refused, part),
    ...damaged.values(),
    ...activated.map(({ customer, meter, version, superseded }): EntryDraft => {
      const fields = { customer, meter, keyVersion: version, superseded };
      return { ...by, action: "key.activated", outcome: "ok", fields };
    }),
  ];
}

function useOf(customers: Map<string, CustomerUse>, customer: string): CustomerUse {
  let use = customers.get(customer);
  if (use === undefined) {
    use = new Map();
    customers.set(customer, use);
  }
  return use;
}

function useFor(uses: CustomerUse, number: number, version: number): VersionUse {
  let versions = uses.get(number);
  if (versions === undefined) {
    versions = [];
    uses.set(number, versions);
  }
  let use = versions.find((one) => one.version === version);
  if (use === undefined) {
    use = { version, counts: [0, 0] };
    versions.push(use);
  }
  return use;
}

function useEntries(
  by: ReturnType<typeof actorOf>,
  customer: string,
  use: CustomerUse,
  { frames, digest }: Received,
  part: number,
): EntryDraft[] {
  const parts = encodeAccessSet(
    [...use].flatMap(([number, versions]) =>
      versions.map(({ version, counts }) => ({ number, version, counts })),
    ),
  );
  return parts.map((keys, i) => ({
    ...by,
    action: "frames.decrypted",
    outcome: "ok",
    fields: { customer, part, of: parts.length, piece: i, keys, frames, digest },
  }));
}

function refusedEntry(
  by: ReturnType<typeof actorOf>,
  refused: ReadonlyMap<string, number>,
  part: number,
): EntryDraft[] {
  if (refused.size === 0) {
    return [];
  }
  const counts = [...refused].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = { part, counts };
  return [{ ...by, action: "frames.refused", outcome: "refused", code: "COUNTED", fields }];
}
