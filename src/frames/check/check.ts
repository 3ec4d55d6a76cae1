/**
 * Checks a meter's keys against its frames: the answer to "wrong key?" is a code and a sentence
 * for each frame, never plaintext.
 *
 * Order as for decryption: open inside → record → answer. Freshness and key versions do not move:
 * a check is a question.
 *
 * @module
 */
import type { DecryptFrame, Keystore, KeyTrial } from "../../../keystore/index.ts";
import { actorOf, type Caller } from "../../access/caller.ts";
import type { Activity } from "../../activity/activity.ts";
import type { Knex } from "../../db/open.ts";
import { formatAddress, type RawAddress } from "../../meters/address.ts";
import type { Directory, DirectoryView, KnownMeter } from "../../meters/directory.ts";
import { frameCall } from "../decrypt/calls.ts";
import { isUplink } from "../decrypt/session.ts";
import { uplinkRefusal, withCounters } from "../decrypt/uplinks.ts";
import { knowsNonce } from "../nonce.ts";
import { parseFrame } from "../parse.ts";
import { profileMismatch } from "../profile-fit.ts";
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { type Finding, findingOf, isContradiction, isFitting } from "./finding.ts";

export interface CheckDeps {
  readonly db: Knex;
  readonly activity: Pick<Activity, "commit">;
  readonly directory: Pick<Directory, "view">;
  readonly keystore: Pick<Keystore, "tryKeys">;
}

/** What a check answers. */
export interface CheckReport {
  /** At least one frame opens with the keys on file, and none speaks against them. */
  readonly ok: boolean;
  /** One per frame, in order. */
  readonly frames: readonly Finding[];
}

/**
 * Tries the keys on file on frames that say they are the meter's.
 *
 * @throws {@link KeystoreError} `KEY_INTEGRITY`
 */
export async function checkFrames(
  deps: CheckDeps,
  caller: Caller,
  meter: KnownMeter,
  frames: readonly (Uint8Array | FrameError)[],
): Promise<CheckReport> {
  const parsed = frames.map((frame) =>
    frame instanceof FrameError ? frame : parsedOf(meter, frame),
  );
  const addresses = parsed.flatMap((one) => (one instanceof FrameError ? [] : addressOf(one)));
  const directory = await deps.directory.view();
  await directory.read(addresses);
  const read = parsed.map((one) => readable(meter, one, directory));
  const tried = await withCounters(
    deps.db,
    read.flatMap((candidates) => ("code" in candidates ? [] : [{ candidates }])),
    read.map(() => meter),
  );
  const calls = tried.map(({ candidates }) => callOf(meter, candidates));
  const trials =
    calls.length === 0
      ? []
      : await deps.keystore.tryKeys(meter.customerKey, meter.profile, meter.versions, calls);
  let n = 0;
  const findings = read.map((sealed) =>
    "code" in sealed ? sealed : findingOf(tried[n]!.candidates, trials[n++]!),
  );
  if (trials.length > 0) {
    await record(deps, caller, meter, trials, findings);
  }
  const ok =
    findings.some(({ code }) => isFitting(code)) &&
    !findings.some(({ code }) => isContradiction(code));
  return { ok, frames: findings };
}

/** The address of a frame, none where it does not say. */
function addressOf([first]: readonly SealedFrame[]): RawAddress[] {
  return first?.address == null ? [] : [first.address];
}

/** The readings of a frame on which the key may be tried, or why it may not. */
function readable(
  meter: KnownMeter,
  parsed: readonly SealedFrame[] | FrameError,
  directory: DirectoryView,
): readonly SealedFrame[] | Finding {
  if (parsed instanceof FrameError) {
    return finding(parsed.code, parsed.message);
  }
  // Before any key is used: never a key across meters.
  const [address] = addressOf(parsed);
  if (address !== undefined && directory.get(address)?.id !== meter.id) {
    return finding("OTHER_METER", `the frame is from ${formatAddress(address)}`);
  }
  const mismatch = profileMismatch(meter.profile, parsed[0]!);
  if (mismatch !== null) {
    return finding("PROFILE_MISMATCH", mismatch);
  }
  if (!knowsNonce(parsed[0]!, meter.address)) {
    const detail = "the frame carries no address: enrol its meter with version and medium";
    return finding("METER_UNKNOWN", detail);
  }
  const refusal = isUplink(parsed[0]!) ? uplinkRefusal(meter, {}) : null;
  return refusal === null ? parsed : finding(refusal.code, refusal.message);
}

function parsedOf({ profile }: KnownMeter, frame: Uint8Array): readonly SealedFrame[] | FrameError {
  try {
    return parseFrame(frame, { challenge: null, initiate: null, profile });
  } catch (error) {
    if (error instanceof FrameError) {
      return error;
    }
    throw error;
  }
}

function finding(code: Finding["code"], detail: string): Finding {
  return { code, detail, verification: null, keyVersion: null };
}

function callOf(meter: KnownMeter, candidates: readonly SealedFrame[]): DecryptFrame {
  // A tag that is there is checked, whatever the meter may leave out.
  const isTagged = candidates[0]!.tag.length > 0;
  const allowUnauthenticated = meter.allowUnauthenticated && !isTagged;
  return { ...frameCall(0, candidates, meter), allowUnauthenticated };
}

/** One entry for all frames of a check: whose keys, which versions, and what came of it. */
async function record(
  { activity }: CheckDeps,
  caller: Caller,
  { customer, id, versions }: KnownMeter,
  trials: readonly KeyTrial[],
  findings: readonly Finding[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { code } of findings) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const fields = {
    customer,
    meter: id,
    keyVersions: versions.map((rows) => rows[0]!.version),
    frames: trials.length,
    counts: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  const entry = { ...actorOf(caller), action: "key.tried", outcome: "ok", fields } as const;
  await activity.commit(async () => ({ entries: [entry], result: null }));
}
