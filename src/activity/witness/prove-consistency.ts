/**
 * A consistency proof that is right, or none: a witness takes a wrong one for a fork.
 *
 * Hashes above the leaves come from tables that may be damaged while the log is whole.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { storedTree } from "../ask/proofs/stored-tiles.ts";
import { isConsistent } from "../hashing.ts";
import type { TreeHead } from "../tree/merkle.ts";
import { WitnessFault } from "./call.ts";

/** @throws {@link WitnessFault} `WITNESS_PROOF` when what is stored does not lead to `head` */
export async function proveConsistency(
  db: Knex,
  old: number,
  head: TreeHead,
): Promise<readonly Uint8Array[]> {
  const tree = storedTree(db, head.size);
  const root = await tree.subtree(0, old);
  const proof = await tree.consistencyProof(old);
  if (!isConsistent({ size: old, root }, head, proof)) {
    throw new WitnessFault("WITNESS_PROOF");
  }
  return proof;
}
