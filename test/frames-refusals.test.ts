/**
 * What is recognised and refused, with the code that says why.
 *
 * @module
 */
import test from "ava";
import { crcEn13757 } from "../bench/encode/crc.ts";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { encodeEll, encodeMode5 } from "../bench/encode/wmbus.ts";
import { fcs16 } from "../src/frames/dlms/fcs16.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { type FrameCode, FrameError } from "../src/frames/sealed-frame.ts";
import { crc16 } from "../src/frames/wmbus/crc16.ts";
import { hex } from "./support/frame-vectors.ts";

const LINK = "44 2D2C 99873476 1B16";
const DATA16 = "00112233445566778899AABBCCDDEEFF";
const ADDRESS = { manufacturer: "KAM", id: "76348799", version: 0x1b, medium: 0x16 };
const KEY = hex("000102030405060708090A0B0C0D0E0F");

const MODE5 = encodeMode5({
  ...ADDRESS,
  key: KEY,
  acc: 7,
  plaintext: hex(`2F2F${DATA16}`),
  header: "short",
  format: "none",
});

const DLMS = {
  systemTitle: hex("4B414D4501349083"),
  suite: 0,
  protection: "auth-enc",
  ek: KEY,
  ak: KEY,
  invocationCounter: 1,
  apdu: hex(DATA16),
  transport: "bare",
  form: "general-glo",
} as const;

/** A wM-Bus frame without CRCs: the L field is counted here. */
function wmbus(body: string): Uint8Array {
  const rest = hex((LINK + body).replaceAll(" ", ""));
  return Uint8Array.of(rest.length, ...rest);
}

function apdu(text: string): Uint8Array {
  return hex(text.replaceAll(" ", ""));
}

/** Changes one byte of a copy. */
function changed(frame: Uint8Array, at: number, by = 1): Uint8Array {
  return frame.map((byte, i) => (i === (at < 0 ? frame.length + at : at) ? byte ^ by : byte));
}

const REFUSED: readonly (readonly [string, FrameCode, Uint8Array])[] = [
  ["nothing", "FRAME_FORMAT", hex("")],
  ["one byte", "FRAME_FORMAT", hex("44")],
  ["a C field that is none", "FRAME_FORMAT", changed(MODE5, 1)],
  ["an L field without room for CI", "FRAME_FORMAT", apdu("09 44 2D2C 99873476 1B16 7A")],
  ["a frame shorter than L says", "FRAME_LENGTH", MODE5.subarray(0, -1)],
  ["a header beyond the frame", "FRAME_LENGTH", wmbus("7A 01 00")],
  ["an ELL header beyond the frame", "FRAME_LENGTH", wmbus("8D 20 01 00")],
  ["an ELL with nothing behind it", "FRAME_LENGTH", wmbus("8C 20 01")],
  ["an ELL without encrypted data", "FRAME_LENGTH", wmbus("8D 20 01 00000020 AABB")],
  ["mode 5 with fewer blocks than announced", "FRAME_LENGTH", wmbus(`7A 07 00 2005 ${DATA16}`)],
  ["mode 0", "NOT_ENCRYPTED", wmbus("7A 07 00 0000 2F2F")],
  ["mode 5 with no encrypted blocks", "NOT_ENCRYPTED", wmbus(`7A 07 00 0005 ${DATA16}`)],
  ["no TPL header", "NOT_ENCRYPTED", wmbus("78 0413 00000000")],
  ["a maker's own protocol", "MODE_UNSUPPORTED", wmbus(`A2 ${DATA16}`)],
  ["an unknown CI field", "MODE_UNSUPPORTED", wmbus(`FE ${DATA16}`)],
  ["a network layer", "MODE_UNSUPPORTED", wmbus(`81 00 ${DATA16}`)],
  ["ELL V", "MODE_UNSUPPORTED", wmbus(`86 00 ${DATA16}`)],
  ["a reserved ENC field", "MODE_UNSUPPORTED", wmbus(`8D 20 01 00000040 ${DATA16}`)],
  ["a GMAC token", "MODE_UNSUPPORTED", apdu("10 00000001 1A52FE7DD3E72748973C1E28")],
  ["general-signing", "MODE_UNSUPPORTED", apdu("DF 08 0000000000000001 00 00")],
  ["a dedicated key", "MODE_UNSUPPORTED", apdu("D0 06 20 00000001 AA")],
  ["a dedicated key, read", "MODE_UNSUPPORTED", apdu("45 06 20 00000001 AA")],
  ["suite 3", "MODE_UNSUPPORTED", apdu("C8 06 23 00000001 AA")],
  ["compression", "MODE_UNSUPPORTED", apdu("C8 06 A0 00000001 AA")],
  ["the broadcast key", "MODE_UNSUPPORTED", apdu("C8 06 60 00000001 AA")],
  ["neither A nor E", "NOT_ENCRYPTED", apdu("C8 06 00 00000001 AA")],
  ["a data-notification in clear", "NOT_ENCRYPTED", apdu("0F 00000001 00 02 01")],
  ["a get-response in clear", "NOT_ENCRYPTED", apdu("C4 01 81 00 06 00000001")],
  ["a confirmed notification", "NOT_ENCRYPTED", apdu(`0F 40000001 00 ${DATA16}`)],
  ["an AARQ", "NOT_ENCRYPTED", apdu("60 03 A1 01 00")],
  ["no room for a tag", "FRAME_LENGTH", apdu("C8 06 30 00000001 AA")],
  ["no ciphered bytes", "FRAME_LENGTH", apdu("C8 05 20 00000001")],
  ["no room for SC and counter", "FRAME_LENGTH", apdu("C8 03 20 0000")],
  ["bytes after an APDU", "FRAME_LENGTH", Uint8Array.of(...encodeDlms(DLMS), 1)],
  ["an APDU cut short", "FRAME_LENGTH", encodeDlms(DLMS).subarray(0, -1)],
  ["an indefinite length", "FRAME_LENGTH", apdu("C8 80 20 00000001 AA")],
  ["a system title of 7 bytes", "FRAME_FORMAT", apdu("DB 07 4B414D45013490 06 20 00000001 AA")],
  ["an unknown tag", "FRAME_FORMAT", apdu("FF FF 00")],
];

for (const [what, code, frame] of REFUSED) {
  test(`${what}: ${code}`, (t) => {
    const error = t.throws(() => parseFrame(frame), { instanceOf: FrameError });
    t.is(error?.code, code);
  });
}

test("CRC-16/EN-13757 and CRC-16/X-25: check values of the catalogue", (t) => {
  const digits = new TextEncoder().encode("123456789");
  t.is(crc16(digits, 0, 9), 0xc2b7);
  t.is(crcEn13757(digits), 0xc2b7);
  t.is(fcs16(digits, 0, 9), 0x906e);
});

test("EN 13757-4: one wrong bit anywhere in a format-A frame is FRAME_CRC or no frame", (t) => {
  const frame = encodeEll({
    ...ADDRESS,
    key: KEY,
    cc: 0x20,
    sn: 1,
    plaintext: hex(DATA16.repeat(4)),
    format: "A",
  });
  for (let at = 1; at < frame.length; at++) {
    const error = t.throws(() => parseFrame(changed(frame, at, 0x10)), { instanceOf: FrameError });
    t.is(error?.code, at === 1 ? "FRAME_FORMAT" : "FRAME_CRC");
  }
});

test("a format-A frame whose L field counts the CRCs is read", (t) => {
  const frame = encodeEll({
    ...ADDRESS,
    key: KEY,
    cc: 0x20,
    sn: 1,
    plaintext: hex(DATA16),
    format: "A",
  });
  frame[0] = frame.length - 1;
  const crc = crcEn13757(frame.subarray(0, 10));
  frame.set([crc >> 8, crc & 0xff], 10);
  t.is(parseFrame(frame)[0]?.ciphertext.length, 18);
});

test("EN 13757-4: a format-B frame is tried without its CRC first, then as it is", (t) => {
  const long = { ...ADDRESS, key: KEY, cc: 0x20, sn: 1, plaintext: hex(DATA16.repeat(9)) };
  for (const plaintext of [hex(DATA16), long.plaintext]) {
    const frames = parseFrame(encodeEll({ ...long, plaintext, format: "B" }));
    const [first, second] = frames.map(({ ciphertext }) => ciphertext.length);
    t.is(first, plaintext.length + 2);
    t.is(second, plaintext.length + (plaintext.length > 100 ? 6 : 4));
  }
});

test("IEC 62056-46: every wrong bit inside an HDLC frame is seen", (t) => {
  const frame = encodeDlms({ ...DLMS, transport: "hdlc" });
  t.is(parseFrame(frame).length, 1);
  for (let at = 3; at < frame.length - 1; at++) {
    const error = t.throws(() => parseFrame(changed(frame, at)), { instanceOf: FrameError });
    t.is(error?.code, "FRAME_CRC");
  }
  t.is(
    t.throws(() => parseFrame(changed(frame, -1)), { instanceOf: FrameError })?.code,
    "FRAME_LENGTH",
  );
});

test("an APDU without system title names no meter and keeps its counter", (t) => {
  const [frame] = parseFrame(encodeDlms({ ...DLMS, omitSystemTitle: true }));
  t.is(frame?.address, null);
  t.deepEqual([...frame!.nonce], [0, 0, 0, 1]);
});

test("a wM-Bus frame may begin like any APDU", (t) => {
  for (let length = 1; length <= 200; length++) {
    const frame = encodeEll({
      ...ADDRESS,
      key: KEY,
      cc: 0x20,
      sn: 1,
      plaintext: new Uint8Array(length),
      format: "none",
    });
    t.is(parseFrame(frame)[0]?.suite, "ell-ctr", `L = ${frame[0]}`);
  }
});

test("a general-glo APDU of any length is one, also where wM-Bus would have the same length", (t) => {
  for (let length = 1; length <= 300; length++) {
    const [frame] = parseFrame(encodeDlms({ ...DLMS, apdu: new Uint8Array(length) }));
    t.is(frame?.ciphertext.length, length);
  }
});
