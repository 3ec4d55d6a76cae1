/**
 * What a check says of a frame: stable codes for programs, a sentence for people.
 *
 * A code of the keystore that says nothing about the key's value is passed on as it is.
 *
 * @module
 */
import type { KeyTrial, Verification } from "../../../keystore/index.ts";
import { DETAILS } from "../decrypt/row.ts";
import type { FrameCode, SealedFrame } from "../sealed-frame.ts";

export type FindingCode =
  /** Opens with the keys on file. */
  | "KEY_FITS"
  /** Opens with the keys on file once the link CRC is cut off its end. */
  | "LINK_CRC_LEFT"
  /** Does not open, with the keys' bytes in either order. */
  | "KEY_WRONG"
  /** Opens with the bytes of the keys in the other order. */
  | "KEY_REVERSED"
  /** The encryption key fits; the tag cannot be checked. */
  | "AUTH_KEY_MISSING"
  /** The encryption key fits; the tag does not. */
  | "AUTH_KEY_WRONG"
  | "OTHER_METER"
  | FrameCode;

/** What became of one frame. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
  /** How strongly the frame was verified; null where no key opened it. */
  readonly verification: Verification | null;
  readonly keyVersion: number | null;
}

const CONTRADICTIONS: ReadonlySet<FindingCode> = new Set([
  "KEY_WRONG",
  "KEY_REVERSED",
  "AUTH_KEY_WRONG",
  "KEY_LENGTH",
  "PROFILE_MISMATCH",
] as const);

/** Says whether a frame speaks for the keys on file. */
export function isFitting(code: FindingCode): boolean {
  return code === "KEY_FITS" || code === "LINK_CRC_LEFT";
}

/** Says whether a frame speaks against what is on file of its meter. */
export function isContradiction(code: FindingCode): boolean {
  return CONTRADICTIONS.has(code);
}

/** Puts a trial of keys into words. */
export function findingOf(candidates: readonly SealedFrame[], trial: KeyTrial): Finding {
  const { fit, opened } = trial;
  const code = trial.code ?? "NO_KEY";
  if (opened === null) {
    return code.endsWith("_FAILED")
      ? { code: "KEY_WRONG", detail: wrongKey(candidates), verification: null, keyVersion: null }
      : { code, detail: DETAILS[code], verification: null, keyVersion: null };
  }
  const { verification, keyVersion, candidate } = opened;
  const how = strength(verification);
  const say = (found: FindingCode, detail: string): Finding => {
    return { code: found, detail, verification, keyVersion };
  };
  if (fit === "reversed") {
    return say("KEY_REVERSED", `opens with the bytes of the key in the other order: ${how}`);
  }
  if (fit === "encryption-key") {
    return encryptionKeyOnly(code, say);
  }
  return isCut(candidates, candidate)
    ? say("LINK_CRC_LEFT", `opens once two bytes of link CRC are cut off its end: ${how}`)
    : say("KEY_FITS", `opens with key version ${keyVersion}: ${how}`);
}

function encryptionKeyOnly(
  code: Exclude<KeyTrial["code"], null>,
  say: (found: FindingCode, detail: string) => Finding,
): Finding {
  switch (code) {
    case "NO_KEY":
      return say(
        "AUTH_KEY_MISSING",
        "the encryption key gives a plausible APDU; no authentication key is on file for the tag",
      );
    case "TAG_FAILED":
      return say(
        "AUTH_KEY_WRONG",
        "the encryption key gives a plausible APDU; the tag does not fit: another authentication key, or the frame was changed",
      );
    default:
      return say(code, DETAILS[code]);
  }
}

function wrongKey([first]: readonly SealedFrame[]): string {
  const why =
    first?.suite === "oms-cbc"
      ? "another key, or a meter that leaves out the check bytes 2F2F"
      : "another key, or a frame that was changed";
  return `does not open with the key on file, in either byte order: ${why}`;
}

/** What was verified, and what that is worth. */
function strength(verification: Verification): string {
  const [, kind, bits = "0"] = /^([a-z]+)(\d+)$/.exec(verification) ?? [];
  if (kind === undefined) {
    return "it looks like an APDU, and no tag proves it";
  }
  const name = CHECKS[kind] ?? kind;
  return Number(bits) > 16
    ? `${name} of ${bits} bits fits`
    : `${name} of ${bits} bits fits, as a wrong key does once in 65 536 frames`;
}

const CHECKS: Readonly<Record<string, string>> = {
  tag: "a tag",
  mac: "a MAC",
  crc: "a CRC",
  check: "a check (2F2F)",
};

/** The reading that opened is shorter than the frame says: see `cutTail`. */
function isCut(candidates: readonly SealedFrame[], candidate: number): boolean {
  const length = (place: number) => candidates[place]?.ciphertext.length ?? 0;
  return length(candidate) < length(0);
}
