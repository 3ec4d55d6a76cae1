/**
 * The request that opened an association, as a caller brings it along with a frame under that
 * association's dedicated key: the ciphered InitiateRequest, alone or in its AARQ.
 *
 * Its nonce begins with the system title of the client that sent it, which the AARQ and
 * general-glo-ciphering name. glo-initiate-request alone does not: then it is held to come from the
 * system title on file, and its tag decides.
 *
 * @module
 */
import { FrameError, type SealedInitiate } from "../sealed-frame.ts";
import { sealApdu } from "./apdu.ts";
import { endOf, octetString } from "./length.ts";
import { isAuthenticated, isEncrypted } from "./security.ts";

const AARQ = 0x60;
/** calling-AP-title [6] and user-information [30]: constructed, an OCTET STRING inside. */
const CALLING_AP_TITLE = 0xa6;
const USER_INFORMATION = 0xbe;
const OCTET_STRING = 0x04;
const GLO_INITIATE_REQUEST = 0x21;
const GENERAL_GLO = 0xdb;

/**
 * Reads the request; the answer's nonce lacks the system title where none is named.
 *
 * @throws {@link FrameError}
 */
export function readInitiate(bytes: Uint8Array): SealedInitiate {
  try {
    const fields = bytes[0] === AARQ ? aarqFields(bytes) : null;
    const title = fields?.get(CALLING_AP_TITLE);
    const apdu = fields === null ? bytes : fields.get(USER_INFORMATION);
    const tag = apdu?.[0];
    if (apdu === undefined || (tag !== GLO_INITIATE_REQUEST && tag !== GENERAL_GLO)) {
      throw new FrameError(
        "FRAME_FORMAT",
        "expected a ciphered InitiateRequest (21 or DB) or an AARQ (60) with one",
      );
    }
    const { securityControl, nonce, ciphertext, tag: gcmTag } = sealApdu(apdu, null);
    if (!isAuthenticated(securityControl) || !isEncrypted(securityControl)) {
      throw new FrameError("NOT_AUTHENTICATED", "expected authentication and encryption");
    }
    const isNamed = nonce.length > 4 || title?.length !== 8;
    return {
      securityControl,
      nonce: isNamed ? nonce : Buffer.concat([title, nonce]),
      ciphertext,
      tag: gcmTag,
    };
  } catch (error) {
    throw error instanceof FrameError
      ? new FrameError(error.code, `initiate: ${error.message}`)
      : error;
  }
}

/** The octet strings in the fields of an AARQ (BER), by the tag of the field. */
function aarqFields(aarq: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  let rest = octetString(aarq, 1);
  while (rest !== null && rest.length > 0) {
    const content = octetString(rest, 1);
    const inner = content?.[0] === OCTET_STRING ? octetString(content, 1) : null;
    if (inner !== null) {
      fields.set(rest[0]!, inner);
    }
    rest = content === null ? null : rest.subarray(endOf(rest, content));
  }
  if (rest === null) {
    throw new FrameError("FRAME_LENGTH", "the AARQ ends within a field");
  }
  return fields;
}
