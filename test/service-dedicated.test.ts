/**
 * Frames under a dedicated key, through the whole service: the request that opened the association
 * brings the key, its tag decides, the key stays inside and the meter's own counter where it was.
 *
 * @module
 */
import test from "ava";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { encodeAarq, initiateRequest } from "../bench/encode/dlms-general.ts";
import { hdlc } from "../bench/encode/dlms-transport.ts";
import {
  CLIENT,
  DEDICATED,
  deployment,
  EK,
  glo,
  KEYLESS_LAX,
  keys,
  LAX,
  STRICT,
  said,
  TEXT,
} from "./support/dlms-service.ts";
import { hex } from "./support/frame-vectors.ts";

/** Green Book, InitiateRequest example: CLIENT's request under EK and AK, transports DEDICATED. */
const PUBLISHED = hex(
  "21303001234567801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE6841DB204D39EE6FDB8E356855",
);

function ded(ek: Uint8Array, ...options: Parameters<typeof keys>): Uint8Array {
  return encodeDlms({ ...keys(...options), ek, transport: "bare", form: "general-ded" });
}

/** glo-initiate-request with the dedicated key. */
function initiate(title: string, key: Uint8Array | null = DEDICATED): Uint8Array {
  const apdu = initiateRequest(key);
  return encodeDlms({ ...keys(title, 9), apdu, transport: "bare", form: 0x21 });
}

test("a dedicated key comes out of the request that opened the association", async (t) => {
  const decrypt = await deployment(t);
  const aarq = encodeAarq(hex(CLIENT), initiate(CLIENT));
  const apdu = initiateRequest(DEDICATED);
  const named = encodeDlms({ ...keys(CLIENT, 9), apdu, transport: "bare", form: "general-glo" });
  const frame = ded(DEDICATED, STRICT, 100);
  const rows = await decrypt([
    { frame, initiate: aarq },
    { frame: ded(DEDICATED, STRICT, 101), initiate: named },
    { frame: ded(DEDICATED, STRICT, 102), initiate: initiate(STRICT) },
    { frame: hdlc([ded(DEDICATED, STRICT, 103)]), initiate: aarq },
    { frame, initiate: aarq },
    { frame: ded(DEDICATED, STRICT, 104), initiate: encodeAarq(hex(CLIENT), PUBLISHED) },
    { frame: glo(STRICT, 5) },
  ]);
  // The association's counter is shown; the meter's own goes on where it was.
  t.deepEqual(
    rows.map(({ counter }) => counter),
    [100, 101, 102, 103, 100, 104, 5],
  );
  t.true(rows.every(({ plaintext }) => plaintext === TEXT.toLowerCase()));
  t.deepEqual(rows.map(said), [
    ...Array.from({ length: 4 }, () => "tag96 unknown"),
    "tag96 duplicate",
    "tag96 unknown",
    "tag96 fresh",
  ]);
});

test("a frame under a dedicated key without its request opens under the meter's own, by its tag", async (t) => {
  const decrypt = await deployment(t);
  const rows = await decrypt([
    { frame: ded(EK, STRICT, 1) },
    { frame: ded(DEDICATED, STRICT, 1) },
    { frame: ded(EK, STRICT, 1, "enc") },
    { frame: ded(EK, KEYLESS_LAX, 1) },
  ]);
  t.deepEqual(rows.map(said), ["tag96 fresh", "TAG_FAILED", "MODE_UNSUPPORTED", "NO_KEY"]);
  t.regex(rows[2].error.detail, /`initiate`/);
});

test("a request that does not verify, or holds no key, opens nothing", async (t) => {
  const decrypt = await deployment(t);
  const aarq = encodeAarq(hex(CLIENT), initiate(CLIENT));
  const frame = ded(DEDICATED, STRICT, 1);
  const clear = (protection: "enc" | "auth-enc") =>
    encodeDlms({
      ...keys(STRICT, 9, protection),
      apdu: initiateRequest(DEDICATED),
      transport: "bare",
      form: protection === "enc" ? 0x21 : 0xc8,
    });
  const rows = await decrypt([
    { frame, initiate: aarq.with(-1, aarq.at(-1)! ^ 1) },
    { frame, initiate: initiate(CLIENT) },
    { frame, initiate: initiate(STRICT, null) },
    { frame, initiate: initiate(STRICT, hex("0011")) },
    { frame, initiate: initiate(STRICT, new Uint8Array(32)) },
    { frame, initiate: clear("enc") },
    { frame, initiate: clear("auth-enc") },
    { frame, initiate: initiateRequest(DEDICATED) },
    { frame, initiate: aarq.subarray(0, 40) },
    { frame: glo(STRICT, 1), initiate: aarq },
    { frame, initiate: aarq, challenge: "0011223344556677" },
    { frame: ded(DEDICATED, STRICT, 2, "enc"), initiate: aarq },
    { frame: ded(DEDICATED, LAX, 2, "enc"), initiate: aarq },
    { frame: ded(DEDICATED, KEYLESS_LAX, 2), initiate: aarq },
  ]);
  t.deepEqual(rows.map(said), [
    "TAG_FAILED",
    "TAG_FAILED",
    "NO_KEY",
    "NO_KEY",
    "KEY_LENGTH",
    "NOT_AUTHENTICATED",
    "FRAME_FORMAT",
    "FRAME_FORMAT",
    "FRAME_LENGTH",
    "FRAME_FORMAT",
    "FRAME_FORMAT",
    "NOT_AUTHENTICATED",
    "none unknown",
    "NO_KEY",
  ]);
  for (const row of rows.slice(5, 9)) {
    t.regex(row.error.detail, /^initiate: /);
  }
});
