/**
 * Groups and quorums of a C2SP tlog-policy: a threshold over witnesses and other groups.
 *
 * @module
 */
import { findCosignature } from "./checkpoint.ts";
import { parseNote, type VerifierKey } from "./note.ts";
import type { Primitives } from "./primitives.ts";

export interface PolicyWitness {
  /** Its name in the policy, which need not be that of its key. */
  readonly name: string;
  readonly key: VerifierKey;
  /** Submission prefix (C2SP tlog-witness); null when the policy names none. */
  readonly url: string | null;
}

/** One witness, or at least `least` of some. */
export type Quorum =
  | { readonly witness: PolicyWitness }
  | { readonly least: number; readonly of: readonly Quorum[] };

/** Reads threshold and members of a group line; `used` has the members of all groups so far. */
export function parseGroup(
  threshold: string,
  listed: readonly string[],
  names: ReadonlyMap<string, Quorum>,
  used: Set<string>,
  fail: (detail: string) => never,
): Quorum {
  const of = listed.map((name) => {
    const member = names.get(name) ?? fail("group: expected members that are defined before it");
    // Or one witness could count twice.
    if (used.has(name)) {
      fail("group: a member is in a group already");
    }
    used.add(name);
    return member;
  });
  const word = threshold === "any" ? "1" : threshold === "all" ? String(of.length) : threshold;
  const least = /^[1-9]\d{0,8}$/.test(word) ? Number(word) : 0;
  return least >= 1 && least <= of.length
    ? { least, of }
    : fail(`group: expected any, all or a threshold from 1 to ${of.length}`);
}

/** Tells whether the witnesses that `has` names are enough; `null` asks for none. */
export function meetsQuorum(
  quorum: Quorum | null,
  has: (witness: PolicyWitness) => boolean,
): boolean {
  if (quorum === null) {
    return true;
  }
  return "witness" in quorum
    ? has(quorum.witness)
    : quorum.of.filter((member) => meetsQuorum(member, has)).length >= quorum.least;
}

/** Tells whether the cosignatures under a checkpoint are enough. Its own signature is not read. */
export function isWitnessed(primitives: Primitives, quorum: Quorum | null, note: string): boolean {
  const parsed = parseNote(note);
  return (
    parsed !== null &&
    meetsQuorum(quorum, ({ key }) => findCosignature(primitives, parsed, key) !== null)
  );
}
