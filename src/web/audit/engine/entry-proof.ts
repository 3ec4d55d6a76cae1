/**
 * One entry's proof, checked here: the hash of its bytes, the path to the root, the signature on
 * the root, and that head against the ones seen before.
 *
 * What is shown of an entry is read from the bytes that were proved, not from the list.
 *
 * @module
 */
import { fromBase64, hashFromBase64, toBase64 } from "../../../activity/tree/base64.ts";
import { openCheckpoint } from "../../../activity/tree/checkpoint.ts";
import { parseVkey, utf8 } from "../../../activity/tree/note.ts";
import { sameBytes } from "../../../activity/tree/primitives.ts";
import { formatProofFile } from "../../../activity/tree/proof-file.ts";
import { canonicalJson } from "../../../handover/protocol/canonical.ts";
import type { Entry } from "../contract.ts";
import type { Client } from "./client.ts";
import type { HeadCheck, HeadState } from "./head.ts";
import { MERKLE, PRIMITIVES } from "./primitives.ts";

export type ProofFault = "LEAF" | "PATH" | "SIGNATURE" | "HEAD" | "LIST" | "FORM";

export interface CheckedEntry {
  readonly index: number;
  readonly entry: Entry;
  /** The entry's bytes as text. */
  readonly text: string;
  /** Null = the log signed exactly this. */
  readonly fault: ProofFault | null;
  readonly at: string;
  /** Hashes in hex. */
  readonly leaf: string;
  readonly path: readonly string[];
  readonly root: string;
  readonly size: number;
  readonly checkpoint: string;
  /** C2SP tlog-proof. */
  readonly file: string;
  /** What became of the head by this proof. */
  readonly head: HeadState;
}

interface Answer {
  readonly index: number;
  readonly size: number;
  readonly entry: string;
  readonly leafHash: string;
  readonly proof: readonly string[];
  readonly checkpoint: string;
}

/** Fetches an entry with its proof and checks it; `listed` is what a list showed of it. */
export async function checkEntry(
  { client, heads, now }: { client: Client; heads: HeadCheck; now: () => Date },
  index: number,
  listed: Entry | null,
): Promise<CheckedEntry> {
  const answer = await client.json<Answer>(`v1/activity/${index}/proof`);
  const bytes = utf8(answer.entry);
  const leaf = MERKLE.leafHash(bytes);
  const steps = answer.proof.map(hashFromBase64);
  const path = steps.flatMap((step) => (step === null ? [] : [step]));
  const head = await heads.join(answer.checkpoint);
  const signed = await signedHead(client, head, answer.checkpoint);
  const entry = parseEntry(answer.entry);
  const root = signed === null ? null : MERKLE.rootFromInclusion(leaf, index, signed.size, path);
  const stated = fromBase64(answer.leafHash);
  const judge = (): ProofFault | null => {
    if (entry === null || path.length !== steps.length || answer.index !== index) {
      return "FORM";
    }
    if (signed === null) {
      return "SIGNATURE";
    }
    if (stated === null || !sameBytes(stated, leaf)) {
      return "LEAF";
    }
    if (root === null || !sameBytes(root, signed.root)) {
      return "PATH";
    }
    if (head.at === "broken") {
      return "HEAD";
    }
    return listed !== null && canonicalJson(listed) !== canonicalJson(entry) ? "LIST" : null;
  };
  return {
    index,
    entry: entry ?? {},
    text: answer.entry,
    fault: judge(),
    at: now().toISOString(),
    leaf: hex(leaf),
    path: path.map(hex),
    root: hex(signed?.root ?? new Uint8Array()),
    size: signed?.size ?? 0,
    checkpoint: answer.checkpoint,
    file: formatProofFile({ entry: bytes, index, path, checkpoint: answer.checkpoint }),
    head,
  };
}

async function signedHead(client: Client, state: HeadState, note: string) {
  const vkey = state.at === "verified" ? state.head.vkey : (await client.text("log/vkey")).trim();
  const key = parseVkey(PRIMITIVES, vkey);
  return key === null ? null : openCheckpoint(PRIMITIVES, note, key);
}

function parseEntry(text: string): Entry | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Entry)
      : null;
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A checkpoint's root as people compare it. */
export function rootText(root: Uint8Array): string {
  return toBase64(root);
}
