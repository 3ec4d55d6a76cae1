/**
 * C2SP tlog-proof: one entry, its audit path and a signed checkpoint in a file that stands alone.
 *
 * The `extra` line holds the entry's bytes: the leaf hash is SHA-256(0x00 ‖ entry), so the entry
 * is as true as the proof.
 *
 * @module
 */
import { fromBase64, hashFromBase64, toBase64 } from "./base64.ts";

const HEADER = "c2sp.org/tlog-proof@v1";

export interface ProofFile {
  /** The entry's bytes: canonical JSON, UTF-8. */
  readonly entry: Uint8Array;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The checkpoint, a signed note, cosignatures and all. */
  readonly checkpoint: string;
}

export function formatProofFile({ entry, index, path, checkpoint }: ProofFile): string {
  const lines = [HEADER, `extra ${toBase64(entry)}`, `index ${index}`, ...path.map(toBase64)];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

/** Takes a proof file apart; null when it is none. Nothing in it is verified yet. */
export function parseProofFile(text: string): ProofFile | null {
  const end = text.indexOf("\n\n");
  const [header, extra = "", index = "", ...steps] = text.slice(0, Math.max(0, end)).split("\n");
  const entry = extra.startsWith("extra ") ? fromBase64(extra.slice(6)) : null;
  const path = steps.map(hashFromBase64);
  const isIndex = /^index (0|[1-9]\d{0,15})$/.test(index);
  if (header !== HEADER || entry === null || !isIndex || path.includes(null)) {
    return null;
  }
  return {
    entry,
    index: Number(index.slice(6)),
    path: path as Uint8Array[],
    checkpoint: text.slice(end + 2),
  };
}
