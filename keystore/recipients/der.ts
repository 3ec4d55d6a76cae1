/**
 * The little of DER (ITU-T X.690) that a CMS message needs: writing, and finding a certificate's
 * issuer and serial number.
 *
 * @module
 */
import { KeystoreError } from "../errors.ts";

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
/** Class context-specific, constructed (X.690 §8.1.2). */
const CONTEXT = 0xa0;

/** Writes one value: tag, shortest length (X.690 §10.1), contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tag), lengthOctets(length), ...contents]);
}

/** Writes a SEQUENCE. */
export function sequence(...members: readonly Uint8Array[]): Buffer {
  return element(SEQUENCE, ...members);
}

/** Writes a SET of one member: nothing to sort. */
export function setOf(member: Uint8Array): Buffer {
  return element(SET, member);
}

/** Writes a value under a constructed context tag. */
export function tagged(number: number, ...contents: readonly Uint8Array[]): Buffer {
  return element(CONTEXT | number, ...contents);
}

/** Writes a small INTEGER. */
export function integer(value: number): Buffer {
  return element(INTEGER, Uint8Array.of(value));
}

/** Writes an OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return element(OCTET_STRING, bytes);
}

/** Writes a BIT STRING of whole octets. */
export function bitString(bytes: Uint8Array): Buffer {
  return element(BIT_STRING, Uint8Array.of(0), bytes);
}

/** Writes an OBJECT IDENTIFIER from its dotted form (X.690 §8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [40 * first + second, ...rest].flatMap(base128);
  return element(OBJECT_IDENTIFIER, Uint8Array.from(octets));
}

/** A value inside a larger one. */
export interface Element {
  readonly tag: number;
  /** Tag, length and contents. */
  readonly whole: Uint8Array;
  readonly contents: Uint8Array;
}

/**
 * Reads the members of a constructed value.
 *
 * @throws {@link KeystoreError} `RECIPIENT_KEY`
 */
export function members(contents: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < contents.length; ) {
    const { header, length } = readHeader(contents, at);
    const end = at + header + length;
    if (end > contents.length) {
      throw malformed();
    }
    found.push({
      tag: contents[at]!,
      whole: contents.subarray(at, end),
      contents: contents.subarray(at + header, end),
    });
    at = end;
  }
  return found;
}

/**
 * IssuerAndSerialNumber of a certificate (RFC 5652 §10.2.4), byte for byte as it names itself.
 *
 * @throws {@link KeystoreError} `RECIPIENT_KEY`
 */
export function issuerAndSerial(certificate: Uint8Array): Buffer {
  const [outer] = members(certificate);
  const [tbs] = members(outer?.contents ?? new Uint8Array());
  const fields = members(tbs?.contents ?? new Uint8Array());
  // RFC 5280 §4.1: version [0] may be absent; then serial number, signature, issuer.
  const at = fields[0]?.tag === CONTEXT ? 1 : 0;
  const serial = fields[at];
  const issuer = fields[at + 2];
  if (serial?.tag !== INTEGER || issuer?.tag !== SEQUENCE) {
    throw malformed();
  }
  return sequence(issuer.whole, serial.whole);
}

function readHeader(bytes: Uint8Array, at: number): { header: number; length: number } {
  const first = bytes[at + 1] ?? 0x80;
  if (first < 0x80) {
    return { header: 2, length: first };
  }
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > bytes.length) {
    throw malformed();
  }
  let length = 0;
  for (const octet of bytes.subarray(at + 2, at + 2 + count)) {
    length = length * 256 + octet;
  }
  return { header: 2 + count, length };
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) {
    return Uint8Array.of(length);
  }
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    octets.unshift(rest % 256);
  }
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

function base128(value: number): number[] {
  const octets = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) {
    octets.unshift(0x80 | (rest & 0x7f));
  }
  return octets;
}

function malformed(): KeystoreError {
  return new KeystoreError("RECIPIENT_KEY", "certificate: not of its form");
}
