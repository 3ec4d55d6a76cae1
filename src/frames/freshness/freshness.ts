/**
 * Was this frame seen before? Per meter and key version, in the transaction of the log entry.
 *
 * A counter moves only after a tag or MAC of at least 64 bits: a 16-bit check can be hit by chance
 * or by an attacker with 65 536 tries. What a batch has shown goes into the database as one row of
 * a journal; windows are written in bulk now and then, and the journal is cut behind them. Who
 * opens the database after a crash reads the windows and then the journal: nothing moves back.
 *
 * @module
 */
import { insertRows } from "../../db/bulk.ts";
import type { Knex } from "../../db/open.ts";
import { packSightings, type Sighting, unpackSightings } from "./journal.ts";
import { type Freshness, Window } from "./window.ts";

export interface FreshnessStore {
  /** Reads the windows of some meters into memory, where they are not there yet. */
  load(trx: Knex, meters: Iterable<number>): Promise<void>;
  /** Judges a frame of a meter that was loaded. */
  judge(sighting: Sighting): Freshness;
  /** Independent verifications under a version so far. */
  proofs(meter: number, version: number): number;
  /** Writes what was judged since the last call. */
  save(trx: Knex): Promise<void>;
  /** Writes every window that the journal is ahead of, so that the table is complete. */
  settle(trx: Knex): Promise<void>;
  /**
   * Says that a transaction has been committed. Without this word the next one forgets what is in
   * memory and reads it anew: memory may be ahead of the database.
   */
  confirm(trx: Knex): void;
}

/** Sightings in the journal from which on windows are written. */
const JOURNAL_LIMIT = 50_000;
/** Windows written with one batch, at least; never fewer than the batch has frames. */
const WRITE_STEP = 500;
const MAX_METERS = 500_000;
const PER_QUERY = 5000;

/** The windows of one meter by key version: nearly always one. */
type Versions = Map<number, Window>;

/** One round of writing windows, after which the journal up to `until` is needless. */
interface Round {
  readonly until: number;
  readonly meters: number[];
}

interface Memory {
  readonly meters: Map<number, Versions>;
  /** Meters whose windows are ahead of the table. */
  ahead: Set<number>;
  /** Number of the journal's last row. */
  last: number;
  /** Sightings in the journal since the last round began. */
  journalled: number;
  pending: Sighting[];
  round: Round | null;
}

export function createFreshnessStore(journalLimit = JOURNAL_LIMIT): FreshnessStore {
  let memory: Memory | null = null;
  /** The transaction that wrote last, until it is known to be committed. */
  let unconfirmed: Knex | null = null;

  async function enter(trx: Knex): Promise<Memory> {
    if (unconfirmed !== null && unconfirmed !== trx) {
      memory = null;
    }
    unconfirmed = trx;
    memory ??= await recover(trx);
    return memory;
  }

  async function recover(trx: Knex): Promise<Memory> {
    const recovered: Memory = {
      meters: new Map(),
      ahead: new Set(),
      last: 0,
      journalled: 0,
      pending: [],
      round: null,
    };
    const rows = await trx("freshness_journal").orderBy("seq").select("seq", "sightings");
    const sightings = rows.flatMap((row) => unpackSightings(row.sightings));
    await read(
      trx,
      recovered,
      sightings.map(({ meter }) => meter),
    );
    for (const sighting of sightings) {
      judge(recovered, sighting);
    }
    recovered.last = rows.at(-1)?.seq ?? 0;
    recovered.journalled = sightings.length;
    return recovered;
  }

  function loaded(): Memory {
    if (memory === null) {
      throw new TypeError("freshness: expected a load first");
    }
    return memory;
  }

  return {
    async load(trx, meters) {
      const state = await enter(trx);
      if (state.meters.size > MAX_METERS) {
        forgetWritten(state);
      }
      await read(trx, state, meters);
    },
    judge(sighting) {
      const state = loaded();
      state.pending.push(sighting);
      return judge(state, sighting);
    },
    proofs: (meter, version) => memory?.meters.get(meter)?.get(version)?.proofs ?? 0,
    async save(trx) {
      const state = loaded();
      const { pending } = state;
      state.pending = [];
      if (pending.length > 0) {
        state.last += 1;
        state.journalled += pending.length;
        await trx("freshness_journal").insert({
          seq: state.last,
          sightings: packSightings(pending),
        });
      }
      if (state.round === null && state.journalled >= journalLimit) {
        beginRound(state);
      }
      await writeSome(trx, state, Math.max(WRITE_STEP, pending.length));
    },
    async settle(trx) {
      const state = await enter(trx);
      // What an unfinished round has not written yet is still ahead of the table.
      for (const meter of state.round?.meters ?? []) {
        state.ahead.add(meter);
      }
      beginRound(state);
      await writeSome(trx, state, Number.POSITIVE_INFINITY);
    },
    confirm(trx) {
      unconfirmed = unconfirmed === trx ? null : unconfirmed;
    },
  };
}

async function read(trx: Knex, memory: Memory, meters: Iterable<number>): Promise<void> {
  const missing = new Set<number>();
  for (const meter of meters) {
    if (!memory.meters.has(meter)) {
      missing.add(meter);
    }
  }
  const wanted = [...missing];
  for (const meter of wanted) {
    memory.meters.set(meter, new Map());
  }
  for (let at = 0; at < wanted.length; at += PER_QUERY) {
    const part = wanted.slice(at, at + PER_QUERY);
    for (const row of await trx("freshness").whereIn("meter", part).select()) {
      memory.meters.get(row.meter)?.set(row.version, Window.read(row.state));
    }
  }
}

function judge({ meters, ahead }: Memory, sighting: Sighting): Freshness {
  const { meter, version, counter, digest, proof } = sighting;
  const versions = meters.get(meter);
  if (versions === undefined) {
    throw new TypeError("freshness: expected the meter to be loaded");
  }
  let window = versions.get(version);
  if (window === undefined) {
    window = Window.empty();
    versions.set(version, window);
  }
  ahead.add(meter);
  if (proof !== null) {
    window.addProof(proof);
  }
  return window.judge(counter, digest);
}

function beginRound(state: Memory): void {
  state.round = { until: state.last, meters: [...state.ahead] };
  state.ahead = new Set();
  state.journalled = 0;
}

/** Writes the windows of up to `count` meters of the round; at its end cuts the journal. */
async function writeSome(trx: Knex, state: Memory, count: number): Promise<void> {
  const { round, meters } = state;
  if (round === null) {
    return;
  }
  const part = round.meters.splice(Math.max(0, round.meters.length - count));
  const rows = part.flatMap((meter) =>
    [...(meters.get(meter) ?? [])].map(([version, window]) => [meter, version, window.write()]),
  );
  await insertRows(
    trx,
    "freshness",
    ["meter", "version", "state"],
    rows,
    "ON CONFLICT (meter, version) DO UPDATE SET state = excluded.state",
  );
  if (round.meters.length === 0) {
    await trx("freshness_journal").where("seq", "<=", round.until).delete();
    state.round = null;
  }
}

/** Makes room: what the table holds as well can be read again. */
function forgetWritten({ meters, ahead, round }: Memory): void {
  const kept = new Set([...ahead, ...(round?.meters ?? [])]);
  for (const meter of meters.keys()) {
    if (!kept.has(meter)) {
      meters.delete(meter);
    }
  }
}
