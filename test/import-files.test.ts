/**
 * Files of makers through the real command: which form they have, what is sent, what is said.
 *
 * @module
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { createCertificate } from "./support/certificates.ts";
import { answer, type Ended, fakeService, meterseal } from "./support/command.ts";
import { encryptKem, kem2Xml, kemXml, signXml, zipKem } from "./support/key-files.ts";
import vectors from "./vectors/pskc-files.json" with { type: "json" };

const KEY = "FD83029839F59A18AB3D49013E0B33ED";
const OTHER = "0B33ED13E09A18AB3D490FD83029839F";
const PASSPHRASE = "Blaubeere 7";
const METERS = [{ serial: "76348799", key: KEY, number: "Flat 3" }];
const ROW = { line: 1, address: "KAM-76348799", key: KEY, name: "Flat 3" };

interface Import extends Ended {
  readonly rows: readonly unknown[];
}

/** Imports a file; the service takes every row. Nothing may be left behind or shown. */
async function importFile(
  t: ExecutionContext,
  content: string | Uint8Array,
  args: readonly string[] = [],
  input = "",
): Promise<Import> {
  const directory = await mkdtemp(join(tmpdir(), "meterseal-cli-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = join(directory, "keys");
  await writeFile(file, content);
  const rows: unknown[] = [];
  const { env } = await fakeService(t, async (request, response) => {
    const lines = (await text(request)).split("\n").filter((line) => line !== "");
    rows.push(...lines.map((line) => JSON.parse(line)));
    answer(response, 200, { imported: rows.length, rejected: [], warnings: [] });
  });
  const command = ["meter", "import", file, "--customer", "cus_1", ...args];
  const ended = await meterseal(command, {
    env: { ...env, TMPDIR: directory },
    input,
    cwd: directory,
  });
  t.deepEqual(await readdir(directory), ["keys"], "nothing is written beside the file");
  t.notRegex(ended.stdout + ended.stderr, new RegExp(`${KEY}|${PASSPHRASE}|a1a1a1`, "i"));
  const shown = ended.stderr + (args.includes("--json") ? "" : ended.stdout);
  t.true(shown.split("\n").every((line) => line.length <= 100));
  return { ...ended, rows };
}

const wrapped = vectors.files[4] ?? vectors.files[0]!;
const stretched = vectors.files[6] ?? vectors.files[0]!;
const FORMS: Readonly<Record<string, readonly [string | Uint8Array, string[], unknown[]]>> = {
  "a KEM archive": [zipKem(encryptKem(kemXml(METERS), PASSPHRASE)), ["--passphrase", "-"], [ROW]],
  "a KEM2 file": [encryptKem(kem2Xml(METERS), PASSPHRASE), ["--passphrase", "-"], [ROW]],
  "an eddi24 list": [
    `\ufeffKAM;76348799;${KEY}\r\nKAM;76348800;${OTHER}\r\n`,
    [],
    [
      { line: 1, address: "KAM-76348799", key: KEY },
      { line: 2, address: "KAM-76348800", key: OTHER },
    ],
  ],
  "a list with keys of text": [
    "KAM;76348799;HalloWorldTestPW\n",
    ["--format", "text"],
    [{ line: 1, address: "KAM-76348799", key: "48616c6c6f576f726c64546573745057" }],
  ],
  "a list without maker": [
    `76348799;${KEY}\n`,
    ["--manufacturer", "qds"],
    [{ line: 1, address: "QDS-76348799", key: KEY }],
  ],
  "a table with keys of text": [
    "address,key\nKAM-76348799,HalloWorldTestPW\n",
    ["--text-keys"],
    [{ line: 2, address: "KAM-76348799", key: "48616c6c6f576f726c64546573745057" }],
  ],
  "a table in UTF-16 with tabs": [
    Buffer.from(`\ufeffSerial No.\tManufacturer\tDEK\r\n76348799\tKAM\t${KEY}\r\n`, "utf16le"),
    [],
    [{ line: 2, address: "KAM-76348799", key: KEY }],
  ],
  "a shipment of DLMS meters": [
    `Equipment Identifier;"System Title";GUEK;GAK;KEK\nE0047;4B414D45 01349083;0x${KEY};"${OTHER.replace(/(..)/g, "0x$1 ")}";${KEY.replace("F", "E")}\n`,
    [],
    [
      {
        ...{ line: 2, address: "st:4B414D4501349083" },
        ...{ key: KEY, auth_key: OTHER, master_key: KEY.replace("F", "E") },
      },
    ],
  ],
  "a table of labels": [
    `Zählernummer;Hersteller;Schlüssel\n76348799/A1/19;KAM;${KEY}\n`,
    [],
    [{ line: 2, address: "KAM-76348799", key: KEY }],
  ],
  "a table as our own form writes it": [
    [
      '"serial";"manufacturer";"version";"medium";"key_type";"key";"kcv";"address";"profile"',
      `"=""76348799""";"KAM";"=""1B""";"=""16""";"mk";"=""${KEY}""";"";"KAM-76348799/1B/16";"wmbus"`,
      `"=""4501349083""";"KAM";"";"";"guek";"=""${OTHER}""";"";"st:4B414D4501349083";"dlms-suite-0"`,
      `"=""4501349083""";"KAM";"";"";"gak";"=""${KEY}""";"";"st:4B414D4501349083";"dlms-suite-0"`,
    ].join("\r\n"),
    [],
    [
      { line: 2, address: "KAM-76348799/1B/16", profile: "wmbus", key: KEY },
      {
        ...{ line: 3, address: "st:4B414D4501349083", profile: "dlms-suite-0" },
        ...{ key: OTHER, auth_key: KEY },
      },
    ],
  ],
  "a PSKC file with a passphrase": [stretched.xml, ["--passphrase", "-"], pskcRows(stretched)],
};

for (const [name, [content, args, rows]] of Object.entries(FORMS)) {
  test(`reads ${name}, its form told from its content`, async (t) => {
    const ended = await importFile(t, content, args, `${PASSPHRASE}\n`);
    t.is(ended.status, 0, ended.stderr);
    t.deepEqual(ended.rows, rows);
    const checked = await importFile(t, content, [...args, "--dry-run", "--json"], PASSPHRASE);
    t.is(checked.status, 0, checked.stderr);
    t.deepEqual(checked.rows, [], "a dry run sends nothing");
    t.like(JSON.parse(checked.stdout), { imported: rows.length, rejected: [], dryRun: true });
  });
}

test("a PSKC file with a key shared beforehand takes the key from a file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "meterseal-kek-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const kek = join(folder, "kek");
  await writeFile(kek, `${wrapped.kek}\n`, { mode: 0o600 });
  const { rows } = await importFile(t, wrapped.xml, ["--kek-file", kek]);
  t.deepEqual(rows, pskcRows(wrapped));
  for (const args of [[], ["--kek-file", `${kek}x`]]) {
    t.is((await importFile(t, wrapped.xml, args)).status, 2);
  }
});

test("who signed is said, can be pinned, and is part of the answer", async (t) => {
  const maker = await createCertificate("RSA-2048", { commonName: "Keys of Maker" });
  const file = signXml(kem2Xml(METERS), maker);
  const shown = await importFile(t, file, ["--json"]);
  t.deepEqual(JSON.parse(shown.stdout).signer, {
    subject: "CN=Keys of Maker",
    fingerprint: maker.fingerprint,
    pinned: false,
  });
  t.regex(shown.stderr, /signed by CN=Keys of Maker\nSHA-256 [0-9a-f]{64}\ncompare/);
  const colons = maker.fingerprint.toUpperCase().replace(/(..)(?!$)/g, "$1:");
  const pinned = await importFile(t, file, ["--signer", colons]);
  t.regex(pinned.stderr, /as pinned/);
  t.deepEqual(pinned.rows, [ROW]);
  const refusals: readonly (readonly [string, string[], string])[] = [
    [file, ["--signer", "0".repeat(64)], "SIGNER_MISMATCH"],
    [kem2Xml(METERS), ["--signer", colons], "SIGNER_MISMATCH"],
    [file.replace("76348799", "76348798"), [], "SIGNATURE_INVALID"],
  ];
  for (const [content, args, code] of refusals) {
    const refused = await importFile(t, content, args);
    t.deepEqual([refused.status, refused.rows, refused.stdout], [1, [], ""]);
    t.regex(refused.stderr, new RegExp(`\\(${code}\\)`));
  }
  const unsigned = await importFile(t, kem2Xml(METERS), ["--json"]);
  t.is(JSON.parse(unsigned.stdout).signer, null);
  t.regex(unsigned.stderr, /not signed/);
});

test("two keys of one meter reject each other, and one key of two meters is told", async (t) => {
  const lines = [`KAM;1;${KEY}`, `KAM;2;${KEY}`, `KAM;1;${OTHER}`, `KAM;3;${KEY}`];
  const list = lines.join("\n").replace(/;(\d);/g, ";0000000$1;");
  const ended = await importFile(t, list);
  t.is(ended.status, 1);
  t.deepEqual(
    ended.rows.map((row) => (row as { line: number }).line),
    [2, 4],
  );
  t.deepEqual(ended.stdout.trimEnd().split("\n"), [
    "line 1: KEY_CONFLICT line 3 has another key for the same meter: neither is taken",
    "line 3: KEY_CONFLICT line 1 has another key for the same meter: neither is taken",
    "2 meters imported, 2 rejected, 0 warnings",
  ]);
  const checked = await importFile(t, list, ["--dry-run", "--json"]);
  const { warnings } = JSON.parse(checked.stdout);
  const shared = warnings.filter(({ code }: { code: string }) => code === "KEY_SHARED");
  t.deepEqual(
    shared.map(({ line }: { line: number }) => line),
    [2, 4],
  );
});

test("a dry run finds what the service would refuse", async (t) => {
  const table = `address,profile,key\nKAM-00000001,,${"00".repeat(16)}\nKAM-2,,\nKAM-00000003,oms-z,\nKAM-00000004,,00\nKAM-00000005,,\nKAM-00000005,,\nKAM-00000006,,000102030405060708090a0b0c0d0e0f\nKAM-76348799,,76348799763487997634879976348799\n`;
  const ended = await importFile(t, table, ["--dry-run", "--json"]);
  const { imported, rejected, warnings } = JSON.parse(ended.stdout);
  t.deepEqual([ended.status, imported], [1, 3]);
  const codes = (remarks: { line: number; code: string }[]) =>
    remarks.map(({ line, code }) => `${line} ${code}`);
  t.deepEqual(codes(rejected), [
    ...["2 KEY_WEAK", "3 ADDRESS_FORMAT", "4 PROFILE_UNKNOWN", "5 KEY_LENGTH", "7 METER_EXISTS"],
  ]);
  t.deepEqual(codes(warnings), ["8 KEY_REGULAR", "9 KEY_REGULAR", "8 PROFILE_ASSUMED"]);
});

const REFUSED: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  "another passphrase": [encryptKem(kemXml(METERS), "Blaubeere 8"), "PASSPHRASE_WRONG"],
  "a billion laughs": ['<!DOCTYPE a [<!ENTITY l "ha">]><a>&l;</a>', "XML_DTD"],
  "a zip bomb": [zipKem("x".repeat(10_000_000)), "ZIP_SIZE"],
  "another XML file": ["<html/>", "FILE_FORMAT"],
};

for (const [name, [content, code]] of Object.entries(REFUSED)) {
  test(`${name} is refused as a whole, by a code`, async (t) => {
    const ended = await importFile(t, content, ["--passphrase", "-"], PASSPHRASE);
    t.deepEqual([ended.status, ended.stdout, ended.rows], [1, "", []]);
    t.regex(ended.stderr, new RegExp(`^meter import: [^\\n]* \\(${code}\\)\\n$`));
  });
}

const MISUSED: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "a passphrase as an argument": ["<a/>", "--passphrase", "secret"],
  "an encrypted file without a terminal": [encryptKem(kemXml(METERS), PASSPHRASE)],
  "a signer of a table": ["address\n", "--signer", "0".repeat(64)],
  "a signer that is none": [kemXml(METERS), "--signer", "ab"],
  "columns of XML": [kemXml(METERS), "--columns", "address=a"],
  "another form than it has": [kemXml(METERS), "--format", "kem2"],
  "a maker that is none": ["address\n", "--manufacturer", "Kamstrup"],
};

for (const [name, [content, ...args]] of Object.entries(MISUSED)) {
  test(`${name} is misuse`, async (t) => {
    const ended = await importFile(t, content, args);
    t.deepEqual([ended.status, ended.stdout, ended.rows], [2, "", []], ended.stderr);
  });
}

function pskcRows({ keys }: { keys: readonly string[][] }): unknown[] {
  const [dek, guek, gak, kek] = keys.map((key) => key[1]);
  return [
    { line: 1, address: "KAM-76348799", key: dek },
    { line: 2, address: "st:4b414d4501349083", key: guek, auth_key: gak, master_key: kek },
  ];
}
