/**
 * A batch of frames, from bytes to verdicts: parse, look up, hold against the profile, open.
 *
 * Everything here happens before the log entry; nothing of it may leave the core until
 * `decrypt.ts` has committed the entry.
 *
 * @module
 */
import type {
  CustomerKeyRef,
  DecryptFrame,
  DecryptKeys,
  DecryptOutcome,
  Keystore,
} from "../../keystore/index.ts";
import { type Caller, inScope } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { RawAddress } from "../meters/address.ts";
import type { Directory, KnownMeter } from "../meters/directory.ts";
import { findMeter } from "../meters/find.ts";
import { parseFrame } from "./parse.ts";
import { fitsProfile } from "./profile-fit.ts";
import type { FrameRequest } from "./request.ts";
import { FrameError, type SealedFrame } from "./sealed-frame.ts";

export interface BatchDeps {
  readonly db: Knex;
  readonly directory: Directory;
  readonly keystore: Keystore;
}

/** What came of one frame. A frame whose meter's key was used names that meter. */
export interface Verdict {
  readonly request: FrameRequest;
  readonly meter: KnownMeter | null;
  readonly sealed: SealedFrame | null;
  readonly outcome: DecryptOutcome | FrameError;
}

interface Parsed {
  readonly request: FrameRequest;
  readonly candidates: readonly SealedFrame[];
  readonly refusal: FrameError | null;
}

export async function openBatch(
  deps: BatchDeps,
  caller: Caller,
  requests: readonly FrameRequest[],
): Promise<Verdict[]> {
  const parsed = requests.map(parse);
  const meters = await findMeters(deps, caller, parsed);
  const calls = collectCalls(parsed, meters, caller);
  const outcomes =
    calls.frames.length === 0
      ? []
      : await deps.keystore.decrypt(calls.customers, calls.keys, calls.frames);
  return parsed.map((item, i) => {
    const place = calls.places[i]!;
    const meter = meters[i] ?? null;
    if (place instanceof FrameError) {
      return { request: item.request, meter: null, sealed: null, outcome: place };
    }
    const outcome = outcomes[place]!;
    const sealed = item.candidates[outcome.ok ? outcome.candidate : 0] ?? null;
    return { request: item.request, meter, sealed, outcome };
  });
}

function parse(request: FrameRequest): Parsed {
  if (request.frame instanceof FrameError) {
    return { request, candidates: [], refusal: request.frame };
  }
  try {
    return { request, candidates: parseFrame(request.frame), refusal: null };
  } catch (error) {
    if (error instanceof FrameError) {
      return { request, candidates: [], refusal: error };
    }
    throw error;
  }
}

/** The meter of each frame: by the address in it, or by the caller's word where it has none. */
async function findMeters(
  deps: BatchDeps,
  caller: Caller,
  parsed: readonly Parsed[],
): Promise<(KnownMeter | null)[]> {
  const named = new Map<string, RawAddress | null>();
  for (const item of parsed) {
    const name = nameNeeded(item);
    if (name !== null && !named.has(name)) {
      named.set(name, await addressOf(deps.db, caller, name));
    }
  }
  const addresses = parsed.map((item) => {
    const name = nameNeeded(item);
    return name === null ? (item.candidates[0]?.address ?? null) : (named.get(name) ?? null);
  });
  return await deps.directory.find(addresses);
}

/** The caller's word, for a frame that carries no address; else null. */
function nameNeeded({ candidates, request }: Parsed): string | null {
  return candidates[0]?.address === null ? request.meter : null;
}

async function addressOf(db: Knex, caller: Caller, name: string): Promise<RawAddress | null> {
  try {
    return (await findMeter(db, caller, name)).address;
  } catch (error) {
    if (error instanceof Problem) {
      return null;
    }
    throw error;
  }
}

interface Calls {
  readonly customers: CustomerKeyRef[];
  readonly keys: DecryptKeys[];
  readonly frames: DecryptFrame[];
  /** Per request: its place in `frames`, or why it has none. */
  readonly places: (number | FrameError)[];
}

/** What the keystore is asked: each customer and each meter once, each frame with its readings. */
function collectCalls(
  parsed: readonly Parsed[],
  meters: readonly (KnownMeter | null)[],
  caller: Caller,
): Calls {
  const calls: Calls = { customers: [], keys: [], frames: [], places: [] };
  const customerPlaces = new Map<string, number>();
  // A frame without any check is for the active version alone: places of its own.
  const checkedPlaces = new Map<KnownMeter, number>();
  const uncheckedPlaces = new Map<KnownMeter, number>();
  parsed.forEach(({ candidates, refusal, request }, i) => {
    const meter = meters[i] ?? null;
    const problem = refusal ?? refusalOf(candidates[0]!, meter, caller, request);
    if (problem !== null || meter === null) {
      calls.places.push(problem ?? unknownMeter());
      return;
    }
    let customer = customerPlaces.get(meter.customer);
    if (customer === undefined) {
      customer = calls.customers.push(meter.customerKey) - 1;
      customerPlaces.set(meter.customer, customer);
    }
    const isChecked = carriesCheck(candidates[0]!);
    const keyPlaces = isChecked ? checkedPlaces : uncheckedPlaces;
    let keys = keyPlaces.get(meter);
    if (keys === undefined) {
      const versions = isChecked ? meter.versions : activeVersions(meter);
      keys = calls.keys.push({ customer, profile: meter.profile, versions }) - 1;
      keyPlaces.set(meter, keys);
    }
    calls.places.push(calls.frames.push(frameCall(keys, candidates, meter)) - 1);
  });
  return calls;
}

/** A frame without any check would "open" under every version: it is for the active one. */
function carriesCheck({ suite, tag }: SealedFrame): boolean {
  return suite !== "dlms-gcm" || tag.length > 0;
}

function activeVersions({ versions }: KnownMeter): KnownMeter["versions"] {
  const active = versions.filter((rows) => rows[0]?.state === "active");
  return active.length > 0 ? active : versions;
}

function refusalOf(
  sealed: SealedFrame,
  meter: KnownMeter | null,
  caller: Caller,
  request: FrameRequest,
): FrameError | null {
  if (sealed.address === null && request.meter === null) {
    const detail = "the APDU carries no system title: name its meter in `meter`";
    return new FrameError("METER_UNKNOWN", detail);
  }
  if (meter === null || !inScope(caller, meter.customer)) {
    return unknownMeter();
  }
  if (meter.isRetired || meter.versions.length === 0) {
    return new FrameError("NO_KEY", "the meter is retired or has no key in use");
  }
  if (!fitsProfile(meter.profile, sealed.mode)) {
    return new FrameError(
      "PROFILE_MISMATCH",
      `the frame is ${sealed.mode}, the meter's profile is ${meter.profile}`,
    );
  }
  return null;
}

function unknownMeter(): FrameError {
  return new FrameError("METER_UNKNOWN", "no meter with this address is enrolled");
}

function frameCall(
  keys: number,
  candidates: readonly SealedFrame[],
  meter: KnownMeter,
): DecryptFrame {
  const [sealed] = candidates as readonly [SealedFrame];
  // IEC 62056-5-3: the nonce is system title ‖ invocation counter; the title may come from file.
  const nonce =
    sealed.address === null ? Buffer.concat([meter.address.bytes, sealed.nonce]) : sealed.nonce;
  return {
    keys,
    suite: sealed.suite,
    nonce,
    securityControl: sealed.securityControl,
    aad: sealed.aad,
    candidates,
    allowUnauthenticated: meter.allowUnauthenticated,
  };
}
