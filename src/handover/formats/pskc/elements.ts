/**
 * Elements of a PSKC document that do not depend on how its keys are protected.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc6030 | RFC 6030}
 *
 * @module
 */
import type { PackageKey, PackageMeter } from "../../protocol/manifest.ts";
import { toBase64 } from "../bytes.ts";
import { xmlElement, xmlText } from "../markup.ts";

/** What a protection puts in place of a key. */
export interface Protected {
  /** Bytes of the CipherValue. */
  readonly cipher: Uint8Array;
  /** Bytes of the ValueMAC; null where the encryption checks itself. */
  readonly mac: Uint8Array | null;
}

const NAMESPACES =
  'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ' +
  'xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"';

/** The whole document (RFC 6030 §4). */
export function keyContainer(head: string, packages: readonly string[]): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<KeyContainer Version="1.0" ${NAMESPACES}>\n${head}${packages.join("")}</KeyContainer>\n`
  );
}

/**
 * One key of one meter: a package holds at most one (RFC 6030 §4.1). Its id names meter, kind and
 * version, because the schema has no place for the last two.
 */
export function keyPackage(
  { address, manufacturer, serial, name, profile }: PackageMeter,
  { type, keyVersion }: PackageKey,
  algorithm: string,
  { cipher, mac }: Protected,
): string {
  const maker = manufacturer === "" ? "" : xmlElement("Manufacturer", manufacturer);
  const friendly = name === null ? "" : xmlElement("FriendlyName", name);
  const id = xmlText(`${address};${type};${keyVersion}`);
  const valueMac = mac === null ? "" : xmlElement("ValueMAC", toBase64(mac));
  return (
    `<KeyPackage><DeviceInfo>${maker}${xmlElement("SerialNo", serial)}</DeviceInfo>` +
    `<Key Id="${id}">${xmlElement("KeyProfileId", profile)}${friendly}` +
    `<Data><Secret><EncryptedValue>${cipherData(algorithm, cipher)}</EncryptedValue>${valueMac}` +
    "</Secret></Data></Key></KeyPackage>\n"
  );
}

/** What encrypted something, and the result (XML Encryption §3.1). */
export function cipherData(algorithm: string, cipher: Uint8Array): string {
  return (
    `<xenc:EncryptionMethod Algorithm="${algorithm}"/><xenc:CipherData>` +
    `<xenc:CipherValue>${toBase64(cipher)}</xenc:CipherValue></xenc:CipherData>`
  );
}
