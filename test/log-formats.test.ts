/**
 * What the log is written in: canonical JSON, signed notes, access sets.
 *
 * Signatures are made here by another implementation.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import test from "ava";
import fc from "fast-check";
import {
  decodeAccessSet,
  encodeAccessSet,
  type KeyUse,
} from "../src/activity/entries/access-set.ts";
import { canonicalJson } from "../src/activity/entries/canonical.ts";
import type { Json } from "../src/activity/entries/entry.ts";
import { formatVkey, openCheckpoint, parseVkey, signedNote } from "../src/activity/hashing.ts";
import { checkpointText } from "../src/activity/tree/checkpoint.ts";

test("RFC 8785 §3.2.2.2: strings are written with the shortest escapes", (t) => {
  t.is(canonicalJson("€$\u000F\nA'\u0042\u0022\u005c\\\"/"), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  t.is(canonicalJson({ literals: [null, true, false] }), '{"literals":[null,true,false]}');
});

test("RFC 8785 §3.2.3: names are sorted by UTF-16 code units", (t) => {
  const names = ["€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"];
  const sorted = ["\r", "1", "\u0080", "ö", "€", "😀", "\ufb33"];
  const value = Object.fromEntries(names.map((name) => [name, 0]));
  const members = sorted.map((name) => `${JSON.stringify(name)}:0`).join(",");
  t.is(canonicalJson(value), `{${members}}`);
});

test("RFC 8785 appendix B: integers up to 2^53 are written, all other numbers refused", (t) => {
  t.is(canonicalJson([0, -0, 9_007_199_254_740_991, -9_007_199_254_740_991]), MAX_INTEGERS);
  for (const number of [2 ** 53, -(2 ** 53), 0.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => canonicalJson({ number }), { instanceOf: RangeError });
  }
});
const MAX_INTEGERS = "[0,0,9007199254740991,-9007199254740991]";

test("RFC 8785 §3.2.2.2: lone surrogates are refused in values and in names", (t) => {
  for (const text of ["\ud83d", "\ude00", "a\ude00\ud83d"]) {
    t.throws(() => canonicalJson([text]), { instanceOf: RangeError });
    t.throws(() => canonicalJson({ [text]: 1 }), { instanceOf: RangeError });
  }
  t.throws(() => canonicalJson({ gone: undefined } as unknown as Json), { instanceOf: RangeError });
});

test("canonical JSON reads back as the same value and is its own canonical form", (t) => {
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("value")),
      fc.dictionary(fc.string({ unit: "grapheme" }), tie("value")),
    ),
  }));
  const law = fc.property(value, (json) => {
    const text = canonicalJson(json);
    t.deepEqual(canonicalJson(JSON.parse(text)), text);
    t.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(json)));
  });
  t.notThrows(() => fc.assert(law, { numRuns: 200 }));
});

test("C2SP signed-note: the published example key signs the published note", (t) => {
  const seed = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
  const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const text =
    "If you think cryptography is the answer to your problem,\n" +
    "then you don't know what your problem is.\n";
  const publicKey = ed25519.getPublicKey(seed);
  t.is(formatVkey({ name: "PeterNeumann", publicKey }), vkey);
  t.deepEqual(parseVkey(vkey), { name: "PeterNeumann", publicKey, type: 1 });
  const signature = ed25519.sign(utf8ToBytes(text), seed);
  t.is(
    signedNote(text, { name: "PeterNeumann", publicKey }, signature),
    `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
  );
});

test("C2SP tlog-checkpoint: a note opens under its own key and under no other", (t) => {
  const { note, key, root } = signedCheckpoint(3);
  t.deepEqual(openCheckpoint(note, key), { origin: "log.example", size: 3, root });
  const other = ed25519.keygen().publicKey;
  t.is(openCheckpoint(note, { name: "log.example", publicKey: other }), null);
  t.is(openCheckpoint(note, { ...key, name: "log.example2" }), null);
  // A second signature line by a stranger, before or after, changes nothing.
  const [text, line] = note.split("\n\n") as [string, string];
  t.is(openCheckpoint(`${text}\n\n— witness AAAAAAAA\n${line}`, key)?.size, 3);
});

test("a note whose text, origin or signature was altered does not open", (t) => {
  const { note, key, seed } = signedCheckpoint(3);
  for (const [from, to] of [
    ["\n3\n", "\n4\n"],
    ["log.example\n3", "log.exampl3\n3"],
    ["— log.example ", "— log.exampl3 "],
    ["— ", "- "],
    ["\n\n", "\n"],
    ["=\n\n", "=\nextension\n\n"],
  ] as const) {
    t.true(note.includes(from));
    t.is(openCheckpoint(note.replace(from, to), key), null, JSON.stringify(from));
  }
  // All but the signature's last digit, of which base64 ignores two bits, and `=\n`.
  for (let at = 0; at < note.length - 3; at++) {
    const flipped = note.charAt(at) === "A" ? "B" : "A";
    t.is(openCheckpoint(note.slice(0, at) + flipped + note.slice(at + 1), key), null, `${at}`);
  }
  // Signed by the right key, and still no checkpoint of this log.
  for (const text of ["other\n3\nAAAA\n", "log.example\n03\nAAAA\n", "log.example\n3\n\n"]) {
    const signature = ed25519.sign(utf8ToBytes(text), seed);
    t.is(openCheckpoint(signedNote(text, key, signature), key), null);
  }
});

test("a verifier key with a wrong hash, type or length is refused", (t) => {
  const { key } = signedCheckpoint(1);
  const good = formatVkey(key);
  t.deepEqual(parseVkey(`${good}\n`), { ...key, type: 1 });
  const [name, hash, bytes] = good.split("+", 3) as [string, string, string];
  const rest = good.slice(name.length + hash.length + 2);
  const flipped = (hash.startsWith("0") ? "1" : "0") + hash.slice(1);
  const typed = Buffer.concat([Buffer.of(2), key.publicKey]).toString("base64");
  for (const text of [
    "",
    `x${good}`,
    `${name}+${flipped}+${rest}`,
    `${name}+${hash}+${typed}`,
    `${name}+${hash}+${bytes.slice(0, 20)}`,
    `${name}+${hash}`,
  ]) {
    t.is(parseVkey(text), null, text);
  }
});

test("an access set says what was put in, in parts of at most 60 kB", (t) => {
  const use = fc.record({
    number: fc.nat(),
    version: fc.nat(1000),
    counts: fc.array(fc.nat(), { maxLength: 2 }),
  });
  const uses = fc.uniqueArray(use, { selector: (u) => `${u.number}:${u.version}`, maxLength: 50 });
  const law = fc.property(uses, (set) => {
    t.deepEqual(encodeAccessSet(set).flatMap(decoded), sorted(set));
  });
  t.notThrows(() => fc.assert(law, { numRuns: 200 }));
  const many = Array.from({ length: 30_000 }, (_, i) => ({
    number: i * 7 + (i % 3),
    version: 1,
    counts: [i, 0],
  }));
  const parts = encodeAccessSet(many);
  t.true(parts.length > 1);
  for (const part of parts) {
    t.true(JSON.stringify(part).length <= 60_100);
  }
  // Each part is read alone: its differences start from 0.
  t.deepEqual(parts.flatMap(decoded), many);
  t.deepEqual(encodeAccessSet([]), [[]]);
});

test("what is no access set is not read as one", (t) => {
  for (const part of [null, {}, "[]", [1], [[1]], [["1", 2]], [[1.5, 2]], [[1, null]]]) {
    t.is(decodeAccessSet(part), null);
  }
});

function decoded(part: number[][]): KeyUse[] {
  return decodeAccessSet(part) ?? [];
}

function sorted(uses: readonly KeyUse[]): KeyUse[] {
  return [...uses].sort((a, b) => a.number - b.number || a.version - b.version);
}

function signedCheckpoint(size: number) {
  const { secretKey: seed, publicKey } = ed25519.keygen();
  const key = { name: "log.example", publicKey: new Uint8Array(publicKey) };
  const root = new Uint8Array(32).fill(size);
  const text = checkpointText({ origin: key.name, size, root });
  const note = signedNote(text, key, ed25519.sign(utf8ToBytes(text), seed));
  return { note, key, root, seed };
}
