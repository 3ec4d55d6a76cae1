/**
 * A proof as the log quotes it: followed to the signed root before it leaves.
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import type { Checkpoint } from "../../activity.ts";
import { rootFromInclusion } from "../../hashing.ts";
import { sameBytes } from "../../tree/primitives.ts";
import { TileError } from "../../tree/tile-reader.ts";
import { type Subtrees, storedTree } from "./stored-tiles.ts";

/** A proof that cannot be given, or a table that did not serve for one. */
export class ProofError extends Error {
  override readonly name = "ProofError";
  readonly code: "LOG_INTEGRITY" | "SUBTREES_CHANGED";

  constructor(code: ProofError["code"], detail: string) {
    super(detail);
    this.code = code;
  }
}

/**
 * The path from a leaf to the root of a signed checkpoint; it has been followed.
 *
 * @throws {@link ProofError} `LOG_INTEGRITY` when what is stored does not lead there; `onError` is
 *   told when only the table was at fault.
 */
export async function proveInclusion(
  db: Knex,
  { size, root }: Pick<Checkpoint, "size" | "root">,
  index: number,
  leaf: Uint8Array,
  onError: (error: ProofError) => void,
): Promise<Uint8Array[]> {
  const follow = async (subtrees: Subtrees): Promise<Uint8Array[] | null> => {
    const path = await storedTree(db, size, subtrees).inclusionProof(index).catch(nullIfMalformed);
    const reached = path === null ? null : rootFromInclusion(leaf, index, size, path);
    return reached !== null && sameBytes(reached, root) ? path : null;
  };
  const quick = await follow("table");
  if (quick !== null) {
    return quick;
  }
  const slow = await follow("leaves");
  if (slow === null) {
    const detail = `entry ${index}: expected a leaf under the signed root: run "meterseal log verify"`;
    throw new ProofError("LOG_INTEGRITY", detail);
  }
  const detail = "log_subtrees: expected the hashes of the tree: drop and rebuild the index";
  onError(new ProofError("SUBTREES_CHANGED", detail));
  return slow;
}

function nullIfMalformed(error: unknown): null {
  if (error instanceof TileError) {
    return null;
  }
  throw error;
}
