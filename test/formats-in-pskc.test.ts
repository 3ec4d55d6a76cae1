/**
 * PSKC files (RFC 6030), and lists of keys in lines: what is read, and what is refused.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { isKeyList, readKeyLine } from "../src/handover/formats/eddi24/read.ts";
import { openPskc } from "../src/handover/formats/pskc/keys.ts";
import { readPskc } from "../src/handover/formats/pskc/read.ts";
import { writePskc } from "../src/handover/formats/pskc/write.ts";
import type { MeterFile } from "../src/handover/formats/read-contract.ts";
import { parseTextKey } from "../src/handover/formats/text-keys/read.ts";
import { outcome } from "./support/found.ts";
import { keyBundle, OTHER_KEY, packageKey, TEST_KEY, water } from "./support/key-bundle.ts";
import vectors from "./vectors/pskc-files.json" with { type: "json" };

const KEY = "FD83029839F59A18AB3D49013E0B33ED";

const unsigned = (): null => null;
const never = (): never => {
  throw new TypeError("asked for a secret that the file does not need");
};

for (const vector of vectors.files) {
  test(`${vector.source}: every key is opened`, async (t) => {
    const keys = await openPskc(vector.xml, {
      passphrase: async () => vector.passphrase ?? never(),
      kek: async () => new Uint8Array(Buffer.from(vector.kek ?? never(), "hex")),
    });
    const opened = [...keys].map(({ serial, secret }) => [
      serial,
      Buffer.from(secret ?? []).toString("hex"),
    ]);
    t.deepEqual(opened, vector.keys);
  });
}

test("of a key in two versions the newest is read, and the other is said to be left out", async (t) => {
  const mk = packageKey("mk", OTHER_KEY);
  const kek = Uint8Array.from({ length: 32 }, (_, i) => i);
  const bundle = keyBundle({ ...water, keys: [mk, { ...mk, keyVersion: 2, value: TEST_KEY }] });
  const { bytes } = await writePskc(bundle, { kek: Buffer.from(kek).toString("hex") });
  const { meters } = await readPskc(bytes, {
    checkSignature: unsigned,
    passphrase: never,
    kek: async () => kek,
  });
  const [found] = [...meters];
  t.true(found !== undefined && "row" in found && found.row.key === TEST_KEY);
  t.like(found, { warnings: [{ code: "KEY_UNUSED" }] });
});

for (const vector of vectors.files.slice(3)) {
  test(`${vector.source}: the keys of a device are one row`, async (t) => {
    const { form, meters } = await pskc(vector.xml, vector);
    t.is(form, "pskc");
    t.deepEqual(
      [...meters].map((found) => ("row" in found ? found.row : found)),
      [
        { address: "KAM-76348799", key: vector.keys[0]?.[1] },
        {
          address: "st:4b414d4501349083",
          key: vector.keys[1]?.[1],
          auth_key: vector.keys[2]?.[1],
          master_key: vector.keys[3]?.[1],
        },
      ],
    );
  });
}

test("PSKC: keys of one-time passwords are no keys of meters", async (t) => {
  const xml = vectors.files[0]?.xml ?? "";
  const meters = [...(await pskc(xml.replaceAll("987654321", "98765432"), {})).meters];
  t.deepEqual(meters.map(outcome), ["1 METER_NAMELESS"]);
  const maker = xml.replaceAll("987654321", "98765432").replaceAll(">Manufacturer<", ">KAM<");
  t.deepEqual([...(await pskc(maker, {})).meters].map(outcome), ["1 KEY_MISSING"]);
});

const FIGURE_6 = vectors.files[1] ?? vectors.files[0]!;
const FIGURE_7 = vectors.files[2] ?? vectors.files[0]!;
const WRAPPED = vectors.files[4] ?? vectors.files[0]!;
const PSKC_FAULTS: Readonly<Record<string, readonly [string, Secrets, string]>> = {
  "another passphrase": [FIGURE_7.xml, { passphrase: "qwertz" }, "PASSPHRASE_WRONG"],
  "another key": [WRAPPED.xml, { kek: WRAPPED.kek?.replace("00", "01") }, "PASSPHRASE_WRONG"],
  "a key of another length": [FIGURE_6.xml, { kek: WRAPPED.kek }, "PASSPHRASE_WRONG"],
  "AES-CBC without a MAC": [
    FIGURE_6.xml.replace(/<MACMethod.*<\/MACMethod>/, ""),
    FIGURE_6,
    "MAC_MISSING",
  ],
  "a value without its MAC": [
    FIGURE_6.xml.replace(/<ValueMAC>.*<\/ValueMAC>/, ""),
    FIGURE_6,
    "MAC_MISSING",
  ],
  "another MAC": [FIGURE_6.xml.replace("hmac-sha1", "hmac-md5"), FIGURE_6, "CIPHER_UNSUPPORTED"],
  "3DES": [FIGURE_6.xml.replaceAll("aes128", "tripledes"), FIGURE_6, "CIPHER_UNSUPPORTED"],
  "a certificate's key": [
    FIGURE_6.xml.replace(/<ds:KeyName>.*?<\/ds:KeyName>/, "<ds:X509Data/>"),
    FIGURE_6,
    "CIPHER_UNSUPPORTED",
  ],
  "a billion rounds": [
    FIGURE_7.xml.replace(">1000<", ">999999999<"),
    FIGURE_7,
    "CIPHER_UNSUPPORTED",
  ],
  "no rounds": [FIGURE_7.xml.replace(">1000<", ">0<"), FIGURE_7, "FILE_FORMAT"],
  "a second key for the keys": [
    FIGURE_7.xml.replace(
      /<(\w+:)?EncryptionKey>[\s\S]*<\/(\w+:)?EncryptionKey>/,
      (one) => one + one,
    ),
    FIGURE_7,
    "FILE_FORMAT",
  ],
  "another version": [
    FIGURE_6.xml.replace('Version="1.0"', 'Version="2"'),
    FIGURE_6,
    "FILE_FORMAT",
  ],
  "another namespace": [FIGURE_6.xml.replace("keyprov:pskc", "keyprov:x"), FIGURE_6, "FILE_FORMAT"],
};

for (const [name, [xml, secrets, code]] of Object.entries(PSKC_FAULTS)) {
  test(`PSKC: ${name} is ${code}`, async (t) => {
    await t.throwsAsync(pskc(xml, secrets), { code });
  });
}

test("PSKC: an altered key is rejected by itself, the others stay", async (t) => {
  const file = vectors.files[5] ?? vectors.files[0]!;
  const values = [...file.xml.matchAll(/<pskc:ValueMAC>(.)/g)];
  const at = (values[2]?.index ?? 0) + "<pskc:ValueMAC>".length;
  const other = file.xml[at] === "A" ? "B" : "A";
  const xml = file.xml.slice(0, at) + other + file.xml.slice(at + 1);
  const found = [...(await pskc(xml, file)).meters];
  t.deepEqual(found.map(outcome), ["1 KAM-76348799", "2 KEY_INTEGRITY"]);
});

const LINES: readonly (readonly [string, string | null])[] = [
  [`KAM;76348799;${KEY}`, "1 KAM-76348799"],
  [` kam ; 76348799 ; ${KEY.toLowerCase()} `, "1 KAM-76348799"],
  ["KAM;76348799;FD-83-02-98-39-F5-9A-18-AB-3D-49-01-3E-0B-33-ED", "1 KAM-76348799"],
  ["", null],
  [KEY, "1 METER_NAMELESS"],
  [`KAM;${KEY}`, "1 METER_NAMELESS"],
  [`76348799;${KEY}`, "1 MAKER_MISSING"],
  [`;76348799;${KEY}`, "1 MAKER_MISSING"],
  [`KAM;7634879;${KEY}`, "1 METER_NAMELESS"],
  [`KAM;76348799;${KEY}0`, "1 KEY_FORMAT"],
  ["KAM;76348799;", "1 LINE_FORMAT"],
  [`KAM;76348799;x;${KEY}`, "1 LINE_FORMAT"],
];

test("eddi24: a line is one meter with its key, or is named", (t) => {
  for (const [line, expected] of LINES) {
    const found = readKeyLine(line, 1, { textKeys: false, maker: "" });
    t.is(found === null ? null : outcome(found), expected, line);
  }
  const known = readKeyLine(`76348799;${KEY}`, 7, { textKeys: false, maker: "QDS" });
  t.deepEqual(known, { line: 7, row: { address: "QDS-76348799", key: KEY } });
  t.true(isKeyList(`KAM;76348799;${KEY}`) && isKeyList(KEY));
  t.false(isKeyList("address;name;key") || isKeyList(`KAM-76348799;${KEY}`));
});

test("a line of anything is one row or one remark, and no remark quotes it", (t) => {
  const field = fc.oneof(
    fc.constantFrom("KAM", "76348799", KEY, "HalloWorldTestPW", "", " ", "\0", "ß"),
    fc.string({ maxLength: 40 }),
  );
  const line = fc.array(field, { maxLength: 6 }).map((fields) => fields.join(";"));
  fc.assert(
    fc.property(line, fc.boolean(), (text, textKeys) => {
      const found = readKeyLine(text, 1, { textKeys, maker: "" });
      if (found === null || "row" in found) {
        t.is(found === null, text.trim() === "");
        return;
      }
      t.notRegex(found.rejected.detail, /FD83|7634|Hallo|ß/);
    }),
    { numRuns: 2000 },
  );
});

test("a key of 16 characters is their 16 bytes, with a warning, and only where it was asked for", (t) => {
  // The key of jMBus' own tests.
  t.is(parseTextKey("HalloWorldTestPW"), "48616c6c6f576f726c64546573745057");
  t.is(parseTextKey("HalloWörldTestPW"), null);
  t.is(parseTextKey(KEY), null);
  const line = "KAM;76348799;HalloWorldTestPW";
  const read = (textKeys: boolean) => readKeyLine(line, 1, { textKeys, maker: "" });
  t.is(outcome(read(true)!), "1 KAM-76348799 KEY_TEXT");
  t.is(outcome(read(false)!), "1 KEY_FORMAT");
});

interface Secrets {
  readonly passphrase?: string | undefined;
  readonly kek?: string | undefined;
}

function pskc(xml: string, { passphrase, kek }: Secrets): Promise<MeterFile> {
  return readPskc(Buffer.from(xml), {
    passphrase: async () => passphrase ?? never(),
    kek: async () => new Uint8Array(Buffer.from(kek ?? never(), "hex")),
    checkSignature: unsigned,
  });
}
