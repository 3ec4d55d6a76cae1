/**
 * Messages of collectors: COSE_Encrypt0 (RFC 9052 §5.2) under the collector's own AES-256 key.
 *
 *     [16] [ h'{1: 3}', {4: kid, 5: IV(12)}, ciphertext ‖ tag(16) ]
 *
 * The kid is the collector's address as text. It is not authenticated and need not be: another
 * kid is another key, under which the tag does not fit.
 *
 * @module
 */
import { AddressError, parseAddress } from "../../meters/address.ts";
import { FrameError, type RawAddress, type SealedFrame } from "../sealed-frame.ts";
import { CborReader } from "./cbor.ts";

const NONE = new Uint8Array(0);
/** Labels of RFC 9052 §3.1 and A256GCM of RFC 9053 §4.1. */
const ALG = 1;
const A256GCM = 3;
const KID = 4;
const IV = 5;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** First bytes: tag 16, and an array of three. */
const TAGGED = 0xd0;
const ARRAY_OF_3 = 0x83;
/** Major type of the first of the three (RFC 8949 §3.1). */
const BYTE_STRING = 2;

/** The parts of a message, whatever its algorithm. */
export interface Encrypt0 {
  readonly protectedHeader: Uint8Array;
  /** Null where the message has none. */
  readonly kid: Uint8Array | null;
  readonly iv: Uint8Array | null;
  readonly ciphertext: Uint8Array;
}

/**
 * Says whether bytes are such a message. D0 83 begins a ded-get-request of DLMS as well, with a
 * length of three bytes: megabytes, or filled up with 00, where a message has a byte string (40 to
 * 5B). 83 is no C field of wM-Bus. Without the tag the whole must be of the form, to its last byte.
 */
export function isEncrypt0(bytes: Uint8Array): boolean {
  if (bytes[0] === TAGGED) {
    return bytes[1] === ARRAY_OF_3 && (bytes[2] ?? 0) >> 5 === BYTE_STRING;
  }
  if (bytes[0] !== ARRAY_OF_3) {
    return false;
  }
  try {
    readEncrypt0(bytes);
    return true;
  } catch (error) {
    if (error instanceof FrameError) {
      return false;
    }
    throw error;
  }
}

/** @throws {@link FrameError} */
export function readEncrypt0(bytes: Uint8Array): Encrypt0 {
  const reader = new CborReader(bytes);
  if (bytes[0] === TAGGED) {
    reader.tag();
  }
  if (reader.array() !== 3) {
    throw new FrameError("FRAME_FORMAT", "COSE_Encrypt0: expected an array of three");
  }
  const protectedHeader = reader.bytes();
  const header = new Map<number, Uint8Array>();
  for (let pairs = reader.map(); pairs > 0; pairs--) {
    const label = reader.uint();
    if (label !== KID && label !== IV) {
      const detail = "COSE_Encrypt0: a header parameter other than alg, kid and IV";
      throw new FrameError("MODE_UNSUPPORTED", detail);
    }
    if (header.has(label)) {
      throw new FrameError("FRAME_FORMAT", "COSE_Encrypt0: a header parameter stands there twice");
    }
    header.set(label, reader.bytes());
  }
  const ciphertext = reader.bytes();
  reader.end();
  return { protectedHeader, kid: header.get(KID) ?? null, iv: header.get(IV) ?? null, ciphertext };
}

/**
 * Cuts a message into its cryptographic parts.
 *
 * @throws {@link FrameError}
 */
export function sealEncrypt0(bytes: Uint8Array): SealedFrame {
  const { protectedHeader, kid, iv, ciphertext } = readEncrypt0(bytes);
  if (!isA256Gcm(protectedHeader)) {
    const detail = "COSE_Encrypt0: expected A256GCM, and no other protected parameter";
    throw new FrameError("MODE_UNSUPPORTED", detail);
  }
  if (iv?.length !== IV_LENGTH) {
    throw new FrameError("FRAME_FORMAT", "COSE_Encrypt0: expected an IV of 12 bytes");
  }
  if (ciphertext.length <= TAG_LENGTH) {
    throw new FrameError("FRAME_LENGTH", "COSE_Encrypt0: no room for ciphertext and tag");
  }
  const end = ciphertext.length - TAG_LENGTH;
  return {
    protocol: "cose",
    address: kid === null ? null : addressOf(kid),
    mode: "cose",
    suite: "cose-gcm",
    nonce: iv,
    securityControl: 0,
    aad: encStructure(protectedHeader),
    ciphertext: ciphertext.subarray(0, end),
    tag: ciphertext.subarray(end),
    clear: NONE,
    counter: null,
  };
}

/** The address that a kid names. @throws {@link FrameError} */
export function addressOf(kid: Uint8Array): RawAddress {
  try {
    // Addresses are ASCII; any other byte becomes a character that none of them has.
    return parseAddress(new TextDecoder().decode(kid));
  } catch (error) {
    if (error instanceof AddressError) {
      throw new FrameError("FRAME_FORMAT", "COSE_Encrypt0: expected an address as kid");
    }
    throw error;
  }
}

function isA256Gcm(protectedHeader: Uint8Array): boolean {
  const reader = new CborReader(protectedHeader);
  try {
    const fits = reader.map() === 1 && reader.uint() === ALG && reader.uint() === A256GCM;
    reader.end();
    return fits;
  } catch (error) {
    if (error instanceof FrameError) {
      return false;
    }
    throw error;
  }
}

/** RFC 9052 §5.3: ["Encrypt0", protected as received, external AAD = empty]; lengths shortest. */
function encStructure(protectedHeader: Uint8Array): Uint8Array {
  const { length } = protectedHeader;
  const head = length < 24 ? [0x40 + length] : [0x58, length];
  return Uint8Array.of(
    ...[ARRAY_OF_3, 0x68],
    ...new TextEncoder().encode("Encrypt0"),
    ...[...head, ...protectedHeader, 0x40],
  );
}
