/**
 * Draws entries in a way that anybody can repeat: from the signed root, so that nobody picks them.
 *
 * Sample k of a period from `first` to `last` is at `first` + (the first 6 bytes of
 * SHA-256("meterseal/sample/1" ‖ root ‖ k as 4 bytes) mod their number), all big endian; one
 * that was drawn already is passed over.
 *
 * @module
 */
import { leafHash, PRIMITIVES } from "../../src/activity/hashing.ts";
import type { VerifierKey } from "../../src/activity/tree/note.ts";
import { formatProofFile, parseProofFile } from "../../src/activity/tree/proof-file.ts";
import type { TileReader } from "../../src/activity/tree/tile-reader.ts";
import { type Client, pathOf } from "../client.ts";
import { Refusal } from "../errors.ts";
import { checkProof } from "../log/check-proof.ts";
import { textOf } from "./ask.ts";
import type { Period } from "./period.ts";
import type { Sample } from "./report.ts";

const LABEL = Buffer.from("meterseal/sample/1", "ascii");

/** Indices of `wanted` samples between `first` and `last`, ascending; all when there are fewer. */
export function drawSamples(
  root: Uint8Array,
  first: number,
  last: number,
  wanted: number,
): number[] {
  const count = last - first + 1;
  const drawn = new Set<number>();
  for (let k = 0; drawn.size < Math.min(wanted, count); k++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(k);
    const hash = Buffer.from(PRIMITIVES.sha256(LABEL, root, number));
    drawn.add(first + (hash.readUIntBE(0, 6) % count));
  }
  return [...drawn].sort((a, b) => a - b);
}

/** What samples are proven by. */
export interface SampleProver {
  readonly client: Client;
  readonly key: VerifierKey;
  /** The tree of the report's head. */
  readonly tree: TileReader;
  /** The head itself, a signed note. */
  readonly checkpoint: string;
  readonly nameOf: (actor: string) => string;
}

/**
 * Fetches one entry and proves it under the report's own head.
 *
 * @throws {@link Refusal} when the proof does not hold
 */
export async function fetchSample(prover: SampleProver, index: number): Promise<Sample> {
  const { client, key, tree, checkpoint, nameOf } = prover;
  const url = pathOf(["v1", "activity", String(index), "proof"], { form: "tlog-proof" });
  const given = parseProofFile((await client.read(url)).toString("utf8"));
  if (given === null) {
    throw new Refusal("BAD_ANSWER", `expected a C2SP tlog-proof of entry ${index}`);
  }
  const path = await tree.inclusionProof(index);
  const proof = formatProofFile({ entry: given.entry, index, path, checkpoint });
  checkProof(proof, index, key);
  const entry = JSON.parse(Buffer.from(given.entry).toString("utf8"));
  return {
    index,
    at: textOf(entry, "at"),
    action: textOf(entry, "action"),
    by: nameOf(textOf(entry, "actor")),
    leafHash: Buffer.from(leafHash(given.entry)).toString("hex"),
    proof,
  };
}

/** Which entries a period is said to have, in a log of `size` entries from `below` on. */
export interface SaidRange {
  readonly first: number;
  readonly last: number;
  readonly below: number;
  readonly size: number;
}

/**
 * Proves that the period's entries are the ones that the service says: the first and the last lie
 * in it, their neighbours do not. Otherwise the service would choose what is drawn from.
 *
 * @throws {@link Refusal} `LOG_INTEGRITY`
 */
export async function proveRange(
  prover: SampleProver,
  { from, to }: Period,
  { first, last, below, size }: SaidRange,
): Promise<void> {
  const neighbours = [first - 1, last + 1].filter((index) => index >= below && index < size);
  for (const index of new Set([first, last, ...neighbours])) {
    const { at } = await fetchSample(prover, index);
    const millisecond = `${at.slice(0, 23)}Z`;
    const isWithin = millisecond >= from && millisecond < to;
    if (isWithin !== (index >= first && index <= last)) {
      const where = isWithin ? "outside" : "within";
      throw new Refusal("LOG_INTEGRITY", `entry ${index}: expected a time ${where} the period`);
    }
  }
}
