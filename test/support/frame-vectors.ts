/**
 * The published and constructed frames of `test/vectors/`, with their sources.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { FrameContext } from "../../src/frames/parse.ts";

export interface FrameVector {
  readonly source: string;
  readonly protocol: "wmbus" | "dlms";
  readonly mode: string;
  readonly transport?: string;
  readonly key_hex: string;
  readonly ak_hex?: string;
  readonly system_title?: string;
  readonly frame_hex: string;
  readonly apdu_hex?: string;
  readonly plaintext_hex?: string;
  readonly iv?: string;
  readonly nonce?: string;
  /** Keys of the one message in modes 7 and 10. */
  readonly kenc?: string;
  readonly kmac?: string;
  readonly aad?: string;
  readonly invocation_counter?: number;
  readonly link_id?: string;
  readonly manufacturer?: string;
  readonly tpl_id?: string;
  /** What an authentication token answers. */
  readonly challenge_hex?: string;
  readonly must_fail: boolean | "recoverable";
  readonly note?: string;
}

/** Reads one of the vector files. */
export function frameVectors(name: "wmbus" | "dlms"): readonly FrameVector[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

/** What the parser must be told beside the bytes of a vector. */
export function contextOf({ challenge_hex }: FrameVector): FrameContext {
  return { challenge: challenge_hex === undefined ? null : hex(challenge_hex), initiate: null };
}

/** Bytes of a hex string. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Upper-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}
