/**
 * The security control byte (IEC 62056-5-3): bits 3–0 suite, 4 A, 5 E, 6 key set,
 * 7 compression.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";

/** The frame's mode by its security suite. */
export const DLMS_MODES = ["dlms-suite-0", "dlms-suite-1", "dlms-suite-2"] as const;

/** DLMS cuts the GCM tag to its first 12 bytes. */
export const TAG_LENGTH = 12;

/** The security suite: 0 and 1 AES-128-GCM, 2 AES-256-GCM. */
export function suiteOf(securityControl: number): number {
  return securityControl & 0x0f;
}

/** Says whether the APDU carries a tag (bit A). */
export function isAuthenticated(securityControl: number): boolean {
  return (securityControl & 0x10) !== 0;
}

/** Says whether the APDU is encrypted (bit E). */
export function isEncrypted(securityControl: number): boolean {
  return (securityControl & 0x20) !== 0;
}

/** Why a body of `length` bytes under this security control cannot be opened; null if it can. */
export function securityRefusal(securityControl: number, length: number): FrameError | null {
  if (suiteOf(securityControl) > 2) {
    return new FrameError("MODE_UNSUPPORTED", "security suite above 2");
  }
  if ((securityControl & 0x80) !== 0) {
    return new FrameError("MODE_UNSUPPORTED", "compressed APDU (V.44)");
  }
  if ((securityControl & 0x40) !== 0) {
    return new FrameError("MODE_UNSUPPORTED", "broadcast key set: not a key of one meter");
  }
  const authenticated = isAuthenticated(securityControl);
  if (!authenticated && !isEncrypted(securityControl)) {
    return new FrameError("NOT_ENCRYPTED", "security control: neither authenticated nor encrypted");
  }
  const least = 1 + (authenticated ? TAG_LENGTH : 0);
  return length < least
    ? new FrameError(
        "FRAME_LENGTH",
        `APDU: expected at least ${least} ciphered bytes, got ${length}`,
      )
    : null;
}

/** Describes a security control byte in words. */
export function securityMeaning(securityControl: number): string {
  const protection = ["none", "authenticated", "encrypted", "authenticated and encrypted"];
  return [
    `suite ${suiteOf(securityControl)}`,
    protection[(securityControl >> 4) & 3],
    (securityControl & 0x40) === 0 ? "unicast key" : "broadcast key",
    ...((securityControl & 0x80) === 0 ? [] : ["compressed"]),
  ].join(", ");
}
