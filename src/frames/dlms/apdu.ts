/**
 * Ciphered DLMS/COSEM APDUs (IEC 62056-5-3): the general forms, which name their sender, and the
 * service-specific ones, whose system title was exchanged when the association was opened.
 *
 *     DB DC  len ST  len  SC IC(4) body         21…4E, C8…D7  len  SC IC(4) body
 *     DD     header of general-ciphering  len  SC IC(4) body
 *
 * The walk does not throw, for the same reason as that of the wM-Bus layers: the header of a
 * refused frame is worth showing.
 *
 * @module
 */
import {
  type FrameCode,
  FrameError,
  type SealedFrame,
  type SealedInitiate,
} from "../sealed-frame.ts";
import { blocksEnd } from "./block-transfer.ts";
import { type GeneralHeader, readGeneral } from "./general.ts";
import { endOf, lengthSize, lengthValue, octetString } from "./length.ts";
import { DLMS_MODES, isAuthenticated, securityRefusal, suiteOf, TAG_LENGTH } from "./security.ts";
import { apduTag } from "./tags.ts";

const NONE = new Uint8Array(0);
/** SC(1) ‖ IC(4). */
const SECURITY_HEADER = 5;

/** What stands before the length field of the ciphered part. */
interface Opening {
  /** Empty if the APDU says so, null if the form has none. */
  readonly systemTitle: Uint8Array | null;
  /** The header of general-ciphering; null in the other forms. */
  readonly general: GeneralHeader | null;
  readonly end: number;
}

/** What stands before the ciphered part; null or -1 where the frame ended or has none. */
export interface ApduHeader extends Omit<Opening, "end"> {
  readonly tag: number;
  readonly length: number;
  readonly securityControl: number;
  readonly counter: number;
  /** Index of the first byte after the invocation counter, and of the first behind the APDU. */
  readonly body: number;
  readonly end: number;
  /** Why the APDU cannot be opened; null if it can. */
  readonly stop: FrameError | null;
}

/** Index at which the length fields say the APDU ends; -1 if the tag or a length is none. */
export function declaredEnd(apdu: Uint8Array): number {
  const { kind } = apduTag(apdu[0] ?? 0);
  if (kind === "block-transfer") {
    return blocksEnd(apdu);
  }
  const isAcse = apdu[0]! >= 0x60 && apdu[0]! <= 0x63;
  if (kind !== "global" && kind !== "dedicated" && !isAcse) {
    return -1;
  }
  const opening = readOpening(apdu);
  const size = opening instanceof FrameError ? 0 : lengthSize(apdu, opening.end);
  if (opening instanceof FrameError || size === 0) {
    return -1;
  }
  return opening.end + size + lengthValue(apdu, opening.end, size);
}

/** Reads the header of an APDU as far as it goes. */
export function readApdu(apdu: Uint8Array): ApduHeader {
  const tag = apdu[0] ?? 0;
  const { kind, name } = apduTag(tag);
  let length = -1;
  let end = -1;
  let read: Opening | null = null;
  const stopAt = (error: FrameError): ApduHeader => ({
    tag,
    systemTitle: read?.systemTitle ?? null,
    general: read?.general ?? null,
    length,
    securityControl: -1,
    counter: -1,
    body: -1,
    end,
    stop: error,
  });
  const stop = (code: FrameCode, detail: string) => stopAt(new FrameError(code, detail));
  if (kind === "clear") {
    return stop("NOT_ENCRYPTED", `${name}: an APDU in clear`);
  }
  if (kind === "unknown") {
    return stop("FRAME_FORMAT", "APDU: expected a tag of IEC 62056-5-3");
  }
  if (kind !== "global" && kind !== "dedicated") {
    return stop("MODE_UNSUPPORTED", name);
  }
  const opening = readOpening(apdu);
  if (opening instanceof FrameError) {
    return stopAt(opening);
  }
  const size = lengthSize(apdu, opening.end);
  if (size === 0) {
    return stop("FRAME_LENGTH", "APDU: the frame ends before its length field or has none");
  }
  const start = opening.end + size;
  read = opening;
  length = lengthValue(apdu, opening.end, size);
  end = start + length;
  if (end > apdu.length || !isPadding(tag, apdu.subarray(end))) {
    const got = apdu.length - start;
    return stop("FRAME_LENGTH", `APDU: expected ${length} bytes by its length field, got ${got}`);
  }
  if (length < SECURITY_HEADER) {
    return stop("FRAME_LENGTH", "APDU: no room for security control and invocation counter");
  }
  const securityControl = apdu[start]!;
  return {
    tag,
    systemTitle: opening.systemTitle,
    general: opening.general,
    length,
    securityControl,
    counter: readCounter(apdu, start + 1),
    body: start + SECURITY_HEADER,
    end,
    stop: opening.general?.refusal ?? securityRefusal(securityControl, length - SECURITY_HEADER),
  };
}

/**
 * Cuts a ciphered APDU into its cryptographic parts; `initiate` is the request that transports its
 * key, if that is a dedicated one and the caller knows the request.
 *
 * @throws {@link FrameError}
 */
export function sealApdu(apdu: Uint8Array, initiate: SealedInitiate | null): SealedFrame {
  const header = readApdu(apdu);
  if (header.stop !== null) {
    throw header.stop;
  }
  const { systemTitle, general, securityControl, body } = header;
  const isDedicated = apduTag(header.tag).kind === "dedicated";
  // A dedicated key lives for one association and is never on file. Some meters use their own key
  // instead: that is worth a try where a tag decides.
  if (isDedicated && initiate === null && !isAuthenticated(securityControl)) {
    throw new FrameError(
      "MODE_UNSUPPORTED",
      "under a dedicated key, without a tag: name the request that transports it in `initiate`",
    );
  }
  const title = systemTitle ?? NONE;
  const tagAt = header.end - (isAuthenticated(securityControl) ? TAG_LENGTH : 0);
  // IEC 62056-5-3: initialization vector = system title ‖ invocation counter.
  const nonce = new Uint8Array(title.length + 4);
  nonce.set(title);
  nonce.set(apdu.subarray(body - 4, body), title.length);
  const frame: SealedFrame = {
    protocol: "dlms",
    address: title.length === 0 ? null : { kind: "st", bytes: title },
    mode: DLMS_MODES[suiteOf(securityControl)]!,
    suite: "dlms-gcm",
    nonce,
    securityControl,
    aad: general?.fields ?? NONE,
    ciphertext: apdu.subarray(body, tagAt),
    tag: apdu.subarray(tagAt, header.end),
    clear: NONE,
    counter: header.counter,
  };
  if (!isDedicated) {
    return frame;
  }
  return { ...frame, counterOf: "session", ...(initiate === null ? {} : { initiate }) };
}

function readOpening(apdu: Uint8Array): Opening | FrameError {
  const tag = apdu[0];
  if (tag !== 0xdb && tag !== 0xdc && tag !== 0xdd) {
    return { systemTitle: null, general: null, end: 1 };
  }
  const general = tag === 0xdd ? readGeneral(apdu) : null;
  if (general instanceof FrameError) {
    return general;
  }
  const systemTitle = general?.originator ?? octetString(apdu, 1);
  if (systemTitle === null) {
    return new FrameError("FRAME_LENGTH", "APDU: the frame ends within its system title");
  }
  return systemTitle.length === 0 || systemTitle.length === 8
    ? { systemTitle, general, end: general?.end ?? endOf(apdu, systemTitle) }
    : new FrameError("FRAME_FORMAT", "APDU: expected a system title of 8 or 0 bytes");
}

/** Readers of customer ports leave line ends or zeros behind a general-glo-ciphering APDU. */
function isPadding(tag: number, rest: Uint8Array): boolean {
  const isLineEnd = rest.length <= 2 && rest.every((byte) => byte === 0x0d || byte === 0x0a);
  return rest.length === 0 || (tag === 0xdb && (isLineEnd || rest.every((byte) => byte === 0)));
}

function readCounter(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}
