/**
 * What the keystore is asked for a batch: each customer and each meter once, each frame with its
 * readings; and what is kept of the frames meanwhile.
 *
 * @module
 */
import type { CustomerKeyRef, DecryptFrame, DecryptKeys } from "../../../keystore/index.ts";
import { type Caller, inScope } from "../../access/caller.ts";
import type { KnownMeter } from "../../meters/directory.ts";
import { completeNonce, knowsNonce } from "../nonce.ts";
import { profileMismatch } from "../profile-fit.ts";
import type { FrameRequest, Ref } from "../request.ts";
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { isUplink } from "./session.ts";
import { type Trace, type Tracing, traceOf } from "./trace.ts";
import { uplinkRefusal } from "./uplinks.ts";
import type { Parsed } from "./verdict.ts";

/** A frame that goes to the keystore: its place in the call, and what is kept of it. */
interface Given {
  readonly place: number;
  readonly meter: KnownMeter;
  readonly trace: Trace;
}

export interface Calls {
  readonly customers: readonly CustomerKeyRef[];
  readonly keys: readonly DecryptKeys[];
  readonly frames: readonly DecryptFrame[];
  /** Per request: what is given to the keystore, or why nothing is. */
  readonly pending: readonly { readonly ref: Ref; readonly given: Given | FrameError }[];
}

export function collectCalls(
  caller: Caller,
  parsed: readonly Parsed[],
  meters: readonly (KnownMeter | null)[],
  tracing: Tracing,
): Calls {
  const keys = collectKeys();
  const frames: DecryptFrame[] = [];
  const pending = parsed.map(({ request, candidates, refusal }, i) => {
    const meter = meters[i] ?? null;
    const problem = refusal ?? refusalOf(candidates[0]!, meter, caller, request);
    if (problem !== null || meter === null) {
      return { ref: request.ref, given: problem ?? unknownMeter() };
    }
    const place =
      frames.push(frameCall(keys.placeOf(meter, candidates[0]!), candidates, meter)) - 1;
    return {
      ref: request.ref,
      given: { place, meter, trace: traceOf(request, candidates, tracing) },
    };
  });
  return { ...keys.all, frames, pending };
}

function collectKeys() {
  const all = { customers: [] as CustomerKeyRef[], keys: [] as DecryptKeys[] };
  const customerPlaces = new Map<string, number>();
  // A frame without any check is for the active version alone: places of its own.
  const checked = new Map<KnownMeter, number>();
  const unchecked = new Map<KnownMeter, number>();
  return {
    all,
    placeOf(meter: KnownMeter, sealed: SealedFrame): number {
      const isChecked = carriesCheck(sealed);
      const places = isChecked ? checked : unchecked;
      let place = places.get(meter);
      if (place === undefined) {
        let customer = customerPlaces.get(meter.customer);
        if (customer === undefined) {
          customer = all.customers.push(meter.customerKey) - 1;
          customerPlaces.set(meter.customer, customer);
        }
        const versions = isChecked ? meter.versions : activeVersions(meter);
        place = all.keys.push({ customer, profile: meter.profile, versions }) - 1;
        places.set(meter, place);
      }
      return place;
    },
  };
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
    const detail = "the frame carries no address: name its meter in `meter`";
    return new FrameError("METER_UNKNOWN", detail);
  }
  if (meter === null || !inScope(caller, meter.customer)) {
    return unknownMeter();
  }
  if (meter.isRetired || meter.versions.length === 0) {
    return new FrameError("NO_KEY", "the meter is retired or has no key in use");
  }
  const mismatch = profileMismatch(meter.profile, sealed);
  if (mismatch !== null) {
    return new FrameError("PROFILE_MISMATCH", mismatch);
  }
  if (!knowsNonce(sealed, meter.address)) {
    const detail = "the frame carries no address: enrol its meter with version and medium";
    return new FrameError("METER_UNKNOWN", detail);
  }
  return isUplink(sealed) ? uplinkRefusal(meter, request) : null;
}

function unknownMeter(): FrameError {
  return new FrameError("METER_UNKNOWN", "no meter with this address is enrolled");
}

/** A frame as the keystore takes it; `keys` is the place of its meter's keys in the call. */
export function frameCall(
  keys: number,
  candidates: readonly SealedFrame[],
  meter: Pick<KnownMeter, "address" | "allowUnauthenticated">,
): DecryptFrame {
  const sealed = candidates[0]!;
  const { initiate } = sealed;
  // Only a tag can say whether the meter's own key fits where a dedicated one was expected.
  const isTried = sealed.counterOf === "session" && initiate === undefined;
  const call: DecryptFrame = {
    keys,
    suite: sealed.suite,
    nonce: completeNonce(candidates, meter.address),
    securityControl: sealed.securityControl,
    aad: sealed.aad,
    candidates,
    allowUnauthenticated: meter.allowUnauthenticated && !isTried,
  };
  if (initiate === undefined) {
    return call;
  }
  // A request without the client's system title: the meter's may stand for it, its tag decides.
  const isTitled = initiate.nonce.length > 4;
  const nonce = isTitled ? initiate.nonce : Buffer.concat([meter.address.bytes, initiate.nonce]);
  return { ...call, initiate: { ...initiate, nonce } };
}
