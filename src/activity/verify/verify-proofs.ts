/**
 * Verifies C2SP tlog-proof files: an entry, its audit path and the signed checkpoint it leads to.
 *
 * @module
 */
import { leafHash, openCheckpoint, rootFromInclusion } from "../hashing.ts";
import type { SignedHead } from "../tree/checkpoint.ts";
import type { VerifierKey } from "../tree/note.ts";
import { sameBytes } from "../tree/primitives.ts";
import { parseProofFile } from "../tree/proof-file.ts";
import { parseCanonical } from "./entry/entry-reader.ts";
import { createFindings, type LogProblem, type OutsideHead, type Report } from "./log-problem.ts";
import { openOutside } from "./verify-walk.ts";

/** A proof file is not longer: entry, audit path and checkpoint have room. */
export const MAX_PROOF = 2_000_000;

export interface GivenProof {
  /** How the report names it. */
  readonly what: string;
  readonly text: string;
}

export interface ProofsVerification {
  /** The largest head among them; 0 and null when none opens. */
  readonly size: number;
  readonly root: Uint8Array | null;
  readonly problems: readonly LogProblem[];
}

/** Heads of the same size must be the same: two that differ are two logs. */
export function verifyProofs(
  proofs: readonly GivenProof[],
  key: VerifierKey,
  outside: readonly OutsideHead[] = [],
): ProofsVerification {
  const { report, list } = createFindings();
  const kept = openOutside(outside, key, report);
  const roots = new Map(kept.map(({ size, root }) => [size, root]));
  let largest = null as SignedHead | null;
  for (const proof of proofs) {
    const head = verifyProof(proof, key, report);
    if (head === null) {
      continue;
    }
    if (!sameBytes(roots.get(head.size) ?? head.root, head.root)) {
      report(0, "HEAD_CONFLICT", `${proof.what}: another root at size ${head.size}`);
    }
    roots.set(head.size, head.root);
    largest = head.size > (largest?.size ?? -1) ? head : largest;
  }
  return { size: largest?.size ?? 0, root: largest?.root ?? null, problems: list() };
}

/** The head that the proof leads to, signed by the key; null when it is not. */
function verifyProof(
  { what, text }: GivenProof,
  key: VerifierKey,
  report: Report,
): SignedHead | null {
  const proof = parseProofFile(text);
  if (proof === null) {
    report(0, "PROOF_MALFORMED", `${what}: not a tlog-proof file with its entry`);
    return null;
  }
  const { entry, index, path, checkpoint } = proof;
  const head = openCheckpoint(checkpoint, key);
  if (head === null) {
    report(
      index,
      "CHECKPOINT_SIGNATURE",
      `${what}: its checkpoint is not signed by this log's key`,
    );
    return null;
  }
  const root = rootFromInclusion(leafHash(entry), index, head.size, path);
  if (root === null || !sameBytes(root, head.root)) {
    report(index, "PROOF_CHANGED", `${what}: entry and path do not lead to the signed root`);
  }
  if (parseCanonical(entry) === null) {
    report(index, "ENTRY_MALFORMED", `${what}: not canonical JSON of an entry (RFC 8785)`);
  }
  return head;
}
