/**
 * Shapes inside a package and its header, read strictly: every field has its type or the whole
 * is refused.
 *
 * @module
 */
import { fixedBase64url } from "./base64url.ts";
import { HandoverError } from "./errors.ts";

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

/** @throws {@link HandoverError} `PACKAGE_FORMAT` */
export function parseRows(bytes: Uint8Array): PackageMeter[] {
  return list(json(bytes, "rows"), "rows").map((row) => {
    const fields = object(row, "row");
    return {
      address: text(fields, "address"),
      meter: text(fields, "meter"),
      name: fields["name"] === null ? null : text(fields, "name"),
      profile: text(fields, "profile"),
      manufacturer: text(fields, "manufacturer"),
      serial: text(fields, "serial"),
      keys: list(fields["keys"], "keys").map(parseKey),
    };
  });
}

function parseKey(value: unknown): PackageKey {
  const fields = object(value, "key");
  const key = {
    type: text(fields, "type"),
    algorithm: text(fields, "algorithm"),
    keyVersion: whole(fields, "keyVersion"),
    value: text(fields, "value"),
    kcv: text(fields, "kcv"),
  };
  if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(key.value) || !/^[0-9a-f]{6}$/.test(key.kcv)) {
    throw malformed("key");
  }
  return key;
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

function time(fields: Fields, name: string): string {
  const value = text(fields, name);
  if (Number.isNaN(Date.parse(value))) {
    throw malformed(name);
  }
  return value;
}

function binary(fields: Fields, name: string, length: number): Uint8Array {
  const bytes = fixedBase64url(fields[name], length);
  if (bytes === null) {
    throw malformed(name);
  }
  return bytes;
}
