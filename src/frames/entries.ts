/**
 * What the log says of a batch: one leaf per customer with the access set, one for frames that
 * used no key, one per damaged key row.
 *
 * It loses nothing of which meter's key was used, in which version, by whom and for what; it does
 * not claim more: frames are counted and hashed together, not named one by one.
 *
 * @module
 */
import { hash } from "node:crypto";
import { actorOf, type Caller } from "../access/caller.ts";
import { encodeAccessSet } from "../activity/access-set.ts";
import type { EntryDraft } from "../activity/entry.ts";
import type { Activated } from "./activation.ts";
import type { Verdict } from "./batch.ts";
import { FrameError } from "./sealed-frame.ts";

const OK = 0;
const FAILED = 1;

interface VersionUse {
  readonly number: number;
  readonly version: number;
  /** Frames that opened, and frames that did not fit. */
  readonly counts: [number, number];
}

interface CustomerUse {
  /** By `number:version`. */
  readonly uses: Map<string, VersionUse>;
  /** u32 length ‖ frame bytes as received, of every frame in order. */
  readonly received: Uint8Array[];
  frames: number;
}

export function batchEntries(
  caller: Caller,
  verdicts: readonly Verdict[],
  activated: readonly Activated[],
  part: number,
): EntryDraft[] {
  const by = actorOf(caller);
  const customers = new Map<string, CustomerUse>();
  const refused = new Map<string, number>();
  const damaged = new Map<string, EntryDraft>();
  for (const { outcome, meter, request } of verdicts) {
    if (outcome instanceof FrameError || meter === null) {
      const code = outcome instanceof FrameError ? outcome.code : "METER_UNKNOWN";
      refused.set(code, (refused.get(code) ?? 0) + 1);
      continue;
    }
    const customer = useOf(customers, meter.customer);
    customer.frames++;
    customer.received.push(...lengthAndFrame(request.frame as Uint8Array));
    for (const version of outcome.tried) {
      useFor(customer, meter.number, version).counts[FAILED]++;
    }
    if (outcome.ok) {
      useFor(customer, meter.number, outcome.keyVersion).counts[OK]++;
    }
    if (!outcome.ok && outcome.tried.length === 0) {
      refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
    }
    if (!outcome.ok && outcome.code === "KEY_INTEGRITY") {
      const fields = { customer: meter.customer, meter: meter.id };
      const failure = { action: "key.integrity", outcome: "failed", code: outcome.code } as const;
      damaged.set(meter.id, { ...by, ...failure, fields });
    }
  }
  return [
    ...[...customers].flatMap(([customer, use]) => useEntries(by, customer, use, part)),
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
    use = { uses: new Map(), received: [], frames: 0 };
    customers.set(customer, use);
  }
  return use;
}

function useFor({ uses }: CustomerUse, number: number, version: number): VersionUse {
  const key = `${number}:${version}`;
  const use = uses.get(key) ?? { number, version, counts: [0, 0] };
  uses.set(key, use);
  return use;
}

function lengthAndFrame(frame: Uint8Array): [Uint8Array, Uint8Array] {
  const { length } = frame;
  return [Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length), frame];
}

function useEntries(
  by: ReturnType<typeof actorOf>,
  customer: string,
  use: CustomerUse,
  part: number,
): EntryDraft[] {
  const digest = hash("sha256", Buffer.concat(use.received), "hex");
  const parts = encodeAccessSet([...use.uses.values()]);
  return parts.map((keys, i) => ({
    ...by,
    action: "frames.decrypted",
    outcome: "ok",
    fields: { customer, part, of: parts.length, piece: i, keys, frames: use.frames, digest },
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
