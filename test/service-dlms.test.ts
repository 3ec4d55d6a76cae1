/**
 * DLMS frames through the whole service: what passes without a tag, and what a tag covers.
 *
 * @module
 */
import test from "ava";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { encodeGeneral, encodeToken } from "../bench/encode/dlms-general.ts";
import { blocks, hdlc, mbusSegments, pieces, wrap } from "../bench/encode/dlms-transport.ts";
import {
  CLIENT,
  deployment,
  glo,
  KEYLESS,
  KEYLESS_LAX,
  keys,
  LAX,
  STRICT,
  said,
  TEXT,
} from "./support/dlms-service.ts";
import { hex } from "./support/frame-vectors.ts";

const CHALLENGE = "0011223344556677";
const HEADER = {
  transactionId: hex("01"),
  recipient: hex(CLIENT),
  dateTime: hex(""),
  otherInformation: hex(""),
  keyInfo: [0],
};

/** Cuts the tag off and says so: what somebody on the way would do. */
function downgraded(apdu: Uint8Array, lengthAt: number): Uint8Array {
  const cut = apdu.slice(0, -12);
  cut[lengthAt]! -= 12;
  cut[lengthAt + 1] = 0x20;
  return cut;
}

test("a tag cut off on the way opens nothing of a meter that authenticates", async (t) => {
  const decrypt = await deployment(t);
  const general = encodeGeneral({ ...keys(STRICT, 2), ...HEADER });
  const header = general.length - 12 - hex(TEXT).length - 6;
  const cut = downgraded(glo(STRICT, 1), 10);
  const rows = await decrypt([
    { frame: cut },
    { frame: hdlc([cut]) },
    { frame: hdlc(blocks(pieces(cut, 20))) },
    { frame: Uint8Array.from(Buffer.concat(mbusSegments(cut, 20))) },
    { frame: wrap([cut]) },
    { frame: downgraded(general, header) },
    { frame: downgraded(glo(LAX, 1), 10) },
    { frame: glo(STRICT, 1) },
    { frame: general },
  ]);
  t.deepEqual(rows.map(said), [
    ...Array.from({ length: 6 }, () => "NOT_AUTHENTICATED"),
    "none unknown",
    "tag96 fresh",
    "tag96 fresh",
  ]);
  t.true(rows.slice(6).every((row) => row.plaintext === TEXT.toLowerCase()));
});

test("a tagged frame without an authentication key on file opens only where that is allowed", async (t) => {
  const decrypt = await deployment(t);
  // As Luxembourg's customer port sends it: DB 08 ST 82 LLLL 30 IC, line end behind.
  const port = (title: string) => {
    const long = { ...keys(title, 7), apdu: hex(TEXT.repeat(10)) };
    const apdu = encodeDlms({ ...long, transport: "bare", form: "general-glo" });
    return Uint8Array.of(...apdu, 0x0d, 0x0a);
  };
  const rows = await decrypt(
    [KEYLESS, KEYLESS_LAX, STRICT].flatMap((title) => [
      { frame: port(title) },
      { frame: encodeGeneral({ ...keys(title, 8), ...HEADER }) },
    ]),
  );
  t.deepEqual(rows.map(said), [
    "NO_KEY",
    "NO_KEY",
    "none unknown",
    "none unknown",
    "tag96 fresh",
    "tag96 fresh",
  ]);
  t.deepEqual(
    rows.slice(2).map((row) => row.plaintext),
    [TEXT.repeat(10), TEXT, TEXT.repeat(10), TEXT].map((text) => text.toLowerCase()),
  );
});

test("a changed header of general-ciphering is TAG_FAILED", async (t) => {
  const decrypt = await deployment(t);
  const general = encodeGeneral({ ...keys(STRICT, 1), ...HEADER });
  const rows = await decrypt([{ frame: general.with(2, 0x02) }, { frame: general }]);
  t.deepEqual(rows.map(said), ["TAG_FAILED", "tag96 fresh"]);
});

test("HLS5: a token over its challenge is verified, has no plaintext and moves the counter", async (t) => {
  const decrypt = await deployment(t);
  const meter = `st:${STRICT}`;
  const frame = encodeToken(keys(STRICT, 77), hex(CHALLENGE));
  const rows = await decrypt([
    { frame, meter, challenge: CHALLENGE },
    { frame, meter, challenge: CHALLENGE },
    { frame, meter, challenge: "0011223344556678" },
    { frame, meter },
    { frame, challenge: CHALLENGE },
    { frame, meter: `st:${KEYLESS_LAX}`, challenge: CHALLENGE },
    { frame: glo(STRICT, 1), meter, challenge: CHALLENGE },
    { frame, meter, challenge: "00112233445566" },
    { frame, meter, challenge: "00".repeat(65) },
    { frame, meter, challenge: "no hex" },
    { frame: glo(STRICT, 1) },
  ]);
  t.like(rows[0], { plaintext: "", verification: "tag96", counter: 77, freshness: "fresh" });
  t.deepEqual(rows.map(said), [
    "tag96 fresh",
    "tag96 duplicate",
    "TAG_FAILED",
    "MODE_UNSUPPORTED",
    "METER_UNKNOWN",
    "NO_KEY",
    ...Array.from({ length: 4 }, () => "FRAME_FORMAT"),
    "tag96 old",
  ]);
});
