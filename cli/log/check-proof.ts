/**
 * Follows a proof file: from the entry's bytes to the root that the log has signed.
 *
 * @module
 */
import { leafHash, rootFromInclusion } from "../../src/activity/hashing.ts";
import type { VerifierKey } from "../../src/activity/tree/note.ts";
import { sameBytes } from "../../src/activity/tree/primitives.ts";
import { parseProofFile } from "../../src/activity/tree/proof-file.ts";
import { Refusal } from "../errors.ts";
import { requireHead } from "./signed-log.ts";

/**
 * Answers the size of the log that the proof is for.
 *
 * @throws {@link Refusal} `BAD_ANSWER` | `CHECKPOINT_SIGNATURE` | `LOG_INTEGRITY`
 */
export function checkProof(text: string, index: number, key: VerifierKey): { size: number } {
  const proof = parseProofFile(text);
  if (proof === null || proof.index !== index) {
    throw new Refusal("BAD_ANSWER", `expected a C2SP tlog-proof of entry ${index}`);
  }
  const { size, root } = requireHead(proof.checkpoint, key, "proof");
  const reached = rootFromInclusion(leafHash(proof.entry), index, size, proof.path);
  if (reached === null || !sameBytes(reached, root)) {
    throw new Refusal("LOG_INTEGRITY", `entry ${index}: expected a path to the signed root`);
  }
  return { size };
}
