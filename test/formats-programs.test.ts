/**
 * Forms that meter programs read, and one of the programs.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { zipFiles } from "../src/handover/formats/archive.ts";
import { FormatError } from "../src/handover/formats/contract.ts";
import { exportFormats } from "../src/handover/formats/formats.ts";
import { temporaryFolder } from "./support/databases.ts";
import { ask } from "./support/installed.ts";
import {
  dlms,
  heat,
  keyBundle,
  OTHER_KEY,
  packageKey,
  packageMeter,
  refusesOption,
  TEST_KEY,
  textAs,
  textOf,
  unzip,
  water,
  writeAs,
} from "./support/key-bundle.ts";

const KEM_PASSWORD = "kundenummer1";
const long = "0f".repeat(32);

test("wmbusmeters: a file per meter in an archive, a single meter as it is", async (t) => {
  const both = await writeAs("wmbusmeters", keyBundle(water, heat));
  t.is(both.fileName, "meterseal-REF-7K3Q-9D.wmbusmeters.zip");
  t.deepEqual(unzip(both), {
    "KAM-76348799": `name=Kælder-4-b\ndriver=auto\nid=76348799\nkey=${TEST_KEY}\n`,
    "LUG-0A345678": `name=LUG-0A345678\ndriver=auto\nid=0a345678\nkey=${OTHER_KEY}\n`,
  });
  const one = await writeAs("wmbusmeters", keyBundle(water));
  t.is(one.fileName, "KAM-76348799");
  t.deepEqual(Buffer.from(one.bytes), Buffer.from(unzip(both)["KAM-76348799"] ?? ""));
});

test("wmbusmeters itself opens a telegram with the file", async (t) => {
  const folder = temporaryFolder(t);
  await mkdir(join(folder, "etc/wmbusmeters.d"), { recursive: true });
  const { fileName, bytes } = await writeAs("wmbusmeters", keyBundle(water));
  await writeFile(join(folder, "etc/wmbusmeters.d", fileName), bytes);
  // wmbusmeters, tests/test_analyze.sh: Multical 21, 6.408 m3.
  const telegram =
    "2A442D2C998734761B168D2091D37CAC21E1D68CDAFFCD3DC452BD802913FF7B1706CA9E355D6C2701CC24";
  const simulation = join(folder, "simulation_one.txt");
  await writeFile(simulation, `telegram=|${telegram}|\n`);
  const settings = `loglevel=normal\ndevice=${simulation}\nformat=json\n`;
  await writeFile(join(folder, "etc/wmbusmeters.conf"), settings);
  const program = process.env["WMBUSMETERS"] ?? "wmbusmeters";
  const out = await ask(t, program, [`--useconfig=${folder}`]);
  const expected = { name: "Kælder-4-b", total_m3: 6.408 };
  const reading = out === null ? null : /^\{.*\}$/m.exec(out.toString("utf8"))?.[0];
  t.like(reading === null ? expected : JSON.parse(reading ?? "{}"), expected);
  // src/config.cc and meters.cc: what it takes as a name, an id and a key.
  const lines = new Map(
    Buffer.from(bytes)
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  t.deepEqual([...lines.keys()], ["name", "driver", "id", "key"]);
  t.false(lines.get("name")?.includes(":"));
  t.regex(lines.get("id") ?? "", /^[0-9a-f]{8}$/);
  t.regex(lines.get("key") ?? "", /^[0-9a-f]{32}$/);
});

test("an archive is the same at any time, and its files are their owner's", async (t) => {
  const first = await writeAs("wmbusmeters", keyBundle(water, heat));
  const second = await writeAs("wmbusmeters", keyBundle(water, heat));
  t.deepEqual(first.bytes, second.bytes);
  const bytes = Buffer.from(first.bytes);
  const entry = bytes.indexOf(Buffer.from("504b0102", "hex"));
  // APPNOTE.TXT §4.3.12: made by Unix, 1980-01-01 00:00, mode 100600 in the upper half.
  t.is(bytes[entry + 5], 3);
  t.is(bytes.readUInt32LE(entry + 12), 0x00210000);
  t.is(bytes.readUInt32LE(entry + 38) >>> 16, 0o100600);
});

test("APPNOTE.TXT §4.4.1.4: more files than an archive can count are refused, not lost", (t) => {
  const files = Array.from({ length: 65_536 }, (_, i) => ({ name: String(i), text: "" }));
  t.throws(() => zipFiles(files), { instanceOf: FormatError, code: "NOTHING_WRITTEN" });
});

test("Home Assistant: one list, every value quoted", async (t) => {
  t.is(
    await textAs("home-assistant", keyBundle(water, heat)),
    `meters:\n  - name: "Kælder-4-b"\n    driver: "auto"\n    id: "76348799"\n    key: "${TEST_KEY}"\n` +
      `  - name: "LUG-0A345678"\n    driver: "auto"\n    id: "0a345678"\n    key: "${OTHER_KEY}"\n`,
  );
});

test("ESPHome: both components, and the keys apart from the rest", async (t) => {
  const file = await writeAs("esphome", keyBundle(water, dlms));
  t.deepEqual(unzip(file), {
    "wmbus-meters.yaml":
      "wmbus_meter:\n  - id: wmbus_kam_76348799 # Kælder: 4/b\n    meter_id: 0x76348799\n" +
      "    type: auto\n    key: !secret wmbus_kam_76348799_key\n",
    "dlms-4B414D4501349083.yaml":
      "dlms_meter: # El <1>\n  decryption_key: !secret dlms_4b414d4501349083_key\n" +
      "  auth_key: !secret dlms_4b414d4501349083_auth\n",
    "secrets.yaml":
      `wmbus_kam_76348799_key: "${TEST_KEY}"\ndlms_4b414d4501349083_key: "${TEST_KEY}"\n` +
      `dlms_4b414d4501349083_auth: "${OTHER_KEY}"\n`,
  });
});

test("ioBroker and eddi24: maker, number and key", async (t) => {
  const bundle = keyBundle(water, heat);
  t.deepEqual(JSON.parse(await textAs("iobroker", bundle)), {
    native: {
      aeskeys: [
        { id: "KAM-76348799", key: TEST_KEY },
        { id: "LUG-0A345678", key: OTHER_KEY },
      ],
    },
  });
  t.is(
    await textAs("eddi24", bundle),
    `KAM;76348799;${TEST_KEY.toUpperCase()}\nLUG;0A345678;${OTHER_KEY.toUpperCase()}\n`,
  );
});

test("Gurux: system title, both keys, AES-256 as well", async (t) => {
  const suite2 = packageMeter("st:4B414D4501349084", {
    profile: "dlms-suite-2",
    keys: [packageKey("guek", long)],
  });
  const xml = await textAs("gurux", keyBundle(dlms, suite2));
  t.regex(xml, /<ArrayOfGXDLMSDevice [^>]*xmlns="Gurux1"/);
  const [, first = "", second = ""] = xml.split("<GXDLMSDevice>");
  const device = (text: string) => `<GXDLMSDevice>${text.split("</ArrayOf")[0]}`;
  t.is(textOf(device(first), "ServerSystemTitle"), "4B414D4501349083");
  t.is(textOf(device(first), "BlockCipherKey"), TEST_KEY.toUpperCase());
  t.is(textOf(device(first), "AuthenticationKey"), OTHER_KEY.toUpperCase());
  t.is(textOf(device(first), "Name"), "El <1>");
  t.is(textOf(device(first), "SecuritySuite"), "");
  t.is(textOf(device(second), "BlockCipherKey"), long.toUpperCase());
  t.is(textOf(device(second), "SecuritySuite"), "Suite2");
  t.is(textOf(device(second), "AuthenticationKey"), "");
});

/** As kem-import.py of wmbusmeters does: the password is key and initialisation vector. */
function openKem(xml: string): string {
  const key = Buffer.alloc(16);
  key.write(KEM_PASSWORD);
  const cipher = createDecipheriv("aes-128-cbc", key, key);
  const value = textOf(xml, "CipherValue");
  return Buffer.concat([cipher.update(value, "base64"), cipher.final()]).toString("utf8");
}

test("KEM: both versions as their readers take them apart", async (t) => {
  const options = { passphrase: KEM_PASSWORD };
  const first = openKem(await textAs("kem", keyBundle(water), options));
  for (const [name, text] of [
    ["MeterNo", "76348799"],
    ["SerialNo", "76348799"],
    ["DEK", TEST_KEY.toUpperCase()],
    ["MeterName", "KAM"],
    ["ConsumptionType", "Cold water"],
    ["VendorId", "KAM"],
  ] as const) {
    t.is(textOf(first, name), text);
  }
  t.regex(first, /<MetersInOrder>\n<Meter>.*<\/Meter>\n<\/MetersInOrder>/);
  const second = openKem(await textAs("kem2", keyBundle(water), options));
  t.is(textOf(second, "Value"), TEST_KEY.toUpperCase());
  t.is(textOf(second, "SerialNumber"), "76348799");
  t.regex(second, /<Name>DEK<\/Name><Value>/);
  for (const passphrase of ["short77", "seventeen letters", "Kælderkælderkæ", ""]) {
    await refusesOption(t, "kem", { passphrase });
  }
});

test("what is weak says so, what is open says so", (t) => {
  const legacy = [...exportFormats.values()].filter((format) => format.legacy);
  t.deepEqual(
    legacy.map(({ id }) => id),
    ["kem", "kem2"],
  );
  for (const { plaintext, needs } of exportFormats.values()) {
    t.is(plaintext, needs.length === 1 && needs[0]?.length === 0);
  }
});
