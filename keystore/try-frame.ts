/**
 * Opens one frame: every key version, newest first, with every candidate of its bytes.
 *
 * The first that verifies wins. Plaintext that fails its check is wiped where it was made.
 *
 * @module
 */
import type {
  DecryptFrame,
  DecryptKeys,
  DecryptOutcome,
  FrameBody,
  Verification,
} from "./contract.ts";
import type { FrameKeys } from "./key-cache.ts";
import {
  decryptUnchecked,
  isAuthenticated,
  openDlmsGcm,
  suiteKeyLength,
} from "./suites/dlms-gcm.ts";
import { openEllCtr } from "./suites/ell-ctr.ts";
import { looksPlain, openOmsCbc } from "./suites/oms-cbc.ts";

type Failure = Extract<DecryptOutcome, { ok: false }>["code"];

interface Opened {
  readonly plaintext: Uint8Array;
  readonly verification: Verification;
}

/** `versions[i]` opens the rows `entry.versions[i]`; null = they do not open (KEY_INTEGRITY). */
export function tryFrame(
  frame: DecryptFrame,
  entry: DecryptKeys,
  versions: readonly (() => FrameKeys | null)[],
): DecryptOutcome {
  let code: Failure = "NO_KEY";
  const tried: number[] = [];
  for (let v = 0; v < versions.length; v++) {
    const keyVersion = entry.versions[v]?.[0]?.version ?? 0;
    const keys = versions[v]!();
    if (keys === null) {
      code = "KEY_INTEGRITY";
      continue;
    }
    for (let c = 0; c < frame.candidates.length; c++) {
      const result = open(frame, frame.candidates[c]!, keys);
      if (typeof result !== "string") {
        const failed = tried.filter((version) => version !== keyVersion);
        return { ok: true, ...result, candidate: c, keyVersion, tried: failed };
      }
      // A damaged row is the graver finding: a later wrong key does not hide it.
      if (code !== "KEY_INTEGRITY") {
        code = result;
      }
      if (tried.at(-1) !== keyVersion && result.endsWith("_FAILED")) {
        tried.push(keyVersion);
      }
    }
  }
  return { ok: false, code, tried };
}

function open(frame: DecryptFrame, candidate: FrameBody, keys: FrameKeys): Opened | Failure {
  switch (frame.suite) {
    case "oms-cbc":
      return openOms(frame, candidate, keys);
    case "ell-ctr":
      return openEll(frame, candidate, keys);
    case "dlms-gcm":
      return openDlms(frame, candidate, keys);
    default:
      return "NO_KEY";
  }
}

function openOms(frame: DecryptFrame, { ciphertext }: FrameBody, keys: FrameKeys) {
  return withKey(keys, 16, (key): Opened | Failure => {
    const plaintext = openOmsCbc(key, frame.nonce, ciphertext);
    if (plaintext !== null) {
      return { plaintext, verification: "check16" };
    }
    return looksPlain(ciphertext) ? "NOT_ENCRYPTED" : "CHECK_FAILED";
  });
}

function openEll(frame: DecryptFrame, { ciphertext }: FrameBody, keys: FrameKeys) {
  return withKey(keys, 16, (key): Opened | Failure => {
    const plaintext = openEllCtr(key, frame.nonce, ciphertext);
    return plaintext === null ? "CHECK_FAILED" : { plaintext, verification: "crc16" };
  });
}

function openDlms(frame: DecryptFrame, { ciphertext, tag }: FrameBody, keys: FrameKeys) {
  const sc = frame.securityControl;
  return withKey(keys, suiteKeyLength(sc), (guek): Opened | Failure => {
    const unchecked = (): Opened => ({
      plaintext: decryptUnchecked(guek, frame.nonce, ciphertext),
      verification: "none",
    });
    const ak = keys.authentication;
    if (!isAuthenticated(sc)) {
      // No downgrade: who holds an authentication key is expected to authenticate.
      return ak !== null && !frame.allowUnauthenticated ? "NOT_AUTHENTICATED" : unchecked();
    }
    if (ak === null) {
      const encrypted = (sc & 0x20) !== 0;
      return encrypted && frame.allowUnauthenticated ? unchecked() : "NO_KEY";
    }
    const plaintext = ak.use((gak) => openDlmsGcm(guek, gak, sc, frame.nonce, ciphertext, tag));
    return plaintext === null ? "TAG_FAILED" : { plaintext, verification: "tag96" };
  });
}

function withKey(
  keys: FrameKeys,
  length: number,
  work: (key: Uint8Array) => Opened | Failure,
): Opened | Failure {
  if (keys.encryption === null) {
    return "NO_KEY";
  }
  return keys.encryption.length === length ? keys.encryption.use(work) : "KEY_LENGTH";
}
