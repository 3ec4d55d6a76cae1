/**
 * M-Bus, wireless and wired: every layer and mode is opened, or named with the code that says why
 * it is not.
 *
 * @module
 */
import test from "ava";
import { parseFrame } from "../src/frames/parse.ts";
import { type FrameCode, FrameError } from "../src/frames/sealed-frame.ts";
import { ciOf } from "../src/frames/wmbus/ci.ts";
import { formatAddress } from "../src/meters/address.ts";
import { toHex } from "./support/frame-vectors.ts";
import { clearEll, DATA16, wired, wmbus } from "./support/written-frames.ts";

const MAC8 = "0011223344556677";
const MODE7 = `7A 07 00 1007 10 ${DATA16}`;
const MODE10 = `01000000 ${DATA16}`;

const REFUSED: readonly (readonly [string, FrameCode, Uint8Array])[] = [
  ["an AFL beyond the frame", "FRAME_LENGTH", wmbus("90 0F 00 2C")],
  ["an AFL without a control field", "FRAME_LENGTH", wmbus(`90 01 00 ${MODE7}`)],
  [
    "an AFL with a byte of its own",
    "FRAME_LENGTH",
    wmbus(`90 10 002C 25 01000000 ${MAC8} 00 ${MODE7}`),
  ],
  [
    "an AFL too short for its MAC",
    "FRAME_LENGTH",
    wmbus(`90 0E 002C 25 01000000 ${MAC8} ${MODE7}`),
  ],
  ["a first fragment", "MODE_UNSUPPORTED", wmbus(`90 02 0140 ${DATA16}`)],
  ["a last fragment", "MODE_UNSUPPORTED", wmbus(`90 02 0200 ${DATA16}`)],
  ["two AFLs", "FRAME_FORMAT", wmbus(`90 02 0000 90 02 0000 ${MODE7}`)],
  [
    "an AFL with GMAC",
    "MODE_UNSUPPORTED",
    wmbus(`90 13 002C 28 01000000 ${MAC8}00000000 ${MODE7}`),
  ],
  [
    "a reserved authentication type",
    "MODE_UNSUPPORTED",
    wmbus(`90 0F 002C 29 01000000 ${MAC8} ${MODE7}`),
  ],
  ["mode 7 without AFL", "NOT_AUTHENTICATED", wmbus(MODE7)],
  ["mode 7 with an AFL without MAC", "NOT_AUTHENTICATED", wmbus(`90 07 0028 20 01000000 ${MODE7}`)],
  ["mode 7 without counter", "MODE_UNSUPPORTED", wmbus(`90 0B 0024 05 ${MAC8} ${MODE7}`)],
  [
    "key information of another derivation",
    "MODE_UNSUPPORTED",
    wmbus(`90 11 002E 35 0003 01000000 ${MAC8} ${MODE7}`),
  ],
  [
    "mode 7 with the key itself",
    "MODE_UNSUPPORTED",
    wmbus(`90 0F 002C 25 01000000 ${MAC8} 7A 07 00 1007 00 ${DATA16}`),
  ],
  [
    "mode 7 without blocks",
    "NOT_ENCRYPTED",
    wmbus(`90 0F 002C 25 01000000 ${MAC8} 7A 07 00 0007 10 ${DATA16}`),
  ],
  [
    "mode 7 with fewer blocks",
    "FRAME_LENGTH",
    wmbus(`90 0F 002C 25 01000000 ${MAC8} 7A 07 00 2007 10 ${DATA16}`),
  ],
  [
    "mode 7 without extension",
    "FRAME_LENGTH",
    wmbus(`90 0F 002C 25 01000000 ${MAC8} 7A 07 00 1007`),
  ],
  [
    "mode 5 under a MAC",
    "MODE_UNSUPPORTED",
    wmbus(`90 0F 002C 25 01000000 ${MAC8} 7A 07 00 1005 ${DATA16}`),
  ],
  [
    "mode 10 to the meter",
    "MODE_UNSUPPORTED",
    wmbus(`7A 07 00 FF2A 1001 ${MODE10}`, "53 2D2C 99873476 1B16"),
  ],
  ["mode 10 without counter", "MODE_UNSUPPORTED", wmbus(`7A 07 00 FF0A 1001 ${MODE10}`)],
  ["mode 10 with the key itself", "MODE_UNSUPPORTED", wmbus(`7A 07 00 FF2A 0001 ${MODE10}`)],
  ["mode 10 in part", "MODE_UNSUPPORTED", wmbus(`7A 07 00 072A 1001 ${MODE10}`)],
  ["mode 10 with fewer bytes", "FRAME_LENGTH", wmbus(`7A 07 00 092A 1001 ${MODE10}`)],
  ["mode 10 without bytes", "NOT_ENCRYPTED", wmbus(`7A 07 00 002A 1001 ${MODE10}`)],
  ["mode 10 without extension", "FRAME_LENGTH", wmbus("7A 07 00 FF2A 10")],
  ["mode 10 without key version", "FRAME_LENGTH", wmbus("7A 07 00 FF2A 5001")],
  ["mode 10 without room for a tag", "FRAME_LENGTH", wmbus("7A 07 00 FF2A 1001 01000000 AABBCC")],
  [
    "an ELL with a wrong payload CRC",
    "FRAME_CRC",
    wmbus(`8D 20 01 00000000 AABB 7A 07 00 1005 ${DATA16}`),
  ],
  ["an ELL without room for its CRC", "FRAME_CRC", wmbus("8D 20 01 00000000 AA")],
  ["an ELL with mode 0 in it", "NOT_ENCRYPTED", wmbus(clearEll("7A 07 00 0000 00"))],
  ["an ELL in an ELL", "MODE_UNSUPPORTED", wmbus(`8C 20 01 8C 20 01 7A 07 00 1005 ${DATA16}`)],
  [
    "an ELL behind an AFL",
    "MODE_UNSUPPORTED",
    wmbus(`90 02 0000 8C 20 01 7A 07 00 1005 ${DATA16}`),
  ],
  [
    "a wired frame cut short",
    "FRAME_LENGTH",
    wired(`08 01 7A 07 00 1005 ${DATA16}`).subarray(0, -3),
  ],
  [
    "bytes behind a wired frame",
    "FRAME_LENGTH",
    Uint8Array.of(...wired(`08 01 7A 07 00 1005 ${DATA16}`), 0),
  ],
  ["a wired frame without CI", "FRAME_FORMAT", wired("08 40")],
  [
    "a wired frame without stop byte",
    "FRAME_FORMAT",
    wired(`08 01 7A 07 00 1005 ${DATA16}`).fill(0x17, -1),
  ],
  [
    "a wired checksum that is wrong",
    "FRAME_CRC",
    wired(`08 01 7A 07 00 1005 ${DATA16}`).fill(0, 5, 6),
  ],
  ["a wired C field that is none", "FRAME_FORMAT", wired(`09 01 7A 07 00 1005 ${DATA16}`)],
  ["a wired header beyond the frame", "FRAME_LENGTH", wired("08 01 72 00 00")],
  ["an ELL on the wire", "MODE_UNSUPPORTED", wired(`08 01 8C 20 01 7A 07 00 1005 ${DATA16}`)],
  [
    "a wired frame in clear",
    "NOT_ENCRYPTED",
    wired("08 01 72 99873476 2D2C 1B 16 07 00 0000 0C13"),
  ],
];

for (const [what, code, frame] of REFUSED) {
  test(`${what}: ${code}`, (t) => {
    const error = t.throws(() => parseFrame(frame), { instanceOf: FrameError });
    t.is(error?.code, code, error?.message);
    t.notRegex(error?.message ?? "", /99873476|76348799|001122|AABB/i);
  });
}

test("EN 13757-7 Table 19: the modes that are not opened are named", (t) => {
  for (let mode = 1; mode < 32; mode++) {
    if (mode === 5 || mode === 7 || mode === 10) {
      continue;
    }
    const byte = toHex(Uint8Array.of(mode));
    for (const frame of [
      wmbus(`7A 07 00 10${byte} ${DATA16}`),
      wired(`08 01 7A 07 00 10${byte} ${DATA16}`),
    ]) {
      const error = t.throws(() => parseFrame(frame), { instanceOf: FrameError });
      t.is(error?.code, "MODE_UNSUPPORTED");
      t.true(error?.message.startsWith(`mode ${mode} (`));
    }
  }
});

test("EN 13757-7 Table 2: every CI field leads to a header or is named", (t) => {
  const seen = new Map<string, number>();
  for (let ci = 0; ci < 256; ci++) {
    const { kind } = ciOf(ci);
    const id = kind === "long" ? "11223344 2D2C 01 02" : "";
    const frame = wmbus(`${toHex(Uint8Array.of(ci))} ${id} 07 00 1005 ${DATA16}`);
    if (kind === "long" || kind === "short") {
      const address = kind === "long" ? "KAM-44332211/01/02" : "KAM-76348799/1B/16";
      t.is(formatAddress(parseFrame(frame)[0]!.address!), address);
    } else if (kind !== "ell" && kind !== "afl") {
      const code = kind === "plain" ? "NOT_ENCRYPTED" : "MODE_UNSUPPORTED";
      t.is(t.throws(() => parseFrame(frame), { instanceOf: FrameError })?.code, code);
    }
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  t.deepEqual(
    ["ell", "nwl", "afl", "vendor"].map((kind) => seen.get(kind)),
    [5, 1, 1, 24],
  );
});
