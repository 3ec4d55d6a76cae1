/**
 * `frame inspect`: headers explained with no key, ciphertext never shown.
 *
 * @module
 */
import test from "ava";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { type Inspection, inspectFrame } from "../src/frames/inspect/inspect.ts";
import { frameVectors, hex } from "./support/frame-vectors.ts";

const OMS = {
  ...{ manufacturer: "KAM", id: "76348799", version: 0x1b, medium: 0x16 },
  ...({ header: "short", format: "none" } as const),
};

/** Rows as an object of the first value per field. */
function fields({ rows }: Inspection): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ field, value }) => [field, value]).reverse());
}

function meaning({ rows }: Inspection, field: string): string {
  return rows.find((row) => row.field === field)?.meaning ?? "";
}

function vector(match: RegExp, name: "wmbus" | "dlms" = "wmbus"): Uint8Array {
  const found = frameVectors(name).find(({ note = "", mode }) => match.test(`${mode} ${note}`));
  return hex(found!.frame_hex);
}

test("an ELL frame: address, session number, strength", (t) => {
  const inspection = inspectFrame(vector(/value 474.24/));
  t.is(inspection.address, "KAM-63452869/1B/16");
  t.is(inspection.refusal, null);
  t.like(fields(inspection), {
    L: "24",
    C: "44",
    "link format": "none",
    CI: "8D",
    SN: "209CD621",
    ENC: "1",
    profile: "ell",
    verification: "crc16",
  });
  t.is(meaning(inspection, "device type"), "cold water");
});

test("mode 5 behind a radio converter: both addresses, the meter's key", (t) => {
  const inspection = inspectFrame(vector(/jmbus demo 3/));
  t.is(inspection.address, "ZRI-49705932/01/07");
  t.like(fields(inspection), {
    "link address": "ZRI-44002802/01/37",
    "meter address": "ZRI-49705932/01/07",
    "encrypted blocks": "2",
    configuration: "2520",
    verification: "check16",
  });
});

test("mode 7: AFL, message counter and key derivation are shown", (t) => {
  const inspection = inspectFrame(vector(/Security Profile B, integrated/));
  t.is(inspection.refusal, null);
  t.like(fields(inspection), {
    "link format": "format A",
    "AFL FCL": "2C00",
    "AFL MCL": "25",
    "AFL MCR": "2739",
    "AFL MAC": "8 bytes",
    "configuration extension": "10",
    profile: "oms-b",
    verification: "mac64",
  });
  t.is(meaning(inspection, "AFL MCL"), "authentication type 5");
  t.is(meaning(inspection, "configuration extension"), "key derivation 1, key id 0");
});

test("mode 10: counter and profile are shown", (t) => {
  const inspection = inspectFrame(vector(/^10 .*published Kenc/));
  t.is(inspection.address, "KAW-53820306/3C/16");
  t.like(fields(inspection), {
    "configuration extension": "0110",
    "encrypted bytes": "all",
    tag: "8 bytes",
    "message counter": "939916",
    profile: "oms-d",
    verification: "tag64",
  });
  t.is(inspection.refusal, null);
});

test("AFL with every field, mode 10 with a key version, a fragment: named field by field", (t) => {
  const message = {
    ...OMS,
    acc: 7,
    counter: 9,
    plaintext: hex("2F2F0C13"),
    key: new Uint8Array(16),
  };
  const seven = encodeMode7({ ...message, macLength: 4, keyVersion: 3, hasLength: true });
  t.like(fields(inspectFrame(seven)), {
    "AFL FCL": "3E00",
    "AFL KI": "0310",
    "AFL MCR": "9",
    "AFL MAC": "4 bytes",
    "AFL ML": "22",
    verification: "mac32",
  });
  const ten = encodeMode10({ ...message, tagLength: 16, keyVersion: 3, isCounted: true });
  t.like(fields(inspectFrame(ten)), {
    "key version": "3",
    "encrypted bytes": "4",
    "message counter": "9",
    verification: "tag128",
  });
  const fragment = inspectFrame(hex("0E442D2C998734761B169002014001"));
  t.is(fields(fragment)["AFL FCL"], "4001");
  t.regex(fragment.refusal?.detail ?? "", /fragmented/);
});

test("wired M-Bus: header, checksum, and whose key, if the frame tells", (t) => {
  const message = { ...OMS, acc: 7, plaintext: hex("2F2F0C13"), key: new Uint8Array(16) };
  const long = inspectFrame(encodeMode5({ ...message, header: "long", format: "wired" }));
  t.is(long.protocol, "mbus");
  t.is(long.address, "KAM-76348799/1B/16");
  t.is(long.refusal, null);
  t.like(fields(long), { C: "08", A: "01", configuration: "0510", profile: "oms-a" });
  t.is(meaning(long, "checksum"), "correct");
  const short = inspectFrame(encodeMode5({ ...message, format: "wired" }));
  t.is(short.address, null);
  t.is(fields(short)["key address"], "not in the frame");
});

test("a broken link CRC: as far as the frame can be trusted, and why no further", (t) => {
  const inspection = inspectFrame(vector(/link CRC broken/));
  t.is(inspection.refusal?.code, "FRAME_CRC");
  t.is(inspection.address, null);
  t.truthy(fields(inspection)["link address"]);
});

test("DLMS in HDLC: transport, title, security control, counter", (t) => {
  const inspection = inspectFrame(vector(/^suite0 auth\+enc real meter push/, "dlms"));
  t.is(inspection.address, "st:4B414D4501349083");
  t.is(inspection.refusal, null);
  t.like(fields(inspection), {
    transport: "HDLC",
    tag: "DB",
    "security control": "30",
    "invocation counter": "17784996",
    profile: "dlms-suite-0",
    verification: "tag96",
  });
  t.is(meaning(inspection, "system title"), "manufacturer KAM");
  t.regex(meaning(inspection, "security control"), /suite 0, authenticated and encrypted/);
});

test("DLMS suite 2 without a tag says that nothing is verified", (t) => {
  const inspection = inspectFrame(vector(/^suite2 enc-only/, "dlms"));
  t.like(fields(inspection), { profile: "dlms-suite-2", verification: "none" });
});

test("block transfer, damaged wired M-Bus and a token are named", (t) => {
  t.like(fields(inspectFrame(hex("E040000100000100"))), { tag: "E0", "block number": "1" });
  t.is(inspectFrame(hex("6805056808017200007C16")).refusal?.code, "FRAME_CRC");
  t.is(inspectFrame(hex("10000000011A52FE7DD3E72748973C1E28")).refusal?.code, "MODE_UNSUPPORTED");
  t.is(inspectFrame(hex("FFFF")).protocol, null);
});

test("no row ever holds ciphertext", (t) => {
  for (const name of ["wmbus", "dlms"] as const) {
    for (const { frame_hex } of frameVectors(name)) {
      for (const { value } of inspectFrame(hex(frame_hex)).rows) {
        t.true(value.length <= 20, value);
      }
    }
  }
});
