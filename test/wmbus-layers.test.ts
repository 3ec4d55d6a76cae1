/**
 * The layers of wM-Bus and wired M-Bus: whose address opens a frame, and with which nonce.
 *
 * @module
 */
import test from "ava";
import type { Envelope } from "../bench/encode/envelope.ts";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeEll, encodeMode5 } from "../bench/encode/wmbus.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { formatAddress } from "../src/meters/address.ts";
import { hex, toHex } from "./support/frame-vectors.ts";
import { openAny } from "./support/open-sealed.ts";
import { clearEll, DATA16, PARTNER, wmbus } from "./support/written-frames.ts";

const KEY = hex("000102030405060708090A0B0C0D0E0F");
const METER: Envelope = {
  ...{ manufacturer: "KAM", id: "76348799", version: 0x1b, medium: 0x16 },
  header: "short",
  format: "none",
};
const MESSAGE = { ...METER, key: KEY, acc: 7, counter: 1, plaintext: hex(`2F2F${DATA16}`) };

test("EN 13757-4: ELL I to IV without encryption lead to the layers behind them", (t) => {
  const tpl = `7A 07 00 1005 ${DATA16} 0C13`;
  const long = `72 11223344 2D2C 01 02 07 00 1005 ${DATA16}`;
  const layers = (inner: string) => [
    `8C 20 01 ${inner}`,
    clearEll(inner),
    `8E 20 01 ${PARTNER} ${inner}`,
    clearEll(inner, `8F 20 01 ${PARTNER}`),
  ];
  for (const body of layers(tpl).concat(layers(`90 02 0000 ${tpl}`))) {
    const [frame] = parseFrame(wmbus(body));
    t.is(frame?.suite, "oms-cbc");
    t.is(formatAddress(frame!.address!), "KAM-76348799/1B/16");
    t.is(frame?.clear.length, 2);
  }
  for (const body of layers(long)) {
    t.is(formatAddress(parseFrame(wmbus(body))[0]!.address!), "KAM-44332211/01/02");
  }
});

test("EN 13757-4: an encrypted ELL IV opens under its second address", (t) => {
  const second = { manufacturer: "ELS", id: "12345678", version: 1, medium: 2 };
  const plaintext = hex(`78${DATA16}`);
  const ell = { ...METER, format: "A" as const, key: KEY, cc: 0x32, sn: 5, plaintext };
  const frames = parseFrame(encodeEll({ ...ell, second }));
  t.is(formatAddress(frames[0]!.address!), "ELS-12345678/01/02");
  t.is(toHex(openAny(frames, KEY)!), toHex(plaintext));
});

test("mode 7: D is 00 from the meter and 10 to it, by the C field", (t) => {
  for (const [control, d] of [
    [0x44, 0x00],
    [0x46, 0x00],
    [0x08, 0x00],
    [0x53, 0x10],
    [0x06, 0x10],
  ] as const) {
    const [frame] = parseFrame(encodeMode7({ ...MESSAGE, control, macLength: 8 }));
    t.is(toHex(frame!.nonce), toHex(Uint8Array.of(d, 1, 0, 0, 0, 0x99, 0x87, 0x34, 0x76)));
  }
});

test("a wired frame with a short header names no meter: its nonce waits for the address", (t) => {
  const around = { ...MESSAGE, format: "wired" } as const;
  const nonces = [
    encodeMode5(around),
    encodeMode7({ ...around, macLength: 8 }),
    encodeMode10({ ...around, tagLength: 8 }),
  ].map((frame) => {
    const [sealed] = parseFrame(frame);
    t.is(sealed?.address, null);
    t.is(sealed?.protocol, "wmbus");
    return toHex(sealed!.nonce);
  });
  t.deepEqual(nonces, ["0707070707070707", "0001000000", "0000000001"]);
});

test("mode 5 cannot tell: changed bytes behind its first block open as other data", (t) => {
  // No integrity (OMS profile A): what a caller sees of it is `check16`.
  const frame = encodeMode5({ ...MESSAGE, plaintext: hex(`2F2F${DATA16.repeat(2)}`) });
  const right = toHex(openAny(parseFrame(frame), KEY)!);
  const wrong = frame.map((byte, i) => (i === frame.length - 1 ? byte ^ 1 : byte));
  const opened = toHex(openAny(parseFrame(wrong), KEY)!);
  t.not(opened, right);
  t.is(opened.slice(0, 64), right.slice(0, 64));
});
