/**
 * Answers the field's most common question, "wrong key?": tries a meter's keys on its frames as
 * they are, with their bytes reversed, and without the authentication key.
 *
 * The plaintext is wiped here and no part of the answer. The keys are unwrapped for this one
 * call and wiped after it: a reversed key is in no cache.
 *
 * @module
 */
import type { Profile, StoredKey } from "./contract.ts";
import type { DecryptFailure, DecryptFrame, DecryptOutcome, KeyTrial } from "./frame-contract.ts";
import { FrameKey } from "./frame-key.ts";
import { type FrameKeys, openFrameKeys, wipeFrameKeys } from "./open-keys.ts";
import { isPlausibleApdu } from "./plausible-apdu.ts";
import { SecretKey } from "./secret-key.ts";
import { tryFrame } from "./try-frame.ts";
import type { WrappingKey } from "./wrap.ts";

/** One version's keys, as they are and turned round. */
interface Version {
  readonly version: number;
  readonly keys: FrameKeys;
  readonly reversed: FrameKeys;
}

/** A way of trying a version's keys; alone = without the authentication key, so unchecked. */
interface Way {
  readonly fit: "whole" | "reversed" | "encryption-key";
  readonly isAlone: boolean;
  readonly keysOf: (version: Version) => FrameKeys;
}

/** In this order: what says more about the key on file comes first. */
const WAYS: readonly Way[] = [
  { fit: "whole", isAlone: false, keysOf: ({ keys }) => keys },
  { fit: "reversed", isAlone: false, keysOf: ({ reversed }) => reversed },
  { fit: "encryption-key", isAlone: true, keysOf: ({ keys }) => alone(keys) },
  { fit: "reversed", isAlone: true, keysOf: ({ reversed }) => alone(reversed) },
];

/** Tries versions newest first. @throws {@link KeystoreError} `KEY_INTEGRITY` */
export function tryKeys(
  under: WrappingKey,
  profile: Profile,
  versions: readonly (readonly StoredKey[])[],
  frames: readonly DecryptFrame[],
): KeyTrial[] {
  const opened: Version[] = [];
  try {
    for (const rows of versions) {
      const keys = openFrameKeys(under, profile, rows);
      opened.push({ version: rows[0]?.version ?? 0, keys, reversed: turned(keys) });
    }
    return frames.map((frame) => tryWays(frame, opened));
  } finally {
    for (const { keys, reversed } of opened) {
      wipeFrameKeys(keys);
      wipeFrameKeys(reversed);
    }
  }
}

function tryWays(frame: DecryptFrame, versions: readonly Version[]): KeyTrial {
  let code: DecryptFailure | null = null;
  let isNonsense = false;
  // Only DLMS has a second key to leave out.
  const ways = WAYS.filter(({ isAlone }) => !isAlone || frame.suite === "dlms-gcm");
  for (const { fit, isAlone, keysOf } of ways) {
    const asked = isAlone ? { ...frame, allowUnauthenticated: true } : frame;
    for (const version of versions) {
      const held = { version: version.version, open: () => keysOf(version) };
      const outcome = tryFrame(asked, [held]);
      if (isFit(outcome)) {
        const { candidate, keyVersion, verification } = outcome;
        return { fit, code, opened: { candidate, keyVersion, verification } };
      }
      if (outcome.ok) {
        isNonsense = true;
      } else {
        code ??= outcome.code;
      }
    }
  }
  // An encryption key that opens a frame to nonsense is another meter's.
  return { fit: "none", code: isNonsense ? "CHECK_FAILED" : code, opened: null };
}

/** Wipes the plaintext. What nothing verifies must at least look like an APDU. */
function isFit(outcome: DecryptOutcome): outcome is Extract<DecryptOutcome, { ok: true }> {
  if (!outcome.ok) {
    return false;
  }
  const isFitting = outcome.verification !== "none" || isPlausibleApdu(outcome.plaintext);
  outcome.plaintext.fill(0);
  return isFitting;
}

function alone({ encryption }: FrameKeys): FrameKeys {
  return { encryption, authentication: null, join: null };
}

function turned({ encryption, authentication, join }: FrameKeys): FrameKeys {
  return {
    encryption: encryption && new FrameKey(encryption.use(turn)),
    authentication: authentication?.use(turn) ?? null,
    join: join?.use(turn) ?? null,
  };
}

function turn(key: Uint8Array): SecretKey {
  return SecretKey.adopt(Uint8Array.from(key).reverse());
}
