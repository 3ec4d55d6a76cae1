/**
 * The log's tree against published roots and paths, and against a naive tree of this file.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import test from "ava";
import {
  createTree,
  emptyRoot,
  isConsistent,
  leafHash,
  MERKLE,
  rootFromInclusion,
} from "../src/activity/hashing.ts";
import { hashFromBase64 } from "../src/activity/tree/base64.ts";
import { createTileReader, type TileReader } from "../src/activity/tree/tile-reader.ts";
import vectors from "./vectors/merkle-proofs.json" with { type: "json" };

/** The test leaves of google/certificate-transparency, and the roots of their first n. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
  .concat("606162636465666768696a6b6c6d6e6f")
  .map(hexToBytes);
const ROOTS: readonly string[] = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("RFC 6962 §2.1: the Certificate Transparency test leaves give the published roots", (t) => {
  const tree = createTree();
  t.is(bytesToHex(emptyRoot), ROOTS[0]!);
  t.is(bytesToHex(tree.root()), ROOTS[0]!);
  for (const [i, leaf] of LEAVES.entries()) {
    tree.append(leafHash(leaf));
    t.is(bytesToHex(tree.root()), ROOTS[i + 1]!, `size ${i + 1}`);
  }
});

test("RFC 6962 §2.1.1: the Certificate Transparency test leaves give the published paths", async (t) => {
  const path = async (index: number, size: number) =>
    (await readerOf(LEAVES.map(leafHash), size).inclusionProof(index)).map(bytesToHex);
  t.deepEqual(await path(0, 1), []);
  t.deepEqual(await path(0, 8), [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  t.deepEqual(await path(5, 8), [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
  t.deepEqual(await path(2, 3), [ROOTS[2]]);
});

test("every root and every proof up to size 40 is that of a naive tree", async (t) => {
  const entries = Array.from({ length: 40 }, (_, i) => utf8ToBytes(`entry ${i}`));
  const hashes = entries.map((entry) => leafHash(entry));
  for (let size = 1; size <= entries.length; size++) {
    const root = naiveRoot(entries.slice(0, size));
    const tree = createTree();
    for (const hash of hashes.slice(0, size)) {
      tree.append(hash);
    }
    t.deepEqual(bytesToHex(tree.root()), bytesToHex(root));
    for (let index = 0; index < size; index++) {
      const path = await readerOf(hashes, size).inclusionProof(index);
      t.deepEqual(path.map(bytesToHex), naivePath(index, entries.slice(0, size)).map(bytesToHex));
      t.deepEqual(hexOf(rootFromInclusion(hashes[index]!, index, size, path)), bytesToHex(root));
    }
  }
});

test("RFC 9162 §2.1.3.2: a proof fails for another leaf, index, size or path", async (t) => {
  const hashes = LEAVES.map(leafHash);
  for (let index = 0; index < 8; index++) {
    const path = await readerOf(hashes, 8).inclusionProof(index);
    const rootFor = (leaf: number, at: number, size: number, steps = path) =>
      hexOf(rootFromInclusion(hashes[leaf]!, at, size, steps));
    t.is(rootFor(index, index, 8), ROOTS[8]!);
    t.not(rootFor((index + 1) % 8, index, 8), ROOTS[8]!);
    t.not(rootFor(index, index ^ 1, 8), ROOTS[8]!);
    t.is(rootFor(index, index, 8, path.slice(1)), null);
    t.is(rootFor(index, index, 8, [...path, hashes[0]!]), null);
    t.is(rootFor(index, 8, 8), null);
    t.not(rootFor(index, index, 16), ROOTS[8]!);
  }
});

test("RFC 6962 §2.1.3: the example tree of seven leaves gives the named consistency proofs", async (t) => {
  const d = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"].map((x) => leafHash(utf8ToBytes(x)));
  const node = (from: number, to: number) => bytesToHex(naiveTreeOf(d.slice(from, to)));
  const proof = async (old: number) => (await readerOf(d, 7).consistencyProof(old)).map(bytesToHex);
  t.deepEqual(await proof(3), [node(2, 3), node(3, 4), node(0, 2), node(4, 7)]);
  t.deepEqual(await proof(4), [node(4, 7)]);
  t.deepEqual(await proof(6), [node(4, 6), node(6, 7), node(0, 4)]);
});

test("RFC 9162 §2.1.4.2: every consistency proof up to size 40 holds, and for no other head", async (t) => {
  const hashes = Array.from({ length: 40 }, (_, i) => leafHash(utf8ToBytes(`entry ${i}`)));
  const head = (size: number) => ({
    size,
    root: size === 0 ? emptyRoot : naiveTreeOf(hashes.slice(0, size)),
  });
  for (let size = 1; size <= 40; size++) {
    for (let old = 0; old <= size; old++) {
      const path = await readerOf(hashes, size).consistencyProof(old);
      t.true(isConsistent(head(old), head(size), path), `${old} to ${size}`);
      if (old > 0 && old < size) {
        const forged = { size: old, root: new Uint8Array(32).fill(1) };
        t.false(isConsistent(forged, head(size), path));
        t.false(isConsistent(head(old), { size, root: forged.root }, path));
        t.false(isConsistent(head(old), head(size), path.slice(0, -1)));
        t.false(isConsistent(head(old), head(size), [...path, path[0] ?? hashes[0]!]));
        t.false(isConsistent(head(size), head(old), path));
      }
    }
  }
});

test("proofs across tiles of three levels lead to the root of the growing tree", async (t) => {
  const size = 66_000;
  const hashes = Array.from({ length: size }, (_, i) => leafHash(`${i}`));
  const tree = createTree();
  for (const hash of hashes) {
    tree.append(hash);
  }
  const head = { size, root: tree.root() };
  const reader = readerOf(hashes, size);
  t.is(bytesToHex(await reader.root()), bytesToHex(head.root));
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const path = await reader.inclusionProof(index);
    t.is(hexOf(rootFromInclusion(hashes[index]!, index, size, path)), bytesToHex(head.root));
  }
  for (const old of [1, 255, 256, 257, 65_536, 65_537, 65_999]) {
    const first = { size: old, root: naiveTreeOf(hashes.slice(0, old)) };
    t.true(isConsistent(first, head, await reader.consistencyProof(old)), `${old}`);
  }
});

test("transparency-dev/merkle: every published proof, good or forged, is judged as there", (t) => {
  const { inclusion, consistency } = vectors;
  t.deepEqual([inclusion.length, consistency.length], [98, 98]);
  // Hashes are read as everywhere: what is not 32 bytes is none.
  const read = (...hashes: (string | null)[]) => hashes.map((hash) => hashFromBase64(hash ?? ""));
  for (const { file, leafIdx, treeSize, leafHash: leaf, root, proof, wantErr } of inclusion) {
    const [start, end, ...path] = read(leaf, root, ...proof);
    const isProven =
      start != null &&
      end != null &&
      isPath(path) &&
      hexOf(rootFromInclusion(start, leafIdx, treeSize, path)) === bytesToHex(end);
    t.is(isProven, !wantErr, file);
  }
  for (const { file, size1, root1, size2, root2, proof, wantErr } of consistency) {
    const [first, second, ...path] = read(root1, root2, ...proof);
    const isProven =
      first != null &&
      second != null &&
      isPath(path) &&
      isConsistent({ size: size1, root: first }, { size: size2, root: second }, path);
    // One has two equal "roots" of 11 bytes pass; here they are no roots.
    t.is(isProven, !wantErr && second != null, file);
  }
});

function isPath(hashes: readonly (Uint8Array | null)[]): hashes is Uint8Array[] {
  return !hashes.includes(null);
}

test("a clone of a tree grows alone", (t) => {
  const tree = createTree();
  tree.append(leafHash(LEAVES[0]!));
  const copy = tree.clone();
  copy.append(leafHash(LEAVES[1]!));
  t.deepEqual([tree.size, bytesToHex(tree.root())], [1, ROOTS[1]!]);
  t.deepEqual([copy.size, bytesToHex(copy.root())], [2, ROOTS[2]!]);
});

/** Tiles made word by word of C2SP tlog-tiles, from the leaves each time. */
function readerOf(hashes: readonly Uint8Array[], size: number): TileReader {
  return createTileReader(
    MERKLE,
    async ({ level, index, width }) =>
      concatBytes(
        ...Array.from({ length: width }, (_, i) => {
          const from = (index * 256 + i) * 256 ** level;
          return naiveTreeOf(hashes.slice(from, from + 256 ** level));
        }),
      ),
    size,
  );
}

/** MTH over leaf hashes. */
function naiveTreeOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) {
    return leaves[0]!;
  }
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [naiveTreeOf(leaves.slice(0, k)), naiveTreeOf(leaves.slice(k))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

function hexOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : bytesToHex(bytes);
}

/** MTH of RFC 6962 §2.1, word by word. */
function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length <= 1) {
    return entries[0] === undefined
      ? sha256(new Uint8Array(0))
      : sha256(concatBytes(Uint8Array.of(0), entries[0]));
  }
  const k = 2 ** Math.floor(Math.log2(entries.length - 1));
  const [left, right] = [naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** PATH of RFC 6962 §2.1.1, word by word. */
function naivePath(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length <= 1) {
    return [];
  }
  const k = 2 ** Math.floor(Math.log2(entries.length - 1));
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m < k
    ? [...naivePath(m, left), naiveRoot(right)]
    : [...naivePath(m - k, right), naiveRoot(left)];
}
