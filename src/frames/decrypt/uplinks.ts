/**
 * What a LoRaWAN uplink needs besides its bytes: its session, and the upper half of its counter.
 *
 * Only the lower 16 bits of FCnt are on the air; the MIC decides which upper half is right. The
 * last one that fitted is kept per device and session, where it is above 0: a place to begin, not
 * a proof of freshness, which 32 bits of MIC are not. It never goes back, so that no replay can
 * lead away from the device's own counter.
 *
 * @module
 */
import { asBuffer, insertRows } from "../../db/bulk.ts";
import type { Knex } from "../../db/open.ts";
import { addressKey, type KnownMeter } from "../../meters/directory.ts";
import { withUpperHalf } from "../lorawan/uplink.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { isUplink, sessionOf } from "./session.ts";
import type { Verdict } from "./verdict.ts";

interface Readings {
  readonly candidates: readonly SealedFrame[];
}

const LAST_HALF = 0xffff;

/** Gives each uplink one candidate for each upper half that is worth a try. */
export async function withCounters<R extends Readings>(
  db: Knex,
  parsed: readonly R[],
  meters: readonly (KnownMeter | null)[],
): Promise<readonly R[]> {
  const rows = new Set(
    parsed.flatMap(({ candidates: [first] }, i) =>
      first !== undefined && isUplink(first) ? (meters[i]?.row ?? []) : [],
    ),
  );
  if (rows.size === 0) {
    return parsed;
  }
  const known = await storedHalves(db, [...rows]);
  return parsed.map((item, i) => {
    const [first] = item.candidates;
    const row = meters[i]?.row;
    if (first === undefined || row === undefined || !isUplink(first)) {
      return item;
    }
    const halves = upperHalves(known.get(keyOf(row, sessionOf(first))) ?? null);
    return { ...item, candidates: halves.map((upper) => withUpperHalf(first, upper)) };
  });
}

/** Upper halves to try, likeliest first: at most four, or a guess at the MIC gets too cheap. */
export function upperHalves(last: number | null): readonly number[] {
  // 0 last: a device that was personalised may begin anew.
  const halves = last === null ? [0, 1, 2, 3] : [last, last + 1, last - 1, 0];
  return [...new Set(halves)].filter((half) => half >= 0 && half <= LAST_HALF);
}

/** Keeps the upper halves of the uplinks that opened, in the transaction of their log entry. */
export async function saveCounters(trx: Knex, verdicts: readonly Verdict[]): Promise<void> {
  const highest = new Map<string, [number, Uint8Array, number]>();
  verdicts.forEach((verdict) => {
    const session = verdict.meter === null ? null : verdict.trace.session;
    if (verdict.meter === null || session === null || !verdict.outcome.ok) {
      return;
    }
    const { meter, outcome, trace } = verdict;
    const { readings } = trace;
    const upper = Math.floor((readings[outcome.candidate]?.counter ?? 0) / 0x10000);
    const key = keyOf(meter.row, session);
    if (upper > (highest.get(key)?.[2] ?? 0)) {
      highest.set(key, [meter.row, session, upper]);
    }
  });
  await insertRows(
    trx,
    "uplink_counters",
    ["meter", "session", "upper"],
    [...highest.values()],
    "ON CONFLICT (meter, session) DO UPDATE SET upper = excluded.upper WHERE uplink_counters.upper < excluded.upper",
  );
}

/** Why an uplink cannot be opened with what its line and its device's record hold; else null. */
export function uplinkRefusal(
  meter: KnownMeter,
  { join }: Pick<FrameRequest, "join">,
): FrameError | null {
  if (join === undefined) {
    const hasSession = meter.versions.some((rows) => rows.some(({ type }) => type === "nwkskey"));
    return hasSession
      ? null
      : new FrameError(
          "NO_KEY",
          "the device has an AppKey only: a decrypt line gives its join in `join`",
        );
  }
  return addressKey(join.device) === addressKey(meter.address)
    ? null
    : new FrameError("METER_UNKNOWN", "the join is that of another device");
}

async function storedHalves(db: Knex, meters: readonly number[]): Promise<Map<string, number>> {
  const halves = new Map<string, number>();
  for (let at = 0; at < meters.length; at += 5000) {
    const part = meters.slice(at, at + 5000);
    for (const { meter, session, upper } of await db("uplink_counters").whereIn("meter", part)) {
      halves.set(keyOf(meter, session), upper);
    }
  }
  return halves;
}

function keyOf(meter: number, session: Uint8Array): string {
  return `${meter}:${asBuffer(session).toString("latin1")}`;
}
