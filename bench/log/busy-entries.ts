/**
 * What a utility's month looks like in the log: frames day and night, people by day.
 *
 * Everything follows from a seed, so that two runs write the same entries.
 *
 * @module
 */
import { encodeAccessSet } from "../../src/activity/entries/access-set.ts";
import type { EntryDraft } from "../../src/activity/entries/entry.ts";

/** Who and what the entries are about. */
export interface Cast {
  readonly machines: readonly string[];
  readonly custodians: readonly string[];
  readonly auditors: readonly string[];
  readonly customers: readonly { readonly id: string; readonly meters: number }[];
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const REFUSALS = ["METER_UNKNOWN", "FORBIDDEN", "LINK_UNKNOWN", "BAD_REQUEST"];

/** A link that the entries tell of. */
export interface BusyLink {
  readonly reference: string;
  /** Short id, hex. */
  readonly link: string;
  readonly customer: string;
  readonly meters: number;
  readonly isConfirmed: boolean;
}

/** Makes entries, one after the other; a link's life is spread over later ones. */
export function busyEntries(
  cast: Cast,
  seed = 1,
  onLink: (link: BusyLink) => void = () => undefined,
): () => EntryDraft {
  const random = seeded(seed);
  const waiting: EntryDraft[] = [];
  const references = new Set<string>();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const byToken = (actor: string, role: string) => ({
    actor,
    role,
    auth: "token" as const,
    purpose: null,
    request: hex(16),
  });

  /** In a million entries two of them would be the same. */
  function newReference(): string {
    for (;;) {
      const reference = `REF-${hex(4).toUpperCase()}-${hex(4).toUpperCase()}`;
      if (!references.has(reference)) {
        references.add(reference);
        return reference;
      }
    }
  }

  function keysOf(meters: number, count: number): number[][] {
    const numbers = new Set(Array.from({ length: count }, () => 1 + Math.floor(random() * meters)));
    const uses = [...numbers].map((number) => ({ number, version: 1, counts: [1, 0] }));
    return encodeAccessSet(uses)[0] ?? [];
  }

  function decrypted(): EntryDraft {
    const customer = pick(cast.customers);
    const keys = keysOf(customer.meters, random() < 0.01 ? 200 : 1 + Math.floor(random() * 8));
    const fields = { part: 0, of: 1, piece: 0, keys, frames: keys.length, digest: hex(64) };
    return {
      ...byToken(pick(cast.machines), "data-management"),
      action: "frames.decrypted",
      outcome: "ok",
      fields: { customer: customer.id, ...fields },
    };
  }

  function dispatched(): EntryDraft {
    const customer = pick(cast.customers);
    const reference = newReference();
    const link = hex(24);
    const keys = keysOf(customer.meters, 1 + Math.floor(random() * 12)).map((use) =>
      use.slice(0, 2),
    );
    const by = {
      actor: link,
      role: "recipient",
      auth: "link",
      purpose: null,
      request: null,
    } as const;
    const step = (action: string): EntryDraft => ({
      ...by,
      action,
      outcome: "ok",
      fields: { link, reference },
    });
    const isConfirmed = random() < 0.9;
    const life = isConfirmed ? ["link.opened", "link.claimed", "link.confirmed"] : ["link.expired"];
    waiting.push(...life.map(step));
    onLink({ reference, link, customer: customer.id, meters: keys.length, isConfirmed });
    return {
      ...byToken(pick(cast.custodians), "custodian"),
      action: "link.dispatched",
      outcome: "ok",
      fields: { customer: customer.id, reference, link, keys, count: keys.length, to: hex(64) },
    };
  }

  function refused(): EntryDraft {
    const code = pick(REFUSALS);
    const actor = pick([...cast.machines, ...cast.custodians]);
    return random() < 0.5
      ? {
          ...byToken(actor, "custodian"),
          action: "links.read.refused",
          outcome: "refused",
          code,
        }
      : {
          ...byToken(pick(cast.machines), "data-management"),
          action: "frames.refused",
          outcome: "refused",
          code: "COUNTED",
          fields: { part: 0, counts: [[code, 1 + Math.floor(random() * 9)]] },
        };
  }

  return () => {
    const die = random();
    if (waiting.length > 0 && die < 0.12) {
      return waiting.shift()!;
    }
    return die < 0.15 ? dispatched() : die < 0.2 ? refused() : decrypted();
  };
}
