/**
 * Opens parsed frames with the keys of one meter as a batch of the service and a worker of the
 * keystore do, without database, threads and log.
 *
 * @module
 */
import type { DecryptFailure } from "../../keystore/frame-contract.ts";
import { FrameKey } from "../../keystore/frame-key.ts";
import { isStrong, type Profile, type Verification } from "../../keystore/index.ts";
import { SecretKey } from "../../keystore/secret-key.ts";
import { tryFrame } from "../../keystore/try-frame.ts";
import { frameCall } from "../../src/frames/decrypt/calls.ts";
import { knowsNonce } from "../../src/frames/nonce.ts";
import { profileMismatch } from "../../src/frames/profile-fit.ts";
import type { SealedFrame } from "../../src/frames/sealed-frame.ts";
import type { RawAddress } from "../../src/meters/address.ts";

/** A meter as it is on file. */
export interface SampleMeter {
  readonly address: RawAddress;
  readonly profile: Profile;
  readonly key: Uint8Array;
  readonly authenticationKey: Uint8Array | null;
}

export type Opening =
  | {
      readonly ok: true;
      readonly verification: Verification;
      /** Whether a tag or MAC of at least 64 bits proves it. */
      readonly isProven: boolean;
      readonly plaintext: Uint8Array;
      /** What stood behind it in clear. */
      readonly clear: Uint8Array;
      /** Counter, plaintext and clear text. */
      readonly said: string;
    }
  | { readonly ok: false; readonly code: DecryptFailure | "METER_UNKNOWN" | "PROFILE_MISMATCH" };

/** Tries all readings; frames of another address are another meter's. */
export function openReadings(meter: SampleMeter, readings: readonly SealedFrame[]): Opening {
  const [first] = readings as readonly [SealedFrame];
  const { address, profile, key, authenticationKey } = meter;
  const isOwn = first.address === null || Buffer.compare(first.address.bytes, address.bytes) === 0;
  if (!isOwn || (first.address !== null && first.address.kind !== address.kind)) {
    return { ok: false, code: "METER_UNKNOWN" };
  }
  if (profileMismatch(profile, first) !== null) {
    return { ok: false, code: "PROFILE_MISMATCH" };
  }
  if (!knowsNonce(first, address)) {
    return { ok: false, code: "METER_UNKNOWN" };
  }
  using encryption = new FrameKey(SecretKey.adopt(Uint8Array.from(key)));
  using authentication =
    authenticationKey === null ? null : SecretKey.adopt(Uint8Array.from(authenticationKey));
  const call = frameCall(0, readings, { address, allowUnauthenticated: false });
  const outcome = tryFrame(call, [
    { version: 1, open: () => ({ encryption, authentication, join: null }) },
  ]);
  if (!outcome.ok) {
    return { ok: false, code: outcome.code };
  }
  const { plaintext, verification, candidate } = outcome;
  const { clear } = readings[candidate]!;
  const text = Buffer.concat([plaintext, clear]).toString("hex");
  return {
    ok: true,
    verification,
    isProven: isStrong(verification),
    plaintext,
    clear,
    said: `${first.counter} ${text}`,
  };
}
