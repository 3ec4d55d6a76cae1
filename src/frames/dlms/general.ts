/**
 * The header of general-ciphering (IEC 62056-5-3, Green Book 9.2.7): who sent the APDU, to
 * whom, when, and under which key.
 *
 *     DD  transaction-id  originator  recipient  date-time  other-information  key-info  len …
 *
 * The first five are octet strings, empty where absent. key-info: 00 absent, else 01 and a choice.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { endOf, octetString } from "./length.ts";

export interface GeneralHeader {
  readonly transactionId: Uint8Array;
  readonly originator: Uint8Array;
  readonly recipient: Uint8Array;
  readonly dateTime: Uint8Array;
  readonly otherInformation: Uint8Array;
  /** The five fields as on the wire, each behind its length: what the tag covers of the header. */
  readonly fields: Uint8Array;
  /** Which key opens the APDU, in words. */
  readonly keyInfo: string;
  /** Why that key is none that the meter has on file; null if it is. */
  readonly refusal: FrameError | null;
  /** Index of the length field of the ciphered content. */
  readonly end: number;
}

type KeyInfo = Pick<GeneralHeader, "keyInfo" | "refusal" | "end">;

/** Reads the header, or says why there is none. */
export function readGeneral(apdu: Uint8Array): GeneralHeader | FrameError {
  const strings: Uint8Array[] = [];
  let at = 1;
  for (let i = 0; i < 5; i++) {
    const string = octetString(apdu, at);
    if (string === null) {
      return tooShort();
    }
    strings.push(string);
    at = endOf(apdu, string);
  }
  const key = readKeyInfo(apdu, at);
  if (key instanceof FrameError) {
    return key;
  }
  const [transactionId, originator, recipient, dateTime, otherInformation] = strings as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  // Unproven: no published frame shows whether the tag covers the lengths of the fields. They are
  // covered here, as in Gurux DLMS and in the GB Companion Specification 6.2, whose additional
  // data is SC and five bytes 00 where all five fields are empty.
  const fields = apdu.subarray(1, at);
  return { transactionId, originator, recipient, dateTime, otherInformation, fields, ...key };
}

/** IEC 62056-5-3: Key-Info ::= CHOICE { identified-key [0], wrapped-key [1], agreed-key [2] }. */
function readKeyInfo(apdu: Uint8Array, at: number): KeyInfo | FrameError {
  const [presence, choice, id] = apdu.subarray(at, at + 3);
  if (presence === 0) {
    return { keyInfo: "absent: the meter's unicast key", refusal: null, end: at + 1 };
  }
  if (choice === undefined || id === undefined) {
    return tooShort();
  }
  if (presence !== 1 || choice > 2) {
    return new FrameError(
      "FRAME_FORMAT",
      "general-ciphering: expected key-info 00, or 01 and 00…02",
    );
  }
  switch (choice) {
    case 0:
      return identified(id, at + 3);
    case 1:
      return foreignKey(apdu, at + 3, 1, "a key wrapped in the APDU");
    default:
      return foreignKey(apdu, at + 2, 2, "an agreed key (ECDH)");
  }
}

function identified(id: number, end: number): KeyInfo {
  switch (id) {
    case 0:
      return { keyInfo: "identified: the meter's unicast key (GUEK)", refusal: null, end };
    case 1:
      return { ...refused("the broadcast key (GBEK)"), end };
    default:
      return { ...refused("an identified key other than GUEK and GBEK"), end };
  }
}

/** Steps over the octet strings of a key that is not on file. */
function foreignKey(
  apdu: Uint8Array,
  start: number,
  strings: number,
  name: string,
): KeyInfo | FrameError {
  let end = start;
  for (let i = 0; i < strings; i++) {
    const string = octetString(apdu, end);
    if (string === null) {
      return tooShort();
    }
    end = endOf(apdu, string);
  }
  return { ...refused(name), end };
}

function refused(keyInfo: string) {
  return {
    keyInfo,
    refusal: new FrameError("MODE_UNSUPPORTED", `general-ciphering under ${keyInfo}`),
  };
}

function tooShort(): FrameError {
  return new FrameError("FRAME_LENGTH", "general-ciphering: the frame ends within its header");
}
