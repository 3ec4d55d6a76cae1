/**
 * Opens one frame: every key version, newest first, with every candidate of its bytes.
 *
 * The first that verifies wins. Plaintext that fails its check is wiped where it was made.
 *
 * @module
 */
import type { DecryptFrame, DecryptOutcome, FrameBody, Verification } from "./frame-contract.ts";
import type { FrameKey } from "./frame-key.ts";
import type { FrameKeys } from "./open-keys.ts";
import type { SecretKey } from "./secret-key.ts";
import { openCoseGcm } from "./suites/cose-gcm.ts";
import {
  decryptUnchecked,
  isAuthenticated,
  openDlmsGcm,
  suiteKeyLength,
} from "./suites/dlms-gcm.ts";
import { openDedicatedKey } from "./suites/dlms-initiate.ts";
import { openEllCtr } from "./suites/ell-ctr.ts";
import { joinSession, openUplink, type SessionKeys } from "./suites/lorawan.ts";
import { looksPlain, openOmsCbc } from "./suites/oms-cbc.ts";
import { openOmsCcm } from "./suites/oms-ccm.ts";
import { openOmsKdfA } from "./suites/oms-kdf-a.ts";
import { verificationOf } from "./verification.ts";

type Failure = Extract<DecryptOutcome, { ok: false }>["code"];

interface Opened {
  readonly plaintext: Uint8Array;
  readonly verification: Verification;
}

/** One key version of a meter, as a worker holds it for the length of a batch. */
export interface KeyVersion {
  readonly version: number;
  /** Unwraps its rows, the first time; null = they do not open (KEY_INTEGRITY). */
  open(): FrameKeys | null;
}

/** Tries `versions` in their order. */
export function tryFrame(frame: DecryptFrame, versions: readonly KeyVersion[]): DecryptOutcome {
  let code: Failure = "NO_KEY";
  const tried: number[] = [];
  for (const { version: keyVersion, open: openKeys } of versions) {
    const keys = openKeys();
    if (keys === null) {
      code = "KEY_INTEGRITY";
      continue;
    }
    for (let c = 0; c < frame.candidates.length; c++) {
      const result = open(frame, c, keys);
      if (typeof result !== "string") {
        const { plaintext, verification } = result;
        const failed = tried.length === 0 ? tried : tried.filter((one) => one !== keyVersion);
        const isDamaged = code === "KEY_INTEGRITY";
        return {
          ok: true,
          plaintext,
          candidate: c,
          keyVersion,
          verification,
          tried: failed,
          isDamaged,
        };
      }
      // A damaged row is the graver finding: a later wrong key does not hide it.
      if (code !== "KEY_INTEGRITY") {
        code = result;
      }
      if (tried.at(-1) !== keyVersion && wasUsed(result, frame, keys)) {
        tried.push(keyVersion);
      }
    }
  }
  return { ok: false, code, tried };
}

/** Failures that come before the key is touched. */
const UNTOUCHED: ReadonlySet<Failure> = new Set(["NO_KEY", "KEY_LENGTH", "NOT_AUTHENTICATED"]);

/** Whether a failed attempt has used the keys: the log names every use. */
function wasUsed(result: Failure, { initiate }: DecryptFrame, keys: FrameKeys): boolean {
  if (!UNTOUCHED.has(result)) {
    return true;
  }
  // The request that transports a dedicated key is opened first, whatever it turns out to hold.
  return (
    initiate !== undefined &&
    keys.authentication !== null &&
    keys.encryption?.length === suiteKeyLength(initiate.securityControl)
  );
}

function open(frame: DecryptFrame, c: number, keys: FrameKeys): Opened | Failure {
  const candidate = frame.candidates[c]!;
  switch (frame.suite) {
    case "oms-cbc":
      return openOms(frame, candidate, keys);
    case "ell-ctr":
      return openEll(frame, candidate, keys);
    case "oms-kdf-a":
      return openKdfA(frame, candidate, keys);
    case "oms-ccm":
      return openCcm(frame, candidate, keys);
    case "dlms-gcm":
      return openDlms(frame, candidate, keys);
    case "lorawan":
    case "lorawan-join":
      return openLorawan(frame, c, keys);
    case "cose-gcm":
      return openCose(frame, candidate, keys);
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

function openKdfA({ nonce, aad }: DecryptFrame, candidate: FrameBody, keys: FrameKeys) {
  return withKey(keys, 16, (key): Opened | Failure => {
    const result = openOmsKdfA(key, nonce, aad, candidate);
    return typeof result === "string"
      ? result
      : { plaintext: result, verification: verificationOf("mac", candidate.tag) };
  });
}

function openCcm({ nonce, aad }: DecryptFrame, { ciphertext, tag }: FrameBody, keys: FrameKeys) {
  return withKey(keys, 16, (key): Opened | Failure => {
    const plaintext = openOmsCcm(key, nonce, aad, ciphertext, tag);
    return plaintext === null
      ? "TAG_FAILED"
      : { plaintext, verification: verificationOf("tag", tag) };
  });
}

function openEll(frame: DecryptFrame, { ciphertext }: FrameBody, keys: FrameKeys) {
  return withKey(keys, 16, (key): Opened | Failure => {
    const plaintext = openEllCtr(key, frame.nonce, ciphertext);
    return plaintext === null ? "CHECK_FAILED" : { plaintext, verification: "crc16" };
  });
}

function openDlms(frame: DecryptFrame, candidate: FrameBody, keys: FrameKeys): Opened | Failure {
  const { initiate, securityControl: sc } = frame;
  const ak = keys.authentication;
  if (initiate === undefined) {
    return withKey(keys, suiteKeyLength(sc), (key) => openDlmsUnder(key, ak, frame, candidate));
  }
  return withKey(keys, suiteKeyLength(initiate.securityControl), (key): Opened | Failure => {
    // Without the authentication key nobody can say whose dedicated key this is.
    const opened =
      ak?.use((gak) => key.use((guek) => openDedicatedKey(guek, gak, initiate))) ?? "NO_KEY";
    if (typeof opened === "string") {
      return opened;
    }
    using dedicated = opened;
    return dedicated.length === suiteKeyLength(sc)
      ? openDlmsUnder(dedicated, ak, frame, candidate)
      : "KEY_LENGTH";
  });
}

/** Opens an APDU under its encryption key: the meter's own, or a dedicated one. */
function openDlmsUnder(
  key: Pick<FrameKey, "use">,
  ak: SecretKey | null,
  frame: DecryptFrame,
  candidate: FrameBody,
): Opened | Failure {
  const sc = frame.securityControl;
  const unchecked = (): Opened => ({
    plaintext: key.use((ek) => decryptUnchecked(ek, frame.nonce, candidate.ciphertext)),
    verification: "none",
  });
  if (!isAuthenticated(sc)) {
    // No downgrade: who holds an authentication key is expected to authenticate.
    return ak !== null && !frame.allowUnauthenticated ? "NOT_AUTHENTICATED" : unchecked();
  }
  if (ak === null) {
    const encrypted = (sc & 0x20) !== 0;
    return encrypted && frame.allowUnauthenticated ? unchecked() : "NO_KEY";
  }
  const plaintext = key.use((ek) => ak.use((gak) => openDlmsGcm(ek, gak, frame, candidate)));
  return plaintext === null ? "TAG_FAILED" : { plaintext, verification: "tag96" };
}

function openCose({ nonce, aad }: DecryptFrame, { ciphertext, tag }: FrameBody, keys: FrameKeys) {
  return withKey(keys, 32, (key): Opened | Failure => {
    const plaintext = key.use((cek) => openCoseGcm(cek, nonce, aad, ciphertext, tag));
    return plaintext === null ? "TAG_FAILED" : { plaintext, verification: "tag128" };
  });
}

/** Every candidate is one reading of the 32-bit counter, so it has a nonce of its own. */
function openLorawan(frame: DecryptFrame, c: number, keys: FrameKeys): Opened | Failure {
  const { ciphertext, tag } = frame.candidates[c]!;
  const size = frame.nonce.length / frame.candidates.length;
  const nonce = frame.nonce.subarray(c * size, (c + 1) * size);
  const openWith = (session: SessionKeys): Opened | Failure => {
    const plaintext = openUplink(session, nonce, frame.aad, ciphertext, tag);
    return plaintext === null ? "MAC_FAILED" : { plaintext, verification: "mac32" };
  };
  if (frame.suite === "lorawan") {
    return withKey(keys, 16, (app) =>
      withHeld(keys.authentication, 16, (nwk) =>
        app.use((appSKey) => nwk.use((nwkSKey) => openWith({ nwkSKey, appSKey }))),
      ),
    );
  }
  return withHeld(keys.join, 16, (key) => {
    const session = key.use((appKey) => joinSession(appKey, nonce));
    if (session === null) {
      return "MAC_FAILED";
    }
    try {
      return openWith(session);
    } finally {
      session.nwkSKey.fill(0);
      session.appSKey.fill(0);
    }
  });
}

function withKey(
  keys: FrameKeys,
  length: number,
  work: (key: FrameKey) => Opened | Failure,
): Opened | Failure {
  return withHeld(keys.encryption, length, work);
}

function withHeld<K extends Pick<SecretKey, "length">>(
  key: K | null,
  length: number,
  work: (key: K) => Opened | Failure,
): Opened | Failure {
  if (key === null) {
    return "NO_KEY";
  }
  return key.length === length ? work(key) : "KEY_LENGTH";
}
