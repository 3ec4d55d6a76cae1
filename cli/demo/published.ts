/**
 * Published real frames with their keys, from the test vectors of the checkout.
 *
 * Only the forms that this release opens, and one key per address: a deployment knows a meter
 * once.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { parseFrame } from "../../src/frames/parse.ts";
import { FrameError } from "../../src/frames/sealed-frame.ts";
import { formatAddress } from "../../src/meters/address.ts";

export interface PublishedFrame {
  readonly address: string;
  readonly key: string;
  readonly authKey: string;
  readonly frame: string;
  readonly plaintext: string;
}

interface Vector {
  readonly source: string;
  readonly key_hex: string;
  readonly ak_hex?: string;
  readonly frame_hex: string;
  readonly plaintext_hex?: string;
  readonly must_fail: boolean | string;
}

export function publishedFrames(): PublishedFrame[] {
  const frames = new Map<string, PublishedFrame>();
  for (const file of ["wmbus.json", "dlms.json"]) {
    const url = new URL(`../../../test/vectors/${file}`, import.meta.url);
    for (const vector of JSON.parse(readFileSync(url, "utf8")) as Vector[]) {
      const address = addressOf(vector);
      if (address !== null && !frames.has(address)) {
        frames.set(address, {
          address,
          key: vector.key_hex,
          authKey: vector.ak_hex ?? "",
          frame: vector.frame_hex,
          plaintext: (vector.plaintext_hex ?? "").toLowerCase(),
        });
      }
    }
  }
  return [...frames.values()];
}

/** The address of a frame that must open; null for other forms and for constructed lines. */
function addressOf(vector: Vector): string | null {
  if (vector.must_fail !== false || vector.source.startsWith("constructed")) {
    return null;
  }
  try {
    const [sealed] = parseFrame(Buffer.from(vector.frame_hex, "hex"));
    return sealed?.address == null ? null : formatAddress(sealed.address);
  } catch (error) {
    if (error instanceof FrameError) {
      return null;
    }
    throw error;
  }
}
