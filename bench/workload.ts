/**
 * Meters with known keys and their frames: mode 5, two blocks, format without CRCs.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { encodeMode5 } from "./encode/wmbus.ts";
import type { PlainFrame } from "./reference.ts";

export interface Workload {
  /** NDJSON rows for `POST /v1/meters/import`. */
  readonly importRows: string;
  readonly frames: readonly string[];
  readonly plain: readonly PlainFrame[];
}

/** `count` frames in turn over `meters` meters; payloads differ, so that none is a duplicate. */
export function createWorkload(meters: number, count: number): Workload {
  const all = Array.from({ length: meters }, (_, i) => ({
    manufacturer: "BEN",
    id: String(i).padStart(8, "0"),
    version: 1,
    medium: 7,
    key: createHash("sha256").update(`bench ${i}`).digest().subarray(0, 16),
  }));
  const frames: string[] = [];
  const plain: PlainFrame[] = [];
  for (let n = 0; n < count; n++) {
    const meter = all[n % meters]!;
    const plaintext = Buffer.from(`2f2f${n.toString(16).padStart(60, "0")}`, "hex");
    const frame = encodeMode5({
      ...meter,
      acc: n & 255,
      plaintext,
      header: "short",
      format: "none",
    });
    frames.push(Buffer.from(frame).toString("hex"));
    // L C M A (10), CI ACC ST CFG (5): then the two blocks.
    const iv = Buffer.concat([frame.subarray(2, 10), Buffer.alloc(8, n & 255)]);
    plain.push({ key: meter.key, iv, ciphertext: frame.subarray(15) });
  }
  const importRows = all
    .map(
      ({ id, key }) =>
        `${JSON.stringify({ address: `BEN-${id}/01/07`, key: key.toString("hex") })}\n`,
    )
    .join("");
  return { importRows, frames, plain };
}
