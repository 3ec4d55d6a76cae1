/**
 * COSE_Encrypt0: a published message, a second implementation (noble and an encoder), laws of the
 * CBOR reader, and what is told apart from other frames.
 *
 * @module
 */
import { gcm } from "@noble/ciphers/aes.js";
import test from "ava";
import fc from "fast-check";
import { encodeCose } from "../bench/encode/cose.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { openCoseGcm } from "../keystore/suites/cose-gcm.ts";
import { CborReader } from "../src/frames/cose/cbor.ts";
import { sealEncrypt0 } from "../src/frames/cose/encrypt0.ts";
import { innerFrames, MAX_INNER_FRAMES } from "../src/frames/cose/inner-frames.ts";
import { detectTransport } from "../src/frames/detect.ts";
import { inspectFrame } from "../src/frames/inspect/inspect.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { formatAddress } from "../src/meters/address.ts";
import { frameVectors, hex, toHex } from "./support/frame-vectors.ts";

/** cose-wg/Examples aes-gcm-examples/aes-gcm-enc-03.json: COSE_Encrypt0, A256GCM, no kid. */
const PUBLISHED = {
  key: "0F1E2D3C4B5A69788796A5B4C3D2E1F01F2E3D4C5B6A798897A6B5C4D3E2F100",
  aad: "8368456E63727970743043A1010340",
  message:
    "D08343A10103A1054C02D1F7E6F26C43D4868D87CE58249D64A5A59A3B04867DCCF6B8EF82F7D1A3B25EF84ECA2BC5D7593A96E943859A9CC24AD3",
  plaintext: "This is the content.",
};
const KEY = hex(PUBLISHED.key);
const KID = "KAM-00000001/01/31";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const message = fc.record({
  key: bytes(32),
  kid: fc.constantFrom(null, KID, "st:4B414D0000000001", "eui:70B3D57ED0000001", "KAM-00000001"),
  iv: bytes(12),
  frames: fc.array(bytes(0, 60), { maxLength: 40 }),
  tagged: fc.boolean(),
  width: fc.constantFrom(0 as const, 1 as const, 2 as const, 4 as const, 8 as const),
});

test("RFC 9052 §5.3: the published message opens, its Enc_structure is the published one", (t) => {
  const sealed = sealEncrypt0(hex(PUBLISHED.message));
  t.is(toHex(sealed.aad), PUBLISHED.aad);
  t.is(sealed.address, null);
  t.is(Buffer.from(open(sealed, KEY)!).toString("ascii"), PUBLISHED.plaintext);
});

test("every encoded message opens, in every width of its lengths, and noble agrees", (t) => {
  const law = fc.property(message, (options) => {
    const encoded = encodeCose(options);
    t.is(detectTransport(encoded), "cose");
    const sealed = sealEncrypt0(encoded);
    t.is(sealed.address === null ? null : formatAddress(sealed.address), options.kid);
    const plaintext = open(sealed, options.key)!;
    t.deepEqual(innerFrames(plaintext).map(toHex), options.frames.map(toHex));
    const noble = gcm(options.key, options.iv, copy(sealed.aad));
    const whole = Uint8Array.of(...sealed.ciphertext, ...sealed.tag);
    t.deepEqual(copy(plaintext), noble.decrypt(whole));
  });
  fc.assert(law, { numRuns: 300 });
});

test("every flipped bit of a message fails, or names another collector", (t) => {
  const frame = encodeCose({ key: KEY, kid: KID, iv: new Uint8Array(12), frames: [hex("0102")] });
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const changed = frame.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    // An address is the same in any case.
    const isSameKid = Buffer.from(changed).toString("latin1").toUpperCase().includes(KID);
    const isKid = !Buffer.from(changed).includes(KID);
    t.is(isRefused(changed, KID), !(isKid && isSameKid), `bit ${bit}`);
  }
});

test("what is not a message of this form is named", (t) => {
  const common = { key: KEY, kid: KID, iv: new Uint8Array(12), frames: [] };
  const good = toHex(encodeCose(common));
  const kid = `52${Buffer.from(KID).toString("hex").toUpperCase()}`;
  const iv = `4C${"00".repeat(12)}`;
  const cases: readonly (readonly [string, string])[] = [
    // A128GCM, and a second protected parameter (crit).
    [toHex(encodeCose({ ...common, protectedHeader: [0xa1, 0x01, 0x01] })), "MODE_UNSUPPORTED"],
    [
      toHex(encodeCose({ ...common, protectedHeader: [0xa2, 0x01, 0x03, 0x02, 0x81, 0x04] })),
      "MODE_UNSUPPORTED",
    ],
    [toHex(encodeCose({ ...common, protectedHeader: [] })), "MODE_UNSUPPORTED"],
    [good.replace("A204", "A206"), "MODE_UNSUPPORTED"],
    [good.replace(`A204${kid}05${iv}`, `A205${iv}05${iv}`), "FRAME_FORMAT"],
    [good.replace(`A204${kid}05${iv}`, `A104${kid}`), "FRAME_FORMAT"],
    [toHex(encodeCose({ ...common, iv: new Uint8Array(13) })), "FRAME_FORMAT"],
    [toHex(encodeCose({ ...common, kid: "nobody" })), "FRAME_FORMAT"],
    [toHex(encodeCose({ ...common, kid: "KAM-0000000\u{1d7e3}" })), "FRAME_FORMAT"],
    [good.replace("A204", "BF04"), "FRAME_FORMAT"],
    [good.replace(/^D083/, "D084"), "FRAME_FORMAT"],
    [`${good}00`, "FRAME_LENGTH"],
    [good.slice(0, -2), "FRAME_LENGTH"],
    [good.replace(/51([0-9A-F]{34})$/, "50$1").slice(0, -2), "FRAME_LENGTH"],
    ["D0839BFFFFFFFFFFFFFFFF", "FRAME_FORMAT"],
    ["D0835BFFFFFFFFFFFFFFFF", "FRAME_LENGTH"],
  ];
  for (const [text, code] of cases) {
    t.not(text, good);
    t.throws(() => sealEncrypt0(hex(text)), { instanceOf: FrameError, code }, text);
  }
});

test("RFC 8949 §3: what is inside is an array of byte strings and nothing else", (t) => {
  t.deepEqual(innerFrames(hex("80")), []);
  t.deepEqual(innerFrames(hex("8240410A")).map(toHex), ["", "0A"]);
  for (const [text, code] of [
    ["", "FRAME_LENGTH"],
    ["A0", "FRAME_FORMAT"],
    ["9F4101FF", "FRAME_FORMAT"],
    ["815F4101FF", "FRAME_FORMAT"],
    ["816161", "FRAME_FORMAT"],
    ["818140", "FRAME_FORMAT"],
    ["8241AA", "FRAME_LENGTH"],
    ["8141AA00", "FRAME_LENGTH"],
    ["9A7FFFFFFF", "FRAME_LENGTH"],
    ["815A7FFFFFFF00", "FRAME_LENGTH"],
    [`990101${"40".repeat(MAX_INNER_FRAMES + 1)}`, "FRAME_LENGTH"],
  ] as const) {
    t.throws(() => innerFrames(hex(text)), { instanceOf: FrameError, code }, text);
  }
  t.is(innerFrames(hex(`990100${"40".repeat(MAX_INNER_FRAMES)}`)).length, MAX_INNER_FRAMES);
});

test("any bytes are read to their end or refused, and never beyond", (t) => {
  const start = fc.constantFrom("", "D083", "D08343A10103A2", "83", "8343A10103A204", "80", "82");
  const law = fc.property(start, bytes(0, 120), (head, rest) => {
    const input = Uint8Array.of(...hex(head), ...rest);
    for (const read of [sealEncrypt0, innerFrames, detectTransport, inspectFrame]) {
      try {
        read(input);
      } catch (error) {
        t.true(error instanceof FrameError);
      }
    }
    const reader = new CborReader(input);
    try {
      t.true(reader.bytes().length < input.length);
    } catch (error) {
      t.true(error instanceof FrameError);
    }
  });
  fc.assert(law, { numRuns: 3000 });
});

test("no frame of another protocol is taken for a collector's message", (t) => {
  for (const { frame_hex } of [...frameVectors("wmbus"), ...frameVectors("dlms")]) {
    t.not(detectTransport(hex(frame_hex)), "cose");
  }
  // A ded-get-request whose length is filled up with 00.
  t.is(detectTransport(hex("D08300000A3000000001AABBCCDDEE")), "apdu");
  // L = 83 begins like an array of three, C = 44 like a byte string of four.
  const address = { manufacturer: "KAM", id: "00000001", version: 1, medium: 7 };
  const common = { ...address, key: KEY.slice(0, 16), header: "short", format: "none" } as const;
  const law = fc.property(bytes(112), bytes(5), fc.nat(255), (plaintext, clear, acc) => {
    const frame = encodeMode5({ ...common, plaintext, clear, acc });
    t.is(frame[0], 0x83);
    t.is(detectTransport(frame), "wmbus");
  });
  fc.assert(law, { numRuns: 300 });
});

test("inspection names the collector, and what it cannot read", (t) => {
  const options = { key: KEY, kid: KID, iv: new Uint8Array(12), frames: [hex("01")] };
  const { protocol, address, rows, refusal } = inspectFrame(encodeCose(options));
  t.deepEqual([protocol, address, refusal], ["cose", KID, null]);
  t.true(rows.some(({ field, value }) => field === "verification" && value === "tag128"));
  const other = inspectFrame(encodeCose({ ...options, protectedHeader: [0xa1, 0x01, 0x01] }));
  t.is(other.refusal?.code, "MODE_UNSUPPORTED");
  t.is(other.address, null);
});

type Sealed = ReturnType<typeof sealEncrypt0>;

function open({ nonce, aad, ciphertext, tag }: Sealed, key: Uint8Array): Uint8Array | null {
  return openCoseGcm(key, nonce, aad, ciphertext, tag);
}

/** Under the key of one collector only. */
function isRefused(frame: Uint8Array, owner: string): boolean {
  try {
    const sealed = sealEncrypt0(frame);
    const named = sealed.address === null ? "" : formatAddress(sealed.address);
    return named !== owner || open(sealed, KEY) === null;
  } catch (error) {
    return error instanceof FrameError;
  }
}

function copy(view: Uint8Array): Uint8Array {
  return Uint8Array.from(view);
}
