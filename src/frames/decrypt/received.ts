/**
 * What the log's digest is taken over: the frames of each customer as they came in.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { FrameRequest } from "../request.ts";
import { FrameError } from "../sealed-frame.ts";

/** The frames of one customer as they came in. */
export interface Received {
  readonly frames: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

/** Sums up frames by the customer whose keys they were given to; null = nobody's. */
export function receivedBy(
  requests: readonly FrameRequest[],
  customerOf: (place: number) => string | null,
): ReadonlyMap<string, Received> {
  const all = new Map<string, Uint8Array[]>();
  requests.forEach(({ frame }, place) => {
    const customer = customerOf(place);
    if (customer !== null && !(frame instanceof FrameError)) {
      const own = all.get(customer) ?? [];
      own.push(frame);
      all.set(customer, own);
    }
  });
  return new Map([...all].map(([customer, own]) => [customer, digestOf(own)]));
}

/** SHA-256 over u32 length (big endian) ‖ frame bytes, of every frame in order. */
function digestOf(received: readonly Uint8Array[]): Received {
  const length = received.reduce((sum, frame) => sum + 4 + frame.length, 0);
  const all = Buffer.allocUnsafe(length);
  let at = 0;
  received.forEach((frame) => {
    at = all.writeUInt32BE(frame.length, at);
    all.set(frame, at);
    at += frame.length;
  });
  return { frames: received.length, digest: hash("sha256", all, "hex") };
}
