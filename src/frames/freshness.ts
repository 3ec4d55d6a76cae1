/**
 * Was this frame seen before? Per meter and key version, in the transaction of the log entry.
 *
 * A counter moves only after a tag or MAC: a 16-bit check can be hit by chance or by an attacker
 * with 65 536 tries. Late frames from other gateways are normal, so a window of the last 64
 * counters is kept, not a bare maximum. Without an authenticated counter a frame is `unknown`,
 * or `duplicate` when the same bytes were seen.
 *
 * @module
 */
import { insertRows } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";

export type Freshness = "fresh" | "duplicate" | "old" | "unknown";

export interface Sighting {
  readonly meter: number;
  readonly version: number;
  /** Counter, when a tag or MAC vouches for it; else null. */
  readonly counter: number | null;
  /** First 4 bytes of SHA-256 over the frame's cryptographic parts. */
  readonly digest: number;
  /** What a lucky hit on a 16-bit check cannot be varied in: see `proofOf`. */
  readonly proof: number;
}

export interface State {
  counter: number | null;
  /** Bit n: counter − n was seen. */
  seen: bigint;
  /** Digests of the last frames, newest first: as many as the window has counters. */
  recent: number[];
  /** Independent verifications under this version, at most as many as an activation asks for. */
  proofs: number[];
}

export interface FreshnessStore {
  /** Reads the states of some meters into memory, where they are not there yet. */
  load(trx: Knex, meters: readonly number[]): Promise<void>;
  judge(sighting: Sighting): Freshness;
  state(meter: number, version: number): State | undefined;
  /** Writes every state that `judge` has changed. */
  save(trx: Knex): Promise<void>;
  /** Forgets everything: a commit failed and memory may be ahead of the table. */
  reset(): void;
}

const WINDOW = 64n;
const MASK = (1n << WINDOW) - 1n;
const RECENT = 64;
const DIGEST_BYTES = 4;
const MAX_PROOFS = 3;
const MAX_STATES = 500_000;

export function createFreshnessStore(): FreshnessStore {
  let states = new Map<string, State>();
  let loaded = new Set<number>();
  let changed = new Map<string, Sighting>();

  return {
    async load(trx, meters) {
      if (loaded.size > MAX_STATES) {
        states = new Map();
        loaded = new Set();
      }
      const missing = [...new Set(meters)].filter((meter) => !loaded.has(meter));
      for (let at = 0; at < missing.length; at += 5000) {
        const part = missing.slice(at, at + 5000);
        for (const row of await trx("freshness").whereIn("meter", part).select()) {
          states.set(keyOf(row.meter, row.version), readState(row.state));
        }
      }
      for (const meter of missing) {
        loaded.add(meter);
      }
    },
    judge(sighting) {
      const key = keyOf(sighting.meter, sighting.version);
      const state = states.get(key) ?? { counter: null, seen: 0n, recent: [], proofs: [] };
      states.set(key, state);
      changed.set(key, sighting);
      if (state.proofs.length < MAX_PROOFS && !state.proofs.includes(sighting.proof)) {
        state.proofs.push(sighting.proof);
      }
      return judge(state, sighting);
    },
    state: (meter, version) => states.get(keyOf(meter, version)),
    async save(trx) {
      const rows = [...changed].map(([key, { meter, version }]) => {
        return [meter, version, writeState(states.get(key)!)];
      });
      changed = new Map();
      await insertRows(
        trx,
        "freshness",
        ["meter", "version", "state"],
        rows,
        "ON CONFLICT (meter, version) DO UPDATE SET state = excluded.state",
      );
    },
    reset() {
      states = new Map();
      loaded = new Set();
      changed = new Map();
    },
  };
}

/** Judges one frame and moves the state. */
export function judge(
  state: State,
  { counter, digest }: Pick<Sighting, "counter" | "digest">,
): Freshness {
  const isRepeat = state.recent.includes(digest);
  if (!isRepeat) {
    if (state.recent.unshift(digest) > RECENT) {
      state.recent.pop();
    }
  }
  if (counter === null) {
    return isRepeat ? "duplicate" : "unknown";
  }
  if (state.counter === null || counter > state.counter) {
    const step = state.counter === null ? WINDOW : BigInt(counter - state.counter);
    state.seen = step >= WINDOW ? 1n : ((state.seen << step) | 1n) & MASK;
    state.counter = counter;
    return "fresh";
  }
  if (isRepeat) {
    return "duplicate";
  }
  const behind = BigInt(state.counter - counter);
  // Before the shift: a counter may be 2^32 behind, and a bit so far up fills the memory.
  if (behind >= WINDOW) {
    return "old";
  }
  const bit = 1n << behind;
  if ((state.seen & bit) !== 0n) {
    return "old";
  }
  state.seen |= bit;
  return "fresh";
}

function keyOf(meter: number, version: number): string {
  return `${meter}:${version}`;
}

/** counter present u8 ‖ counter f64 ‖ seen u64 ‖ proofs u8 ‖ 3 proofs u32 ‖ digests u32 …, big endian. */
const HEAD = 1 + 8 + 8 + 1 + MAX_PROOFS * 4;

function readState(bytes: Uint8Array): State {
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const recent: number[] = [];
  for (let at = HEAD; at < from.length; at += DIGEST_BYTES) {
    recent.push(from.readUInt32BE(at));
  }
  return {
    counter: from[0] === 1 ? from.readDoubleBE(1) : null,
    seen: from.readBigUInt64BE(9),
    proofs: Array.from({ length: from[17] ?? 0 }, (_, i) => from.readUInt32BE(18 + i * 4)),
    recent,
  };
}

function writeState({ counter, seen, recent, proofs }: State): Buffer {
  const to = Buffer.alloc(HEAD + recent.length * DIGEST_BYTES);
  to[0] = counter === null ? 0 : 1;
  to.writeDoubleBE(counter ?? 0, 1);
  to.writeBigUInt64BE(seen, 9);
  to[17] = proofs.length;
  for (const [i, proof] of proofs.entries()) {
    to.writeUInt32BE(proof, 18 + i * 4);
  }
  let at = HEAD;
  for (const digest of recent) {
    at = to.writeUInt32BE(digest, at);
  }
  return to;
}
