/**
 * Shapes inside a package and its header, read strictly: every field has its type or the whole
 * is refused.
 *
 * @module
 */
import { fixedBase64url, fromBase64url } from "./base64url.ts";
import { HandoverError } from "./errors.ts";
import { isoTime } from "./times.ts";

/** What the exchange may show before the PIN is typed. */
export interface PackageHeader {
  readonly sender: string;
  readonly to: string;
  readonly purpose: string;
  readonly count: number;
  readonly reference: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly tier: number;
}

export interface Manifest {
  readonly linkId: Uint8Array;
  readonly headerHash: Uint8Array;
  readonly reference: string;
  readonly customer: string;
  readonly to: string;
  readonly purpose: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly meters: number;
  readonly keys: number;
  readonly rowsHash: Uint8Array;
  /** The log's signed checkpoint: every customer is a witness of the log. */
  readonly checkpoint: string;
  /** Public half of the package key. */
  readonly issuer: Uint8Array;
}

export interface PackageKey {
  readonly type: string;
  readonly algorithm: string;
  readonly keyVersion: number;
  /** The key, lower-case hex. */
  readonly value: string;
  /** Key check value, six hex digits. */
  readonly kcv: string;
}

export interface PackageMeter {
  readonly address: string;
  readonly meter: string;
  readonly name: string | null;
  readonly profile: string;
  readonly manufacturer: string;
  readonly serial: string;
  readonly keys: readonly PackageKey[];
}

/** A key that is named and not shown: its value lies in the inner layer. */
export type ListedKey = Omit<PackageKey, "value">;

export interface ListedMeter extends Omit<PackageMeter, "keys"> {
  readonly keys: readonly ListedKey[];
}

/**
 * The inner layer of a package for an enrolled recipient: a file that only its key opens, so that
 * neither exchange nor page can read it.
 *
 * `age` and `cms` hold a {@link Bundle} as JSON: an age v1 file (C2SP age), or CMS
 * AuthEnvelopedData (RFC 5083) in DER. `rsa-oaep` and `aes-kwp` hold JSON
 * `{format: "meterseal-wrapped-keys", version: 1, delivery, kek, meters}` whose keys have
 * `wrapped` in place of `value`: AES-KWP (RFC 5649) under the recipient's KEK, or under a fresh
 * KEK that stands in `kek` by RSA-OAEP with SHA-256 (RFC 8017 §7.1).
 */
export interface InnerLayer {
  readonly kind: "age" | "cms" | "rsa-oaep" | "aes-kwp";
  /** Fingerprint of the recipient's key, eight groups of four hex digits. */
  readonly recipient: string;
  readonly file: Uint8Array;
}

/** Rows of a package: keys in the open, or a list of them and the layer that holds them. */
export type PackageContent =
  | { readonly meters: readonly PackageMeter[]; readonly inner: null }
  | { readonly meters: readonly ListedMeter[]; readonly inner: InnerLayer };

/** @throws {@link HandoverError} `PACKAGE_FORMAT` */
export function parseHeader(bytes: Uint8Array): PackageHeader {
  const fields = object(json(bytes, "header"), "header");
  version(fields, "header");
  return {
    sender: text(fields, "sender"),
    to: text(fields, "to"),
    purpose: text(fields, "purpose"),
    count: whole(fields, "count"),
    reference: text(fields, "reference"),
    createdAt: time(fields, "createdAt"),
    expiresAt: time(fields, "expiresAt"),
    tier: whole(fields, "tier"),
  };
}

/** @throws {@link HandoverError} `PACKAGE_FORMAT` */
export function parseManifest(bytes: Uint8Array): Manifest {
  const fields = object(json(bytes, "manifest"), "manifest");
  version(fields, "manifest");
  return {
    linkId: binary(fields, "linkId", 16),
    headerHash: binary(fields, "headerHash", 32),
    reference: text(fields, "reference"),
    customer: text(fields, "customer"),
    to: text(fields, "to"),
    purpose: text(fields, "purpose"),
    createdAt: time(fields, "createdAt"),
    expiresAt: time(fields, "expiresAt"),
    meters: whole(fields, "meters"),
    keys: whole(fields, "keys"),
    rowsHash: binary(fields, "rowsHash", 32),
    checkpoint: text(fields, "checkpoint"),
    issuer: binary(fields, "issuer", 32),
  };
}

/**
 * Reads rows: a list of meters, or `{v: 1, meters, inner: {kind, recipient, file}}`.
 *
 * @throws {@link HandoverError} `PACKAGE_FORMAT`
 */
export function parseRows(bytes: Uint8Array): PackageContent {
  const rows = json(bytes, "rows");
  if (Array.isArray(rows)) {
    return { meters: rows.map((row) => parseMeter(row, parseKey)), inner: null };
  }
  const fields = object(rows, "rows");
  version(fields, "rows");
  const meters = list(fields["meters"], "rows").map((row) => parseMeter(row, parseListedKey));
  return { meters, inner: parseInner(object(fields["inner"], "inner")) };
}

function parseMeter<K>(row: unknown, key: (value: unknown) => K) {
  const fields = object(row, "row");
  return {
    address: text(fields, "address"),
    meter: text(fields, "meter"),
    name: fields["name"] === null ? null : text(fields, "name"),
    profile: text(fields, "profile"),
    manufacturer: text(fields, "manufacturer"),
    serial: text(fields, "serial"),
    keys: list(fields["keys"], "keys").map(key),
  };
}

function parseListedKey(value: unknown): ListedKey {
  const fields = object(value, "key");
  const key = {
    type: text(fields, "type"),
    algorithm: text(fields, "algorithm"),
    keyVersion: whole(fields, "keyVersion"),
    kcv: text(fields, "kcv"),
  };
  if (!/^[0-9a-f]{6}$/.test(key.kcv)) {
    throw malformed("key");
  }
  return key;
}

function parseKey(value: unknown): PackageKey {
  const key = { ...parseListedKey(value), value: text(object(value, "key"), "value") };
  if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(key.value)) {
    throw malformed("key");
  }
  return key;
}

const INNER_KINDS = ["age", "cms", "rsa-oaep", "aes-kwp"] as const;

function parseInner(fields: Fields): InnerLayer {
  const kind = INNER_KINDS.find((name) => name === fields["kind"]);
  const file = fromBase64url(text(fields, "file"));
  if (kind === undefined || file === null) {
    throw malformed("inner");
  }
  return { kind, recipient: text(fields, "recipient"), file };
}

type Fields = Readonly<Record<string, unknown>>;

function malformed(part: string): HandoverError {
  return new HandoverError("PACKAGE_FORMAT", `package: ${part} is not of its form`);
}

function json(bytes: Uint8Array, part: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // No cause: the parser's message quotes what it read, and that may be a key.
    throw malformed(part);
  }
}

function object(value: unknown, part: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(part);
  }
  return value as Fields;
}

function list(value: unknown, part: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw malformed(part);
  }
  return value;
}

function version(fields: Fields, part: string): void {
  if (fields["v"] !== 1) {
    throw malformed(part);
  }
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") {
    throw malformed(name);
  }
  return value;
}

function whole(fields: Fields, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw malformed(name);
  }
  return value as number;
}

/** In one form only: what a platform takes for a time may have any text in brackets behind it. */
function time(fields: Fields, name: string): string {
  const at = isoTime(text(fields, name));
  if (at === null) {
    throw malformed(name);
  }
  return at;
}

function binary(fields: Fields, name: string, length: number): Uint8Array {
  const bytes = fixedBase64url(fields[name], length);
  if (bytes === null) {
    throw malformed(name);
  }
  return bytes;
}
