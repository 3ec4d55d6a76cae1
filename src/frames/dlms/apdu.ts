/**
 * Ciphered DLMS/COSEM APDUs (IEC 62056-5-3): general-glo-ciphering with its system
 * title, and the service-specific glo forms, whose system title was exchanged before.
 *
 *     DB  len ST  len  SC IC(4) body            C8…CF, 21…38  len  SC IC(4) body
 *
 * The walk does not throw, for the same reason as that of the wM-Bus layers: the header of a
 * refused frame is worth showing.
 *
 * @module
 */
import { type FrameCode, FrameError, type SealedFrame } from "../sealed-frame.ts";
import { lengthSize, lengthValue } from "./length.ts";
import { isAuthenticated, securityRefusal, suiteOf, TAG_LENGTH } from "./security.ts";
import { apduTag } from "./tags.ts";

const NONE = new Uint8Array(0);
/** SC(1) ‖ IC(4). */
const SECURITY_HEADER = 5;
const MODES = ["dlms-suite-0", "dlms-suite-1", "dlms-suite-2"] as const;

/** What stands before the ciphered part; null or -1 where the frame ended or has none. */
export interface ApduHeader {
  readonly tag: number;
  /** Empty if the APDU says so, null if the form has none. */
  readonly systemTitle: Uint8Array | null;
  readonly length: number;
  readonly securityControl: number;
  readonly counter: number;
  /** Index of the first byte after the invocation counter. */
  readonly body: number;
  /** Why the APDU cannot be opened; null if it can. */
  readonly stop: FrameError | null;
}

/** Index at which the length fields say the APDU ends; -1 if the tag or a length is none. */
export function declaredEnd(apdu: Uint8Array): number {
  const { kind } = apduTag(apdu[0] ?? 0);
  const isAcse = apdu[0]! >= 0x60 && apdu[0]! <= 0x63;
  if (kind !== "general-global" && kind !== "global" && kind !== "dedicated" && !isAcse) {
    return -1;
  }
  const at = isGeneral(apdu[0]!) ? 2 + (apdu[1] ?? 0) : 1;
  const size = lengthSize(apdu, at);
  return size === 0 ? -1 : at + size + lengthValue(apdu, at, size);
}

/** Reads the header of an APDU as far as it goes. */
export function readApdu(apdu: Uint8Array): ApduHeader {
  const tag = apdu[0] ?? 0;
  let systemTitle: Uint8Array | null = null;
  let length = -1;
  const { kind, name } = apduTag(tag);
  const stop = (code: FrameCode, detail: string): ApduHeader => {
    const error = kind === "dedicated" ? dedicatedRefusal(name) : new FrameError(code, detail);
    return { tag, systemTitle, length, securityControl: -1, counter: -1, body: -1, stop: error };
  };
  if (kind === "clear") {
    return stop("NOT_ENCRYPTED", `${name}: an APDU in clear`);
  }
  if (kind === "unknown") {
    return stop("FRAME_FORMAT", "APDU: expected a tag of IEC 62056-5-3");
  }
  const general = isGeneral(tag);
  if (kind !== "general-global" && kind !== "global" && kind !== "dedicated") {
    return stop("MODE_UNSUPPORTED", name);
  }
  const titleLength = general ? (apdu[1] ?? 0) : 0;
  if (general && titleLength !== 0 && titleLength !== 8) {
    return stop("FRAME_FORMAT", "APDU: expected a system title of 8 or 0 bytes");
  }
  const lengthAt = general ? 2 + titleLength : 1;
  const size = lengthSize(apdu, lengthAt);
  if (size === 0) {
    return stop("FRAME_LENGTH", "APDU: the frame ends before its length field or has none");
  }
  systemTitle = general ? apdu.subarray(2, lengthAt) : null;
  length = lengthValue(apdu, lengthAt, size);
  const start = lengthAt + size;
  if (start + length !== apdu.length) {
    const got = apdu.length - start;
    return stop("FRAME_LENGTH", `APDU: expected ${length} bytes by its length field, got ${got}`);
  }
  if (length < SECURITY_HEADER) {
    return stop("FRAME_LENGTH", "APDU: no room for security control and invocation counter");
  }
  const securityControl = apdu[start]!;
  return {
    tag,
    systemTitle,
    length,
    securityControl,
    counter: readCounter(apdu, start + 1),
    body: start + SECURITY_HEADER,
    stop:
      kind === "dedicated"
        ? dedicatedRefusal(name)
        : securityRefusal(securityControl, length - SECURITY_HEADER),
  };
}

/**
 * Cuts a ciphered APDU into its cryptographic parts.
 *
 * @throws {@link FrameError}
 */
export function sealApdu(apdu: Uint8Array): SealedFrame {
  const header = readApdu(apdu);
  if (header.stop !== null) {
    throw header.stop;
  }
  const { systemTitle, securityControl, body } = header;
  const title = systemTitle ?? NONE;
  const end = apdu.length - (isAuthenticated(securityControl) ? TAG_LENGTH : 0);
  // IEC 62056-5-3: initialization vector = system title ‖ invocation counter.
  const nonce = new Uint8Array(title.length + 4);
  nonce.set(title);
  nonce.set(apdu.subarray(body - 4, body), title.length);
  return {
    protocol: "dlms",
    address: title.length === 0 ? null : { kind: "st", bytes: title },
    mode: MODES[suiteOf(securityControl)]!,
    suite: "dlms-gcm",
    nonce,
    securityControl,
    aad: NONE,
    ciphertext: apdu.subarray(body, end),
    tag: end === apdu.length ? NONE : apdu.subarray(end),
    clear: NONE,
    counter: header.counter,
  };
}

/** A dedicated key lives for one association and is not stored: nothing else matters then. */
function dedicatedRefusal(name: string): FrameError {
  return new FrameError("MODE_UNSUPPORTED", `${name}: ciphered with a dedicated key`);
}

function isGeneral(tag: number): boolean {
  return tag === 0xdb || tag === 0xdc;
}

function readCounter(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}
