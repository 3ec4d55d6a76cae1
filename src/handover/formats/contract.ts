/**
 * Forms that keys can be written in, the same on the page and in `link collect`.
 *
 * A form refuses what its reader cannot hold, meter by meter, and never shortens a key: a meter
 * is written whole or named in `refused`. Nothing here imports anything of node:.
 *
 * @module
 */
import type { Bundle } from "../protocol/bundle.ts";

export type FormatId =
  | "csv"
  | "json"
  | "pskc"
  | "age"
  | "cms"
  | "wmbusmeters"
  | "home-assistant"
  | "esphome"
  | "iobroker"
  | "eddi24"
  | "gurux"
  | "kem"
  | "kem2";

/** What the recipient brings; a form names the ones that it can use. */
export interface FormatOptions {
  /** Own passphrase: age (scrypt), PSKC (PBKDF2), KEM. */
  readonly passphrase?: string;
  /** age recipient, `age1…` (X25519) or `age1pq1…` (hybrid post-quantum). */
  readonly recipient?: string;
  /** X.509 certificate, PEM. */
  readonly certificate?: string;
  /** AES-256 key-encryption key, 64 hex digits: PSKC (AES-KW-256). */
  readonly kek?: string;
}

export type FormatOption = keyof FormatOptions;

/** A meter that the target cannot hold, or not with all of its keys. */
export interface RefusedMeter {
  /** Place in the bundle, from 0. */
  readonly row: number;
  readonly serial: string;
  readonly code: /** The target takes AES-128 only, or another length. */
    | "KEY_LENGTH"
    /** The target knows no such kind of key. */
    | "KEY_TYPE"
    /** Its reading keys are in the file; its master key has no place there. */
    | "MASTER_KEY"
    /** The target cannot name this meter: no FLAG address, no system title. */
    | "ADDRESS_KIND";
}

export interface Exported {
  /** One file; several meters of a target with a file each come as a zip archive. */
  readonly bytes: Uint8Array;
  /** Safe in a header and on any file system: letters, digits, hyphen and full stop. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly refused: readonly RefusedMeter[];
}

export interface ExportFormat {
  readonly id: FormatId;
  /** Each inner list is one way to satisfy it; `[[]]` = needs nothing. */
  readonly needs: readonly (readonly FormatOption[])[];
  /** Known to be weak and kept for old software: whoever offers it says so first. */
  readonly legacy: boolean;
  /** Whether the file holds keys that anybody who has it can read. */
  readonly plaintext: boolean;
  /**
   * @throws {@link FormatError} `FORMAT_OPTION` when an option is missing or unusable,
   *   `NOTHING_WRITTEN` when every meter was refused
   */
  write(bundle: Bundle, options: FormatOptions): Promise<Exported>;
}

export type FormatErrorCode = "FORMAT_OPTION" | "NOTHING_WRITTEN";

/** A form that cannot be written; never quotes an option's value. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;
  readonly option: FormatOption | null;
  readonly refused: readonly RefusedMeter[];

  constructor(
    code: FormatErrorCode,
    message: string,
    {
      option = null,
      refused = [],
      ...cause
    }: ErrorOptions & { option?: FormatOption | null; refused?: readonly RefusedMeter[] } = {},
  ) {
    super(message, cause);
    this.code = code;
    this.option = option;
    this.refused = refused;
  }
}
