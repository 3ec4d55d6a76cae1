/**
 * DLMS captures by hand: known answers of the standard, what is recognised and refused and why,
 * and how each form is explained.
 *
 * @module
 */
import { gcm } from "@noble/ciphers/aes.js";
import test from "ava";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { encodeGeneral, encodeToken } from "../bench/encode/dlms-general.ts";
import { blocks, hdlc, mbusSegments, pieces, wrap } from "../bench/encode/dlms-transport.ts";
import { type Inspection, inspectFrame } from "../src/frames/inspect/inspect.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { type FrameCode, FrameError } from "../src/frames/sealed-frame.ts";
import { hex, toHex } from "./support/frame-vectors.ts";
import { openAny } from "./support/open-sealed.ts";

const KEYS = {
  systemTitle: hex("4D4D4D0000BC614E"),
  suite: 0,
  protection: "auth-enc",
  ek: hex("000102030405060708090A0B0C0D0E0F"),
  ak: hex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"),
  invocationCounter: 0x01234567,
  apdu: hex("0F00000001000203090C07E80A0F02000000FF800000060001E2401200E6"),
} as const;
const HEADER = {
  transactionId: hex("0102030405060708"),
  recipient: hex("4D4D4D0000000001"),
  dateTime: hex(""),
  otherInformation: hex(""),
  keyInfo: [0],
};
const GLO = encodeDlms({ ...KEYS, transport: "bare", form: "general-glo" });
const BLOCKS = blocks(pieces(GLO, 20), 1);
const SEGMENTS = mbusSegments(GLO, 20);
const TOKEN = encodeToken(KEYS, hex("0011223344556677"));

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Sets one byte of a copy. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return bytes.with(at < 0 ? bytes.length + at : at, value);
}

function general(keyInfo: string): Uint8Array {
  return encodeGeneral({ ...KEYS, ...HEADER, keyInfo: [...hex(keyInfo.replaceAll(" ", ""))] });
}

/** Repairs the checksum of a wired M-Bus long frame. */
function summed(frame: Uint8Array): Uint8Array {
  const sum = frame.subarray(4, -2).reduce((total, byte) => total + byte, 0);
  return patched(frame, -2, sum & 0xff);
}

const REFUSED: readonly (readonly [string, FrameCode, RegExp, Uint8Array])[] = [
  ["a first block alone", "FRAME_LENGTH", /last block/, BLOCKS[0]!],
  ["a block that is not the first", "FRAME_FORMAT", /expected block 1, got 2/, BLOCKS[1]!],
  ["a block twice", "FRAME_FORMAT", /expected block 2, got 1/, join(BLOCKS[0]!, ...BLOCKS)],
  ["blocks behind the last", "FRAME_FORMAT", /behind/, join(...BLOCKS, patched(BLOCKS[0]!, 3, 4))],
  ["bytes behind the last block", "FRAME_FORMAT", /nothing else/, join(...BLOCKS, hex("00"))],
  ["half a block", "FRAME_LENGTH", /within a block/, join(...BLOCKS).subarray(0, -1)],
  ["blocks in blocks", "MODE_UNSUPPORTED", /inside/, join(...blocks([join(...BLOCKS)]))],
  ["blocks in clear", "NOT_ENCRYPTED", /in clear/, join(...blocks(pieces(KEYS.apdu, 9)))],
  ["two APDUs in HDLC", "MODE_UNSUPPORTED", /several APDUs/, hdlc([GLO, GLO])],
  ["two wrapped APDUs", "MODE_UNSUPPORTED", /several APDUs/, wrap([GLO, GLO])],
  ["other ports", "FRAME_FORMAT", /same ports/, join(wrap([BLOCKS[0]!]), wrap([BLOCKS[1]!], 2))],
  ["a wrapper that says more", "FRAME_LENGTH", /wrapper/, wrap([GLO]).subarray(0, -1)],
  ["a wrapper around nothing", "FRAME_LENGTH", /wrapper/, wrap([new Uint8Array(0)])],
  ["a wrapper of version 2", "FRAME_FORMAT", /nor a DLMS/, patched(wrap([GLO]), 1, 2)],
  ["bytes behind HDLC", "FRAME_LENGTH", /closing flag/, join(hdlc([GLO]), hex("00"))],
  [
    "a segment alone",
    "FRAME_LENGTH",
    /last segment/,
    hdlc([GLO], { segmentSize: 50 }).subarray(0, 62),
  ],
  ["HDLC without LLC", "FRAME_FORMAT", /LLC/, hdlc([GLO, GLO], { llcOnce: true })],
  ["M-Bus without its last segment", "FRAME_LENGTH", /last segment/, SEGMENTS[0]!],
  ["M-Bus from its second segment", "FRAME_FORMAT", /segment 0/, SEGMENTS[1]!],
  ["bytes behind M-Bus", "FRAME_LENGTH", /nothing else/, join(...SEGMENTS, hex("16"))],
  [
    "M-Bus segments of two messages",
    "FRAME_FORMAT",
    /one message/,
    join(SEGMENTS[0]!, summed(patched(SEGMENTS[1]!, 8, 0x68)), SEGMENTS[2]!),
  ],
  [
    "a wrong checksum",
    "FRAME_CRC",
    /checksum/,
    join(SEGMENTS[0]!, patched(SEGMENTS[1]!, 9, 0xff), SEGMENTS[2]!),
  ],
  ["general-ciphering, GBEK", "MODE_UNSUPPORTED", /broadcast key/, general("01 00 01")],
  ["general-ciphering, key 2", "MODE_UNSUPPORTED", /other than GUEK/, general("01 00 02")],
  [
    "general-ciphering, wrapped key",
    "MODE_UNSUPPORTED",
    /wrapped/,
    general("01 01 00 04 01020304"),
  ],
  ["general-ciphering, agreed key", "MODE_UNSUPPORTED", /agreed/, general("01 02 01 01 02 AABB")],
  ["general-ciphering, no such key-info", "FRAME_FORMAT", /key-info/, general("01 03 00")],
  ["general-ciphering, key-info of 02", "FRAME_FORMAT", /key-info/, general("02 00 00")],
  ["general-ciphering, cut short", "FRAME_LENGTH", /header/, general("00").subarray(0, 20)],
  [
    "general-ciphering, a sender of 7 bytes",
    "FRAME_FORMAT",
    /system title/,
    encodeGeneral({
      ...KEYS,
      ...HEADER,
      transactionId: hex("08"),
      systemTitle: hex("4D4D4D00000000"),
    }),
  ],
  ["general-ded without a tag", "MODE_UNSUPPORTED", /`initiate`/, dedicated("enc")],
  ["a token alone", "MODE_UNSUPPORTED", /`challenge`/, TOKEN],
  ["other bytes behind an APDU", "FRAME_LENGTH", /got/, join(GLO, hex("0D0A0D"))],
  ["zeros behind a specific form", "FRAME_LENGTH", /got/, join(specific(), hex("00"))],
];

for (const [what, code, message, capture] of REFUSED) {
  test(`${what}: ${code}`, (t) => {
    const error = t.throws(() => parseFrame(capture), { instanceOf: FrameError, message });
    t.is(error?.code, code);
    t.deepEqual(inspectFrame(capture).refusal, { code, detail: error?.message });
  });
}

function dedicated(protection: "enc" | "auth-enc"): Uint8Array {
  return encodeDlms({ ...KEYS, protection, transport: "bare", form: "general-ded" });
}

function specific(): Uint8Array {
  return encodeDlms({ ...KEYS, transport: "bare", form: 0xc8 });
}

test("Green Book, InitiateRequest example: the request with its dedicated key", (t) => {
  const request = hex("01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0");
  const published = "801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE68";
  const apdu = encodeDlms({ ...KEYS, apdu: request, transport: "bare", form: 0x21 });
  t.is(toHex(apdu).slice(0, 14 + published.length), `21303001234567${published}`);
  t.is(toHex(apdu.subarray(-12)), "41DB204D39EE6FDB8E356855");
  t.deepEqual(openAny(parseFrame(apdu), KEYS.ek, KEYS.ak, KEYS.systemTitle), request);
});

test("general-ciphering: the tag covers SC, AK and the five fields with their lengths", (t) => {
  const capture = general("01 00 00");
  const header = hex("080102030405060708084D4D4D0000BC614E084D4D4D00000000010000");
  const aad = join(Uint8Array.of(0x30), KEYS.ak, header);
  const sealed = gcm(KEYS.ek, hex("4D4D4D0000BC614E01234567"), aad).encrypt(KEYS.apdu);
  t.true(toHex(capture).endsWith(toHex(sealed.slice(0, -4))));
  const [frame] = parseFrame(capture);
  t.deepEqual(frame!.aad, header);
  t.deepEqual(openAny([frame!], KEYS.ek, KEYS.ak), KEYS.apdu);
});

test("line ends and zeros behind a general-glo APDU are no part of it", (t) => {
  const whole = parseFrame(GLO);
  for (const padding of ["0D0A", "0A", "0D", "00", "000000000000"]) {
    t.deepEqual(parseFrame(join(GLO, hex(padding))), whole, padding);
  }
});

test("general-ded and general-ciphering APDUs of any length are read as such", (t) => {
  for (let length = 1; length <= 300; length++) {
    const options = { ...KEYS, apdu: new Uint8Array(length) };
    const capture = encodeDlms({ ...options, transport: "bare", form: "general-ded" });
    t.is(parseFrame(capture)[0]?.counterOf, "session");
    const [frame] = parseFrame(encodeGeneral({ ...options, ...HEADER }));
    t.is(frame?.ciphertext.length, length);
  }
});

/** Rows of one field: values and meanings. */
function rowsOf({ rows }: Inspection, field: string): string[] {
  return rows.filter((row) => row.field === field).map((row) => `${row.value}: ${row.meaning}`);
}

test("blocks in HDLC frames are explained one by one, then what they carry", (t) => {
  const inspection = inspectFrame(hdlc(BLOCKS));
  t.is(inspection.address, "st:4D4D4D0000BC614E");
  t.deepEqual(rowsOf(inspection, "tag"), [
    "E0: general-block-transfer",
    "DB: general-glo-ciphering",
  ]);
  t.deepEqual(rowsOf(inspection, "block number"), [
    "1: 20 bytes, more blocks follow, streaming, window 1",
    "2: 20 bytes, more blocks follow, streaming, window 1",
    "3: 18 bytes, last block, window 1",
  ]);
  t.deepEqual(rowsOf(inspection, "HDLC frame 2"), ["40 bytes: ends a message"]);
  const segmented = inspectFrame(hdlc([GLO], { segmentSize: 50 }));
  t.deepEqual(rowsOf(segmented, "HDLC frame 1"), [
    "60 bytes: the next frame continues its message",
  ]);
});

test("wrapper ports, M-Bus segments and the header of general-ciphering are explained", (t) => {
  const wrapped = inspectFrame(wrap([GLO], 1, 16));
  t.deepEqual(rowsOf(wrapped, "source port"), ["1: wrapper port (wPort)"]);
  t.deepEqual(rowsOf(wrapped, "destination port"), ["16: wrapper port (wPort)"]);
  const segmented = inspectFrame(join(...SEGMENTS));
  t.is(segmented.protocol, "dlms");
  t.deepEqual(rowsOf(segmented, "segment 0"), ["20 bytes: CI 00: more segments follow"]);
  t.deepEqual(rowsOf(segmented, "segment 2"), ["18 bytes: CI 12: last segment"]);
  t.deepEqual(rowsOf(segmented, "verification"), ["tag96: GCM tag"]);
  const ciphered = inspectFrame(general("01 02 01 01 02 AABB"));
  t.deepEqual(rowsOf(ciphered, "transaction-id").length, 1);
  t.deepEqual(rowsOf(ciphered, "key-info"), ["not on file: an agreed key (ECDH)"]);
  t.is(ciphered.address, "st:4D4D4D0000BC614E");
});

test("a dedicated key and a token are explained", (t) => {
  const frame = inspectFrame(dedicated("auth-enc"));
  t.is(frame.refusal, null);
  t.is(rowsOf(frame, "key").length, 1);
  const token = inspectFrame(TOKEN);
  t.deepEqual(rowsOf(token, "invocation counter"), ["19088743: must grow"]);
  t.deepEqual(rowsOf(token, "profile").length, 1);
  t.is(token.refusal?.code, "MODE_UNSUPPORTED");
});
