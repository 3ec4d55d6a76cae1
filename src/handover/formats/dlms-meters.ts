/**
 * Meters as programs for DLMS know them: a system title, an encryption key, perhaps an
 * authentication key. A master key is for whoever manages the meter, and no reader has a place
 * for it: the file is of use without it, and the meter is named as one that it lacks keys of.
 *
 * @module
 */
import type { PackageMeter } from "../protocol/manifest.ts";
import { parseAddressText } from "./address.ts";
import type { RefusedMeter } from "./contract.ts";

export interface DlmsMeter {
  /** What such programs tell meters apart by: the system title. */
  readonly number: string;
  readonly lacksMasterKey: boolean;
  /** 16 hex digits, in capitals. */
  readonly systemTitle: string;
  readonly manufacturer: string;
  readonly serial: string;
  readonly name: string | null;
  readonly profile: string;
  /** Global unicast encryption key, hex. */
  readonly encryptionKey: string;
  /** Global authentication key, hex. */
  readonly authenticationKey: string | null;
}

const ENCRYPTION = "guek";
const AUTHENTICATION = "gak";
const MASTER = "kek";

/** Reads one meter, or says why it cannot be written; `digits` are the lengths of key allowed. */
export function readDlmsMeter(
  { address, manufacturer, serial, name, profile, keys: all }: PackageMeter,
  digits: readonly number[],
): DlmsMeter | RefusedMeter["code"] {
  const parsed = parseAddressText(address);
  if (parsed?.kind !== "st") {
    return "ADDRESS_KIND";
  }
  const keys = all.filter(({ type }) => type !== MASTER);
  const encryption = keys.filter(({ type }) => type === ENCRYPTION);
  const authentication = keys.filter(({ type }) => type === AUTHENTICATION);
  const [encryptionKey] = encryption;
  if (
    encryptionKey === undefined ||
    encryption.length > 1 ||
    authentication.length > 1 ||
    encryption.length + authentication.length !== keys.length
  ) {
    return "KEY_TYPE";
  }
  if (keys.some(({ value }) => !digits.includes(value.length))) {
    return "KEY_LENGTH";
  }
  return {
    number: parsed.hex,
    lacksMasterKey: keys.length < all.length,
    systemTitle: parsed.hex,
    manufacturer,
    serial,
    name,
    profile,
    encryptionKey: encryptionKey.value,
    authenticationKey: authentication[0]?.value ?? null,
  };
}
