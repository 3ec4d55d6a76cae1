/**
 * Meters whose keys the test knows, and the frames they send.
 *
 * @module
 */
import { encodeDlms } from "../../bench/encode/dlms.ts";
import { encodeMode5 } from "../../bench/encode/wmbus.ts";

const TITLE = "4b414d4501349083";
/** System title of a meter without an authentication key. */
export const UNAUTHENTICATED = "4b414d4599999999";
const EK = "0f0e0d0c0b0a09080706050403020100";
const AK = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf";

/** Rows to import. */
export const KNOWN_METERS = [
  { address: `st:${TITLE}`, key: EK, auth_key: AK },
  { address: `st:${UNAUTHENTICATED}`, key: EK },
  { address: "KAM-12345678/01/02", key: EK },
];

/** A ciphered APDU of a known DLMS meter. */
export function dlms(
  counter: number,
  text = "0f00",
  title = TITLE,
  protection: "auth-enc" | "enc" = "auth-enc",
): Uint8Array {
  const keys = { ek: Buffer.from(EK, "hex"), ak: Buffer.from(AK, "hex") };
  return apdu({ ...keys, title, counter, suite: 0, text, protection });
}

/** A ciphered APDU of any DLMS meter. */
export function apdu(options: {
  readonly ek: Uint8Array;
  readonly ak: Uint8Array;
  readonly title: string;
  readonly counter: number;
  readonly suite: 0 | 1;
  readonly text?: string;
  readonly protection?: "auth-enc" | "enc";
}): Uint8Array {
  const { ek, ak, title, counter, suite, text = "0f00", protection = "auth-enc" } = options;
  return encodeDlms({
    systemTitle: Buffer.from(title, "hex"),
    suite,
    protection,
    ek,
    ak,
    invocationCounter: counter,
    apdu: Buffer.from(text, "hex"),
    transport: "bare",
    form: "general-glo",
  });
}

/** A mode-5 telegram, of the known meter unless told otherwise. */
export function mode5(
  acc: number,
  format: "none" | "A" = "none",
  { manufacturer, id, key } = { manufacturer: "KAM", id: "12345678", key: hex(EK) },
): Uint8Array {
  const plaintext = Buffer.from("2f2f0c1378563412", "hex");
  const address = { manufacturer, id, version: 1, medium: 2 };
  return encodeMode5({ ...address, key, acc, plaintext, header: "short", format });
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
