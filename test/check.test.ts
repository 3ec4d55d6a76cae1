/**
 * "Wrong key?", asked of published and encoded frames: one code for each cause.
 *
 * @module
 */
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { encodeMode10 } from "../bench/encode/oms.ts";
import { encodeEll } from "../bench/encode/wmbus.ts";
import { isPlausibleApdu } from "../keystore/plausible-apdu.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { parseAddress } from "../src/meters/address.ts";
import { checkBench, type Filed } from "./support/check-bench.ts";
import { type FrameVector, frameVectors, hex } from "./support/frame-vectors.ts";
import { apdu, mode5 } from "./support/known-meters.ts";

/** A vector as it would be filed; null where this release does not read its frame. */
function filed(vector: FrameVector): (Filed & { readonly frame: Uint8Array }) | null {
  const frame = hex(vector.frame_hex);
  try {
    const address = parseFrame(frame)[0]?.address ?? parseAddress(`st:${vector.system_title}`);
    const dlms = vector.mode.startsWith("suite2") ? "dlms-suite-2" : "dlms-suite-0";
    return {
      frame,
      address,
      profile: vector.protocol === "dlms" ? dlms : "wmbus",
      key: hex(vector.key_hex),
      authKey: vector.ak_hex === undefined ? undefined : hex(vector.ak_hex),
      // Suite 2 without authentication was constructed for a meter that has an AK.
      allowUnauthenticated: vector.mode.endsWith("enc-only"),
    };
  } catch (error) {
    if (error instanceof FrameError) {
      return null;
    }
    throw error;
  }
}

const VECTORS = [...frameVectors("wmbus"), ...frameVectors("dlms")].flatMap((vector) => {
  const meter = filed(vector);
  return meter === null ? [] : [{ vector, meter, what: `${vector.source}: ${vector.note}` }];
});

const reversed = (key: Uint8Array) => Uint8Array.from(key).reverse();

/** Published frames that open, under a key that is another one backwards. */
const OPENING = VECTORS.filter(
  ({ vector, meter: { key } }) =>
    vector.must_fail === false && Buffer.compare(key, reversed(key)) !== 0,
);

test("published frames: the published key fits, one that was spoilt does not", async (t) => {
  const { check } = await checkBench(t);
  let fitting = 0;
  for (const { vector, meter, what } of VECTORS) {
    const { ok, frames } = await check(meter, [meter.frame]);
    const [finding] = frames;
    t.is(ok, vector.must_fail !== true, `${what}: ${finding?.code} ${finding?.detail}`);
    fitting += ok ? 1 : 0;
    t.true(ok || finding!.verification === null || finding!.verification === "none", what);
  }
  t.true(fitting >= 18);
});

test("published frames: a key that was printed the wrong way round is told apart", async (t) => {
  const { check } = await checkBench(t);
  t.true(OPENING.length >= 15);
  for (const { meter, what } of OPENING) {
    const turned = { key: reversed(meter.key), authKey: meter.authKey && reversed(meter.authKey) };
    const { ok, frames } = await check({ ...meter, ...turned }, [meter.frame]);
    t.is(frames[0]?.code, "KEY_REVERSED", `${what}: ${frames[0]?.detail}`);
    t.false(ok);
  }
});

test("published DLMS frames: a missing, a wrong and a foreign key are three answers", async (t) => {
  const { check } = await checkBench(t);
  const tagged = OPENING.filter(({ vector }) => vector.mode.endsWith("auth+enc"));
  t.true(tagged.length >= 3);
  for (const { meter, what } of tagged) {
    const code = async (change: Partial<Filed>) =>
      (await check({ ...meter, ...change }, [meter.frame])).frames[0]?.code;
    const other = new Uint8Array(meter.key.length).fill(0x5a);
    t.is(await code({}), "KEY_FITS", what);
    t.is(await code({ authKey: undefined }), "AUTH_KEY_MISSING", what);
    // Also of a meter that may leave its tag out.
    const lenient = { authKey: undefined, allowUnauthenticated: true };
    t.is(await code(lenient), "AUTH_KEY_MISSING", what);
    t.is(await code({ authKey: other }), "AUTH_KEY_WRONG", what);
    t.is(await code({ key: other }), "KEY_WRONG", what);
    t.is(await code({ key: other, authKey: undefined }), "KEY_WRONG", what);
    t.is(await code({ key: reversed(meter.key), authKey: undefined }), "KEY_REVERSED", what);
  }
});

test("published frames: link CRC bytes inside L are found, also behind the wrong key's answer", async (t) => {
  const { check } = await checkBench(t);
  const { meter } = VECTORS.find(({ vector }) => vector.source.startsWith("tobiasrask"))!;
  const { ok, frames } = await check(meter, [meter.frame]);
  t.like(frames[0], { code: "LINK_CRC_LEFT", verification: "crc16", keyVersion: 1 });
  t.true(ok);
  const stranger = { ...meter, key: new Uint8Array(16) };
  t.is((await check(stranger, [meter.frame])).frames[0]?.code, "KEY_WRONG");
});

test("what no key is tried on says why, uses no key and is no entry", async (t) => {
  const { check, entries } = await checkBench(t);
  const address = parseAddress("KAM-12345678/01/02");
  const meter: Filed = { address, profile: "ell", key: hex("00".repeat(16)) };
  const foreign = { manufacturer: "KAM", id: "99999999", key: hex("00".repeat(16)) };
  const { ok, frames } = await check(meter, [
    mode5(1),
    mode5(1, "none", foreign),
    mode5(1).subarray(0, 20),
    new Uint8Array(40).fill(0xee),
  ]);
  t.deepEqual(
    frames.map(({ code }) => code),
    ["PROFILE_MISMATCH", "OTHER_METER", "FRAME_LENGTH", "FRAME_FORMAT"],
  );
  t.true(frames[1]?.detail.endsWith("KAM-99999999/01/02"));
  t.false(ok);
  t.deepEqual(entries, []);
});

test("one frame that speaks against the key outweighs those that fit; a stranger's does not", async (t) => {
  const { check, entries } = await checkBench(t);
  const address = parseAddress("KAM-12345678/01/02");
  const key = hex("000102030405060708090a0b0c0d0e0f");
  const own = { manufacturer: "KAM", id: "12345678", version: 1, medium: 2 };
  const ell = (with_: Uint8Array) =>
    encodeEll({ ...own, key: with_, cc: 0x20, sn: 5, plaintext: hex("78046d"), format: "B" });
  const meter: Filed = { address, profile: "wmbus", key };
  const fits = [ell(key), mode5(1, "A", { ...own, key })];
  const stranger = mode5(1, "none", { ...own, id: "99999999", key });
  t.true((await check(meter, [...fits, stranger])).ok);
  t.false((await check(meter, [...fits, ell(reversed(key))])).ok);
  t.false((await check(meter, [...fits, ell(new Uint8Array(16))])).ok);
  t.false((await check(meter, [stranger])).ok);
  t.like(entries[0], {
    action: "key.tried",
    outcome: "ok",
    fields: {
      customer: "cus_1",
      meter: "mtr_1",
      keyVersions: [1],
      frames: 2,
      counts: [
        ["KEY_FITS", 2],
        ["OTHER_METER", 1],
      ],
    },
  });
  t.is(entries.length, 3);
});

test("a frame that says encrypted and is not, and one without its tag, are named as such", async (t) => {
  const { check } = await checkBench(t);
  const title = "4b414d4501349083";
  const address = parseAddress(`st:${title}`);
  const [ek, ak] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  const meter: Filed = { address, profile: "dlms-suite-0", key: ek, authKey: ak };
  const text = "0f000000010000";
  const bare = apdu({ ek, ak, title, counter: 1, suite: 0, text, protection: "enc" });
  t.is((await check(meter, [bare])).frames[0]?.code, "NOT_AUTHENTICATED");
  const unlocked = await check({ ...meter, authKey: undefined }, [bare]);
  t.like(unlocked.frames[0], { code: "KEY_FITS", verification: "none" });
  const long = { ...meter, profile: "dlms-suite-2", key: new Uint8Array(32) } as const;
  t.is((await check(long, [bare])).frames[0]?.code, "PROFILE_MISMATCH");
  const clear = Uint8Array.from(mode5(1));
  clear.set([0x2f, 0x2f], 15);
  const telegram: Filed = {
    address: parseAddress("KAM-12345678/01/02"),
    profile: "wmbus",
    key: ek,
  };
  t.is((await check(telegram, [clear])).frames[0]?.code, "NOT_ENCRYPTED");
});

test("a wired frame without address on a meter filed by its number alone is no wrong key", async (t) => {
  const { check, entries } = await checkBench(t);
  const key = hex("000102030405060708090a0b0c0d0e0f");
  const own = { manufacturer: "KAM", id: "12345678", version: 1, medium: 2, key };
  const message = { acc: 1, counter: 5, plaintext: hex("0c1304"), tagLength: 8 } as const;
  const frame = encodeMode10({ ...own, ...message, header: "short", format: "wired" });
  const filed = (text: string) => ({ address: parseAddress(text), profile: "wmbus", key }) as const;
  const short = await check(filed("KAM-12345678"), [frame]);
  t.is(short.frames[0]?.code, "METER_UNKNOWN");
  t.deepEqual(entries, []);
  const whole = await check(filed("KAM-12345678/01/02"), [frame]);
  t.is(whole.frames[0]?.code, "KEY_FITS");
});

test("whatever the keys: the right pair fits, another authentication key never does", async (t) => {
  const { check } = await checkBench(t);
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const title = "4b414d4501349083";
  const address = parseAddress(`st:${title}`);
  const law = fc.asyncProperty(
    bytes,
    bytes,
    bytes,
    fc.boolean(),
    async (ek, ak, other, isSuite1) => {
      const suite = isSuite1 ? 1 : 0;
      const frame = apdu({ ek, ak, title, counter: 9, suite, text: "c401c100ff" });
      const meter = { address, profile: "dlms-suite-0", key: ek, authKey: ak } as const;
      t.is((await check(meter, [frame])).frames[0]?.code, "KEY_FITS");
      fc.pre(Buffer.compare(other, ak) !== 0 && Buffer.compare(reversed(other), ak) !== 0);
      const wrong = await check({ ...meter, authKey: other }, [frame]);
      t.is(wrong.frames[0]?.code, "AUTH_KEY_WRONG");
    },
  );
  await t.notThrowsAsync(fc.assert(law, { numRuns: 40 }));
});

test("published plaintexts look like APDUs, noise hardly ever does", (t) => {
  const texts = frameVectors("dlms").flatMap(({ plaintext_hex: text = "" }) => text || []);
  t.true(texts.length >= 9);
  for (const text of texts) {
    t.true(isPlausibleApdu(hex(text)), text);
  }
  for (const [head, places] of [
    ["01", [4, 5, 6]],
    [`0101${"10"}${"aa".repeat(16)}`, [21, 22, 23]],
    ["08", [2, 3, 4]],
  ] as const) {
    const found = Array.from({ length: 80 }, (_, at) => at).filter((at) => {
      const text = Buffer.alloc(90);
      text.set(hex(head));
      text.set(hex("065f1f04"), at);
      return at >= head.length / 2 && isPlausibleApdu(text);
    });
    // Further back a sender could try byte after byte: what is not authenticated would leak.
    t.deepEqual(found, [...places], head);
  }
  let hits = 0;
  for (let n = 0; n < 20_000; n++) {
    hits += isPlausibleApdu(createHash("sha512").update(String(n)).digest()) ? 1 : 0;
  }
  t.true(hits <= 20, `${hits} of 20 000`);
});
