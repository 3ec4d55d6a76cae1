/**
 * Known answers: every published frame is parsed and opened, or refused with the right code.
 *
 * @module
 */
import test from "ava";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { formatAddress } from "../src/meters/address.ts";
import { contextOf, type FrameVector, frameVectors, hex, toHex } from "./support/frame-vectors.ts";
import { openAny } from "./support/open-sealed.ts";

const SUPPORTED = /^(5|7|10|ELL-CTR|suite)/;
/** Their plaintext here includes the payload CRC of the ELL or two link bytes: compared by hand. */
const WITH_CRC = "tobiasrask/wmbus-client";

for (const [name, clause] of [
  ["wmbus", "EN 13757-4 and -7"],
  ["dlms", "IEC 62056-5-3"],
] as const) {
  for (const [index, vector] of frameVectors(name).entries()) {
    const answer = isSupported(vector) ? expected(vector) : "MODE_UNSUPPORTED";
    const verb = answer.includes("_") ? answer : "opens";
    test(`${clause}: vector ${name} ${index}, mode ${vector.mode}: ${verb}`, (t) => {
      t.is(outcome(vector), answer);
    });
  }
}

for (const vector of frameVectors("wmbus")) {
  const iv = vector.iv ?? vector.nonce;
  if (iv === undefined) {
    continue;
  }
  test(`EN 13757-4 and -7: IV ${iv} is built from address and counter`, (t) => {
    const [first] = parseFrame(hex(vector.frame_hex));
    t.is(toHex(first!.nonce), iv.toUpperCase());
  });
}

for (const vector of frameVectors("dlms").filter(({ nonce }) => nonce !== undefined)) {
  const { nonce = "", mode, frame_hex } = vector;
  test(`IEC 62056-5-3: ${mode}, nonce ${nonce} = system title and counter, ${frame_hex.length / 2} bytes`, (t) => {
    const [frame] = parseFrame(hex(vector.apdu_hex ?? ""));
    t.is(frame?.counter, vector.invocation_counter);
    t.true(nonce.endsWith(toHex(frame!.nonce)));
    t.is(frame!.address === null, vector.apdu_hex?.startsWith("C8") === true);
    if (frame!.address !== null) {
      t.is(formatAddress(frame!.address), `st:${vector.system_title}`);
    }
    const key = hex(vector.key_hex);
    const title = hex(vector.system_title ?? "");
    const plaintext = openAny([frame!], key, hex(vector.ak_hex ?? ""), title);
    t.is(toHex(plaintext!), vector.plaintext_hex ?? "none");
  });
}

test("the key is that of the meter, not of the radio converter", (t) => {
  const [vector] = frameVectors("wmbus").filter(({ tpl_id, mode }) => tpl_id && mode === "5");
  const [frame] = parseFrame(hex(vector!.frame_hex));
  t.is(formatAddress(frame!.address!), "ZRI-49705932/01/07");
});

test("a frame that ends in its own format-B CRC by chance keeps its last block", (t) => {
  const [vector] = frameVectors("wmbus").filter(
    ({ note, mode }) => mode === "5" && note?.includes("N*16") === true,
  );
  const frames = parseFrame(hex(vector!.frame_hex));
  t.is(frames.length, 1);
  t.is(frames[0]?.ciphertext.length, 64);
});

test("wmbus-client: two link bytes inside L are cut in a second try", (t) => {
  const vector = frameVectors("wmbus").find(({ source }) => source.startsWith(WITH_CRC))!;
  const frames = parseFrame(hex(vector.frame_hex));
  t.is(frames.length, 2);
  t.is(openAny(frames.slice(0, 1), hex(vector.key_hex)), null);
  t.is(toHex(openAny(frames, hex(vector.key_hex))!), vector.plaintext_hex!.slice(4, -4));
});

test("a session number is the counter of an ELL frame, mode 5 has none", (t) => {
  const counters = frameVectors("wmbus")
    .filter((vector) => vector.must_fail === false && isSupported(vector))
    .map((vector) => ({
      mode: vector.mode,
      counter: parseFrame(hex(vector.frame_hex))[0]?.counter,
    }));
  t.is(counters[0]?.counter, 0x21d69c20);
  t.true(counters.every(({ mode, counter }) => (counter === null) === (mode === "5")));
});

function isSupported({ mode }: FrameVector): boolean {
  return SUPPORTED.test(mode);
}

function expected(vector: FrameVector): string {
  if (vector.must_fail === "recoverable") {
    const twin = frameVectors("wmbus").find(({ frame_hex }) =>
      vector.frame_hex.startsWith(frame_hex),
    );
    return twin!.plaintext_hex!;
  }
  if (vector.must_fail) {
    return vector.note?.includes("link CRC broken") === true ? "FRAME_CRC" : "CHECK_FAILED";
  }
  if (vector.challenge_hex !== undefined) {
    // A token carries nothing but its tag.
    return "";
  }
  return vector.source.startsWith(WITH_CRC)
    ? vector.plaintext_hex!.slice(4, -4)
    : vector.plaintext_hex!;
}

function outcome(vector: FrameVector): string {
  const { frame_hex, key_hex, ak_hex = "", system_title = "" } = vector;
  try {
    const frames = parseFrame(hex(frame_hex), contextOf(vector));
    const plaintext = openAny(frames, hex(key_hex), hex(ak_hex), hex(system_title));
    return plaintext === null ? "CHECK_FAILED" : toHex(plaintext);
  } catch (error) {
    if (error instanceof FrameError) {
      return error.code;
    }
    throw error;
  }
}
