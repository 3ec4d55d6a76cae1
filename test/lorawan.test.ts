/**
 * LoRaWAN 1.0.x: known answers, a second implementation (noble and an encoder), and laws.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { cmac } from "@noble/ciphers/aes.js";
import test from "ava";
import fc from "fast-check";
import { encodeJoin, encodeUplink } from "../bench/encode/lorawan.ts";
import { joinSession, openUplink, type SessionKeys } from "../keystore/suites/lorawan.ts";
import { upperHalves } from "../src/frames/decrypt/uplinks.ts";
import { parseJoin } from "../src/frames/lorawan/join.ts";
import { parseUplink, withUpperHalf } from "../src/frames/lorawan/uplink.ts";
import { FrameError, type SealedFrame } from "../src/frames/sealed-frame.ts";
import { formatAddress } from "../src/meters/address.ts";
import { hex, toHex } from "./support/frame-vectors.ts";

interface Vector {
  readonly source: string;
  readonly nwkskey_hex: string;
  readonly appskey_hex: string;
  readonly frame_hex: string;
  readonly fcnt: number;
  readonly plaintext_hex: string;
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL("./vectors/lorawan.json", import.meta.url), "utf8"),
);
const NWKSKEY = hex("44024241ED4CE9A68C6A8BC055233FD3");
const APPSKEY = hex("EC925802AE430CA77FD3DD73CB2CC588");
/** From lora-packet's __tests__ (MIT): a join whose messages and keys are published apart. */
const APPKEY = hex("98929B92C49EDBA9676D646D3B612456");
const JOIN_REQUEST = hex("0039363463336913AA05693574323831330489C65B1304");
const ACCEPT_IN_CLEAR = hex("20386337CCBBAAE7CD2C010000D9D0A6E7");

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const uplink = fc.record({
  nwkSKey: bytes(16),
  appSKey: bytes(16),
  devAddr: fc.nat(0xffffffff),
  fcnt: fc.nat(0xffffffff),
  confirmed: fc.boolean(),
  control: fc.constantFrom(0x00, 0x80, 0xe0),
  port: fc.oneof(fc.constant(null), fc.nat(255)),
  options: bytes(0, 15),
  payload: bytes(0, 200),
});

for (const vector of VECTORS) {
  test(`LoRaWAN 1.0.4 §4.3.3, §4.4: ${vector.source}`, (t) => {
    const sealed = parseUplink(hex(vector.frame_hex), null);
    const keys = { nwkSKey: hex(vector.nwkskey_hex), appSKey: hex(vector.appskey_hex) };
    t.is(sealed.counter, vector.fcnt);
    t.is(sealed.address, null);
    t.is(toHex(open(sealed, keys)!), vector.plaintext_hex);
    // noble, with B0 written out by hand.
    const { aad, ciphertext, tag } = sealed;
    const length = aad.length + ciphertext.length;
    const b0 = Uint8Array.of(0x49, ...new Array<number>(5).fill(0), ...sealed.nonce, 0, length);
    t.deepEqual(
      cmac(Uint8Array.of(...b0, ...aad, ...ciphertext), keys.nwkSKey).slice(0, 4),
      copy(tag),
    );
  });
}

test("every flipped bit of an uplink fails its MIC, or is no uplink any more", (t) => {
  for (const { frame_hex } of VECTORS) {
    const frame = hex(frame_hex);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const flipped = frame.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      t.is(outcome(flipped), null, `bit ${bit}`);
    }
  }
});

test("a wrong key of either kind opens nothing, and is never confused", (t) => {
  const sealed = parseUplink(hex(VECTORS[0]!.frame_hex), null);
  t.is(open(sealed, { nwkSKey: APPSKEY, appSKey: NWKSKEY }), null);
  // The AppSKey is not covered by the MIC: LoRaWAN 1.0.x cannot tell that it is wrong.
  t.not(toHex(open(sealed, { nwkSKey: NWKSKEY, appSKey: NWKSKEY })!), "74657374");
});

test("every encoded uplink opens under its own counter, on every port", (t) => {
  const law = fc.property(uplink, ({ options, ...rest }) => {
    // §4.3.1.6: no MAC commands in FOpts beside those on port 0.
    const frame = encodeUplink({ ...rest, options: rest.port === 0 ? hex("") : options });
    const sealed = parseUplink(frame, null);
    t.is(sealed.counter, rest.fcnt % 0x10000);
    const upper = Math.floor(rest.fcnt / 0x10000);
    const whole = withUpperHalf(sealed, upper);
    t.is(whole.counter, rest.fcnt);
    t.is(toHex(open(whole, rest)!), rest.port === null ? "" : toHex(rest.payload));
    t.is(open(withUpperHalf(sealed, upper ^ 1), rest), null);
  });
  fc.assert(law, { numRuns: 500 });
});

test("MAC commands on port 0 are under the NwkSKey", (t) => {
  const keys = { nwkSKey: NWKSKEY, appSKey: APPSKEY };
  const frame = encodeUplink({ ...keys, devAddr: 7, fcnt: 10, port: 0, payload: hex("02") });
  t.is(toHex(open(parseUplink(frame, null), { ...keys, appSKey: NWKSKEY })!), "02");
  t.is(toHex(open(parseUplink(frame, null), keys)!), "02");
});

test("§6.2: a published join gives the published session keys", (t) => {
  t.deepEqual(cmac(JOIN_REQUEST.slice(0, -4), APPKEY).slice(0, 4), JOIN_REQUEST.slice(-4));
  t.deepEqual(cmac(ACCEPT_IN_CLEAR.slice(0, -4), APPKEY).slice(0, 4), ACCEPT_IN_CLEAR.slice(-4));
  // The keys were published for the DevNonce F18E.
  const joined = encodeJoin({
    appKey: APPKEY,
    joinEui: hex("AA13693363343639"),
    devEui: hex("3331383274356905"),
    devNonce: 0xf18e,
    appNonce: 0x376338,
    netId: 0xaabbcc,
    devAddr: 0x012ccde7,
  });
  const join = parseJoin(joined.request, joined.accept);
  t.is(formatAddress(join.device), "eui:3331383274356905");
  const session = joinSession(
    APPKEY,
    Uint8Array.of(0xe7, 0xcd, 0x2c, 0x01, 0, 0, 0, 0, ...join.bytes),
  );
  t.is(toHex(session!.nwkSKey), "4E3D6E6AFBCC67AF2BA3C8E8EC4ACF4B");
  t.is(toHex(session!.appSKey), "610897AA6F1460623443B527D3AC6A9D");
});

test("a join opens the uplinks of its session, and not one changed bit of it does", (t) => {
  const eui = bytes(8);
  const joining = fc.record({
    appKey: bytes(16),
    joinEui: eui,
    devEui: eui,
    devNonce: fc.nat(0xffff),
    appNonce: fc.nat(0xffffff),
    netId: fc.nat(0xffffff),
    devAddr: fc.nat(0xffffffff),
    channels: fc.constantFrom(hex(""), new Uint8Array(16).fill(3)),
  });
  const law = fc.property(joining, fc.nat(400), (options, at) => {
    const joined = encodeJoin(options);
    const { devAddr } = options;
    const frame = encodeUplink({ ...joined, devAddr, fcnt: 1, port: 1, payload: hex("2A") });
    const sealed = parseUplink(frame, parseJoin(joined.request, joined.accept));
    t.is(sealed.suite, "lorawan-join");
    const session = joinSession(options.appKey, sealed.nonce)!;
    t.is(toHex(open(sealed, session)!), "2A");
    t.deepEqual([copy(session.nwkSKey), copy(session.appSKey)], [joined.nwkSKey, joined.appSKey]);
    const changed = Uint8Array.from(sealed.nonce);
    const place = 8 + (at % (changed.length - 8));
    // The MHDR of the accept is checked by the parser, that of the request by its MIC.
    changed[place]! ^= 1 << (at % 8);
    t.is(joinSession(options.appKey, changed), null);
    // The join gave another address.
    changed.set(sealed.nonce);
    changed[0]! ^= 1;
    t.is(joinSession(options.appKey, changed), null);
  });
  fc.assert(law, { numRuns: 200 });
});

test("what is no uplink is named", (t) => {
  for (const [frame, code] of [
    ["60F17DBE4920020001F9D65D27", "MODE_UNSUPPORTED"],
    ["A0F17DBE4920020001F9D65D27", "MODE_UNSUPPORTED"],
    [toHex(JOIN_REQUEST), "MODE_UNSUPPORTED"],
    ["20E3DE108795F776B8037610EF7869B5B3", "MODE_UNSUPPORTED"],
    ["C0F17DBE4920020001F9D65D27", "MODE_UNSUPPORTED"],
    ["E0F17DBE4920020001F9D65D27", "MODE_UNSUPPORTED"],
    ["41F17DBE4920020001F9D65D27", "MODE_UNSUPPORTED"],
    ["44F17DBE4920020001F9D65D27", "FRAME_FORMAT"],
    ["40F17DBE49000200F9D65D", "FRAME_LENGTH"],
    ["40F17DBE490F0200F9D65D2701", "FRAME_LENGTH"],
    [`40F17DBE4900020001${"00".repeat(247)}`, "FRAME_LENGTH"],
    ["40F17DBE4901020002000211223344", "FRAME_FORMAT"],
  ] as const) {
    t.throws(() => parseUplink(hex(frame), null), { instanceOf: FrameError, code }, frame);
  }
});

test("any bytes give a sealed frame or a FrameError", (t) => {
  fc.assert(
    fc.property(bytes(1, 300), (frame) => {
      t.notThrows(() => outcome(frame));
    }),
    { numRuns: 2000 },
  );
});

test("upper halves: the last one, its neighbours, and a new beginning; never more than four", (t) => {
  t.deepEqual(upperHalves(null), [0, 1, 2, 3]);
  t.deepEqual(upperHalves(1), [1, 2, 0]);
  t.deepEqual(upperHalves(7), [7, 8, 6, 0]);
  t.deepEqual(upperHalves(0xffff), [0xffff, 0xfffe, 0]);
});

function open({ nonce, aad, ciphertext, tag }: SealedFrame, keys: SessionKeys): Uint8Array | null {
  return openUplink(keys, nonce, aad, ciphertext, tag);
}

/** Under the keys of the vectors; null where nothing opens. */
function outcome(frame: Uint8Array): Uint8Array | null {
  try {
    return open(parseUplink(frame, null), { nwkSKey: NWKSKEY, appSKey: APPSKEY });
  } catch (error) {
    if (error instanceof FrameError) {
      return null;
    }
    throw error;
  }
}

function copy(view: Uint8Array): Uint8Array {
  return Uint8Array.from(view);
}
