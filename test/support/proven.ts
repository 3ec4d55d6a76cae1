/**
 * Checks what `GET /v1/activity/{index}/proof` answers, as an auditor would.
 *
 * @module
 */
import {
  leafHash,
  openCheckpoint,
  parseVkey,
  rootFromInclusion,
} from "../../src/activity/hashing.ts";
import type { Parsed } from "./service.ts";

/** Whether an entry is in the tree of a checkpoint that this key has signed. */
export function isProven(
  { index, entry, proof, checkpoint }: Parsed,
  vkey: string,
  head: string = checkpoint,
): boolean {
  const key = parseVkey(vkey.trim());
  const signed = key === null ? null : openCheckpoint(head, key);
  if (signed === null) {
    return false;
  }
  const path: Buffer[] = proof.map((hash: string) => Buffer.from(hash, "base64"));
  const root = rootFromInclusion(leafHash(entry), index, signed.size, path);
  return root !== null && Buffer.from(root).equals(signed.root);
}
