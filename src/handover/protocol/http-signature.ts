/**
 * HTTP message signatures between core and exchange.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc9421 | RFC 9421} with Ed25519 (§3.3.6) and digests by
 * {@link https://www.rfc-editor.org/rfc/rfc9530 | RFC 9530}: the one shape that the two programs
 * exchange. A request with a body covers its digest and length as well.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const WITHOUT_BODY = ["@method", "@path", "@query"] as const;
/** Components that a request with a body must cover, in this order. */
const WITH_BODY = [...WITHOUT_BODY, "content-digest", "content-length"] as const;

/** What a signature can cover of a request. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** With its question mark; `?` alone when there is none (RFC 9421 §2.2.7). */
  readonly query: string;
  readonly authority?: string;
  /** Fields by lower-case name. */
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/** SHA-256: a package has tens of megabytes, for which the platform's own is the fast one. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

export interface SignatureParameters {
  /** Unix time in seconds. */
  readonly created: number;
  readonly keyid: string;
  readonly nonce: string;
  readonly tag: string;
}

export interface ParsedSignature extends SignatureParameters {
  readonly components: readonly string[];
  /** The value of `@signature-params`, as received. */
  readonly parameters: string;
  readonly signature: Uint8Array;
}

/** The components that a request must cover. */
export function coveredComponents(hasBody: boolean): readonly string[] {
  return hasBody ? WITH_BODY : WITHOUT_BODY;
}

/** Content-Digest of a body (RFC 9530 §2). */
export function contentDigest(body: Uint8Array, hash: Hash = sha256): string {
  return digestField(hash(body));
}

/** Writes a SHA-256 as Content-Digest. */
export function digestField(hash: Uint8Array): string {
  return `sha-256=:${btoa(String.fromCharCode(...hash))}:`;
}

/** Writes the value of `@signature-params` (RFC 9421 §2.3). */
export function signatureParameters(
  components: readonly string[],
  { created, keyid, nonce, tag }: SignatureParameters,
): string {
  const list = components.map((name) => `"${name}"`).join(" ");
  return `(${list});created=${created};keyid="${keyid}";nonce="${nonce}";tag="${tag}"`;
}

/** Builds the signature base (RFC 9421 §2.5). Null when a covered field is absent. */
export function signatureBase(
  request: SignedRequest,
  components: readonly string[],
  parameters: string,
): Uint8Array | null {
  const lines: string[] = [];
  for (const name of components) {
    const value = component(request, name);
    if (value === undefined) {
      return null;
    }
    lines.push(`"${name}": ${value}`);
  }
  lines.push(`"@signature-params": ${parameters}`);
  return utf8ToBytes(lines.join("\n"));
}

/** Signs a request; answers the fields to send with it. */
export async function signRequest(
  request: SignedRequest,
  body: Uint8Array | null,
  parameters: SignatureParameters,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
  hash: Hash = sha256,
): Promise<Record<string, string>> {
  const added: Record<string, string> = {};
  if (body !== null) {
    added["content-digest"] = contentDigest(body, hash);
    added["content-length"] = String(body.length);
  }
  const components = coveredComponents(body !== null);
  const value = signatureParameters(components, parameters);
  const covered = { ...request, fields: { ...request.fields, ...added } };
  const base = signatureBase(covered, components, value);
  if (base === null) {
    throw new TypeError("signature: a covered field is missing");
  }
  const signature = await sign(base);
  const { "content-length": _length, ...sent } = added;
  return {
    ...sent,
    "signature-input": `sig1=${value}`,
    signature: `sig1=:${btoa(String.fromCharCode(...signature))}:`,
  };
}

/** Reads Signature-Input and Signature of the one shape that {@link signRequest} writes. */
export function parseSignature(
  input: string | undefined,
  signature: string | undefined,
): ParsedSignature | null {
  const shape =
    /^sig1=(\(("[@a-z-]{1,32}"(?: "[@a-z-]{1,32}"){0,7})\);created=(\d{1,12});keyid="([A-Za-z0-9_-]{1,64})";nonce="([A-Za-z0-9_-]{16,64})";tag="([ -!#-[\]-~]{1,128})")$/;
  const found = shape.exec(input ?? "");
  const bytes = /^sig1=:([A-Za-z0-9+/]{86}==):$/.exec(signature ?? "")?.[1];
  if (found === null || bytes === undefined) {
    return null;
  }
  const [, parameters = "", list = "", created = "", keyid = "", nonce = "", tag = ""] = found;
  return {
    components: list.split(" ").map((name) => name.slice(1, -1)),
    parameters,
    created: Number(created),
    keyid,
    nonce,
    tag,
    signature: Uint8Array.from(atob(bytes), (symbol) => symbol.charCodeAt(0)),
  };
}

function component(request: SignedRequest, name: string): string | undefined {
  switch (name) {
    case "@method":
      return request.method;
    case "@path":
      return request.path;
    case "@query":
      return request.query;
    case "@authority":
      return request.authority;
    default:
      return request.fields[name]?.trim();
  }
}
