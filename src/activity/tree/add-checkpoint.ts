/**
 * C2SP tlog-witness, `add-checkpoint`: the body of its request.
 *
 * @module
 */
import { hashFromBase64, toBase64 } from "./base64.ts";

/** More lines than a proof in the largest tree can have. */
export const MAX_PROOF = 63;
/** A checkpoint with many signatures, a proof, and room. */
export const MAX_BODY = 65_536;

export interface AddCheckpoint {
  /** Size that the witness holds, and the proof starts from. */
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

export function formatAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  return `${[`old ${old}`, ...proof.map(toBase64)].join("\n")}\n\n${checkpoint}`;
}

/** Takes a request apart; null when it is none. The checkpoint is not read. */
export function parseAddCheckpoint(body: string): AddCheckpoint | null {
  const end = body.indexOf("\n\n");
  const [first = "", ...lines] = body.slice(0, Math.max(0, end)).split("\n");
  const old = parseSize(/^old (.*)$/.exec(first)?.[1] ?? "");
  const proof = lines.map(hashFromBase64);
  return old === null || proof.includes(null) || proof.length > MAX_PROOF
    ? null
    : { old, proof: proof as Uint8Array[], checkpoint: body.slice(end + 2) };
}

/** A tree size as ASCII decimal without leading zeroes, below 2^53. */
export function parseSize(text: string): number | null {
  const size = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}
