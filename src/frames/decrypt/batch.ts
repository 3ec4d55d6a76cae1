/**
 * A batch of frames, from bytes to verdicts: parse, look up, hold against the profile, open.
 *
 * Everything here happens before the log entry; nothing of it may leave the core until
 * `decrypt.ts` has committed the entry. Where no meter has to be read from the database, all of it
 * up to the keystore runs in one go, so that what the parsers made is garbage while it is young.
 *
 * @module
 */
import type { DecryptOutcome, Keystore, Profile } from "../../../keystore/index.ts";
import type { Caller } from "../../access/caller.ts";
import type { Knex } from "../../db/open.ts";
import type { Directory } from "../../meters/directory.ts";
import { parseFrame } from "../parse.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError } from "../sealed-frame.ts";
import type { UnknownAddresses } from "../unknown/unknown.ts";
import { type Calls, collectCalls } from "./calls.ts";
import { findMeters, findNamed, fullAddress, type NamedMeters } from "./find-meters.ts";
import { receivedBy } from "./received.ts";
import type { Tracing } from "./trace.ts";
import { withCounters } from "./uplinks.ts";
import type { OpenedBatch, Parsed, Verdict } from "./verdict.ts";

export interface BatchDeps {
  readonly db: Knex;
  readonly directory: Directory;
  readonly keystore: Keystore;
  readonly unknown: Pick<UnknownAddresses, "note">;
}

/**
 * Opens the frames of a batch.
 *
 * No function that waits for the keystore holds the requests or what the parsers made of them.
 */
export function openBatch(
  deps: BatchDeps & Tracing,
  caller: Caller,
  requests: readonly FrameRequest[],
): Promise<OpenedBatch> {
  return ask(deps, caller, requests).then(answered);
}

/** What is known of a batch while the keystore works on it. */
interface Asked extends Pick<Calls, "pending">, Pick<OpenedBatch, "received" | "messages"> {
  readonly outcomes: Promise<readonly DecryptOutcome[]>;
}

async function ask(
  { db, directory, keystore, unknown, ...tracing }: BatchDeps & Tracing,
  caller: Caller,
  requests: readonly FrameRequest[],
): Promise<Asked> {
  const view = await directory.view();
  const named = await findNamed(db, view, caller, requests);
  const read = requests.map((request) => parse(request, named));
  const meters = await findMeters(view, named, read);
  const parsed = named.size === 0 ? read : await withCounters(db, read, meters);
  const { customers, keys, frames, pending } = collectCalls(caller, parsed, meters, tracing);
  let hasMessages = false;
  pending.forEach(({ given }, i) => {
    if (!(given instanceof FrameError)) {
      hasMessages ||= given.trace.protocol === "cose";
    } else if (given.code === "METER_UNKNOWN" && parsed[i]?.candidates[0]?.address != null) {
      unknown.note(caller, parsed[i].candidates[0].address);
    }
  });
  return {
    pending,
    received: receivedBy(requests, (place) => {
      const given = pending[place]?.given;
      return given === undefined || given instanceof FrameError ? null : given.meter.customer;
    }),
    messages: hasMessages ? requests : null,
    outcomes: frames.length === 0 ? Promise.resolve([]) : keystore.decrypt(customers, keys, frames),
  };
}

async function answered({ outcomes, pending, received, messages }: Asked): Promise<OpenedBatch> {
  const all = await outcomes;
  const verdicts = pending.map(({ ref, given }): Verdict => {
    if (given instanceof FrameError) {
      return { ref, meter: null, outcome: given };
    }
    return { ref, meter: given.meter, trace: given.trace, outcome: all[given.place]! };
  });
  return { verdicts, received, messages };
}

function parse(request: FrameRequest, named: NamedMeters): Parsed {
  if (request.frame instanceof FrameError) {
    return { request, candidates: [], refusal: request.frame };
  }
  try {
    const profile = request.meter === null ? undefined : profileOf(request.meter, named);
    const context = profile === undefined ? request : { ...request, profile };
    return { request, candidates: parseFrame(request.frame, context), refusal: null };
  } catch (error) {
    if (error instanceof FrameError) {
      return { request, candidates: [], refusal: error };
    }
    throw error;
  }
}

/** A DevEUI says LoRaWAN also where its device is unknown: the answer is the same then. */
function profileOf(name: string, named: NamedMeters): Profile | undefined {
  const meter = named.get(name);
  return meter?.profile ?? (fullAddress(name)?.kind === "eui" ? "lorawan" : undefined);
}
