/**
 * The core's HTTP client to the exchange: every request signed, no redirect followed, answers
 * bounded in size and time.
 *
 * What comes back is input from outside: parsed here, believed nowhere without the signature of
 * the exchange.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { HandoverContext } from "../context.ts";
import { toBase64url } from "../protocol/base64url.ts";
import { keyName } from "../protocol/chain.ts";
import { HandoverError } from "../protocol/errors.ts";
import { signRequest } from "../protocol/http-signature.ts";
import { demandSecure } from "../protocol/link.ts";

const TIMEOUT_MS = 30_000;
/** A large package may need longer. */
const PUT_TIMEOUT_MS = 180_000;
/** A page of events is at most 1 MiB, its frame included. */
const MAX_ANSWER_BYTES = 1_048_576;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Pushes a package; `digest` is the SHA-256 of the body. */
export function putPackage(
  x: HandoverContext,
  linkId: Uint8Array,
  body: Uint8Array,
  digest: Uint8Array,
) {
  return send(x, "PUT", `/intake/packages/${toBase64url(linkId)}`, { bytes: body, digest });
}

/** Revokes a package. */
export function deletePackage(x: HandoverContext, linkId: Uint8Array) {
  return send(x, "DELETE", `/intake/packages/${toBase64url(linkId)}`, null);
}

/** Asks for the events after event `n` with chain hash `head`. */
export function getEvents(x: HandoverContext, n: number, head: Uint8Array) {
  return send(x, "GET", `/intake/events?after=${n}&head=${toBase64url(head)}`, null);
}

interface Body {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

/** @throws {@link HandoverError} `EXCHANGE_UNAVAILABLE`, `EXCHANGE_ANSWER`, `INSECURE_URL` */
async function send(
  x: HandoverContext,
  method: "PUT" | "DELETE" | "GET",
  target: string,
  body: Body | null,
): Promise<Answer> {
  const url = new URL(target, x.exchange.intakeUrl);
  demandSecure(url);
  const request = { method, path: url.pathname, query: url.search || "?", fields: {} };
  const headers = await signRequest(
    request,
    body?.bytes ?? null,
    {
      created: Math.floor(x.clock().getTime() / 1000),
      keyid: keyName(x.intakePublicKey),
      nonce: randomBytes(18).toString("base64url"),
      tag: `meterseal-intake:${keyName(x.exchange.publicKey)}`,
    },
    (message) => x.keystore.sign("intake", message),
    // Hashed before, in slices: a package has tens of megabytes.
    body === null ? undefined : () => body.digest,
  );
  try {
    const response = await fetch(url, {
      method,
      headers: body === null ? headers : { ...headers, "content-type": "application/json" },
      ...(body === null ? {} : { body: body.bytes }),
      redirect: "error",
      signal: AbortSignal.timeout(body === null ? TIMEOUT_MS : PUT_TIMEOUT_MS),
    });
    return { status: response.status, body: await readObject(response) };
  } catch (error) {
    if (error instanceof HandoverError) {
      throw error;
    }
    throw new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer", { cause: error });
  }
}

async function readObject(response: Response): Promise<Answer["body"]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    length += bytes.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new HandoverError("EXCHANGE_ANSWER", "exchange: answered more than 1 MiB");
    }
    chunks.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Answer["body"])
      : {};
  } catch {
    throw new HandoverError("EXCHANGE_ANSWER", "exchange: answered something else than JSON");
  }
}
