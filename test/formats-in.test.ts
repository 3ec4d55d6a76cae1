/**
 * KEM and KEM2 files, and the archives that they come in: what is read, and what is refused.
 *
 * @module
 */
import test from "ava";
import { strToU8, zipSync } from "fflate";
import { readKem } from "../src/handover/formats/kem/read.ts";
import type { MeterFile } from "../src/handover/formats/read-contract.ts";
import { outcome } from "./support/found.ts";
import { encryptKem, type KemMeter, kem2Xml, kemXml, zipKem } from "./support/key-files.ts";

const KEY = "FD83029839F59A18AB3D49013E0B33ED";
const METERS: readonly KemMeter[] = [
  { serial: "76348799", key: KEY, number: "Flat 3 & 4".replace("&", "&amp;") },
  { serial: "01234567", key: KEY.toLowerCase().replace("f", "0") },
];
const ROWS = [
  { line: 1, row: { address: "KAM-76348799", key: KEY, name: "Flat 3 & 4" }, warnings: [] },
  { line: 2, row: { address: "KAM-01234567", key: METERS[1]?.key }, warnings: [] },
];

const unsigned = (): null => null;
const never = (): never => {
  throw new TypeError("asked for a secret that the file does not need");
};

function kem(file: string | Uint8Array, passphrase: string | null): Promise<MeterFile> {
  return readKem(typeof file === "string" ? Buffer.from(file) : file, {
    passphrase: async () => passphrase ?? never(),
    checkSignature: unsigned,
  });
}

const KEM_FILES: Readonly<Record<string, () => readonly [string | Uint8Array, string | null]>> = {
  "KEM in clear": () => [kemXml(METERS), null],
  "KEM2 in clear": () => [kem2Xml(METERS), null],
  "an encrypted KEM": () => [encryptKem(kemXml(METERS), "12345"), "12345"],
  "an encrypted KEM2": () => [encryptKem(kem2Xml(METERS), "12345"), "12345"],
  "a passphrase of 16 bytes": () => [
    encryptKem(kemXml(METERS), "Zähler-Kennwort"),
    "Zähler-Kennwort",
  ],
  "an archive": () => [zipKem(encryptKem(kemXml(METERS), "12345")), "12345"],
  "an archive of KEM2": () => [zipKem(kem2Xml(METERS), "x/DOWNLOAD.KEM2"), null],
  "a byte order mark outside and inside": () => [
    `\ufeff${encryptKem(`\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n${kemXml(METERS)}\r\n`, "12345")}`,
    "12345",
  ],
  "padding by zeros": () => [encryptKem(`${kemXml(METERS)}${"\0".repeat(7)}`, "12345"), "12345"],
  "UTF-16": () => [Buffer.from(`\ufeff${kemXml(METERS)}`, "utf16le"), null],
  "an encrypted part below the root": () => [
    `<Download>${encryptKem(kemXml(METERS), "12345").replace(/<\?.*?\?>/, "")}</Download>`,
    "12345",
  ],
};

for (const [name, make] of Object.entries(KEM_FILES)) {
  test(`KEM: reads ${name}`, async (t) => {
    const [file, passphrase] = make();
    const { meters, signer } = await kem(file, passphrase);
    t.deepEqual([...meters], ROWS);
    t.deepEqual([...meters], ROWS, "a second time");
    t.is(signer, null);
  });
}

test("KEM: each meter that cannot be taken is named by its number, the others stay", async (t) => {
  const xml = kemXml(
    [
      { serial: "1234567", key: KEY },
      { serial: "11111111", key: "" },
      { serial: "22222222", key: KEY, maker: "Kamstrup" },
      { serial: "33333333", key: KEY, maker: "gav" },
      { serial: "44444444", key: KEY, maker: "" },
    ],
    "<GPK60></GPK60><PK1>00</PK1>",
  );
  const found = [...(await kem(xml, null)).meters];
  t.deepEqual(found.map(outcome), [
    "1 METER_NAMELESS",
    "2 KEY_MISSING",
    "3 MAKER_MISSING",
    "4 GAV-33333333 KEY_UNUSED",
    "5 KAM-44444444 KEY_UNUSED",
  ]);
});

test("KEM2: GPK60 and GPK61 are encryption and authentication key, and a DEK goes before", async (t) => {
  const pair = (name: string, value: string): string =>
    `<Key><Name>${name}</Name><Value>${value}</Value></Key>`;
  const device = (serial: number, keys: string): string =>
    `<Device><SerialNumber>${serial}</SerialNumber><Keys>${keys}</Keys></Device>`;
  const gpk = pair("GPK61", "61") + pair("GPK60", "60");
  const xml = `<Devices>${device(11111111, gpk)}${device(22222222, gpk + pair("DEK", "de"))}${device(33333333, pair("DEK", "1") + pair("DEK", "2"))}</Devices>`;
  const [first, second, third] = (await kem(xml, null)).meters;
  t.like(first, { row: { key: "60", auth_key: "61" }, warnings: [] });
  t.like(second, { row: { key: "de", auth_key: "61" }, warnings: [{ code: "KEY_UNUSED" }] });
  t.like(third, { rejected: { code: "KEY_AMBIGUOUS" } });
});

const SEALED = encryptKem(kemXml(METERS), "12345");
const KEM_FAULTS: Readonly<Record<string, readonly [string | Uint8Array, string, string]>> = {
  "another passphrase": [SEALED, "12346", "PASSPHRASE_WRONG"],
  "no passphrase": [SEALED, "", "PASSPHRASE_WRONG"],
  "a passphrase that is too long": [SEALED, "x".repeat(17), "PASSPHRASE_WRONG"],
  "another cipher": [SEALED.replaceAll("aes128", "aes256"), "12345", "CIPHER_UNSUPPORTED"],
  "cipher text that is cut": [SEALED.replace(/.{9}(?=<\/CipherV)/, ""), "12345", "FILE_FORMAT"],
  "no cipher text": ["<EncryptedData/>", "12345", "FILE_FORMAT"],
  "two encrypted parts": ["<a><EncryptedData/><EncryptedData/></a>", "12345", "FILE_FORMAT"],
  "another document": ["<html/>", "12345", "FILE_FORMAT"],
  "another encrypted document": [encryptKem("<html/>", "12345"), "12345", "FILE_FORMAT"],
  "an entity inside": [encryptKem(`<!DOCTYPE a>${kemXml(METERS)}`, "12345"), "12345", "XML_DTD"],
};

for (const [name, [file, passphrase, code]] of Object.entries(KEM_FAULTS)) {
  test(`KEM: ${name} is ${code}`, async (t) => {
    await t.throwsAsync(kem(file, passphrase), { code });
  });
}

const ZIP_FAULTS: Readonly<Record<string, readonly [() => Uint8Array, string]>> = {
  "no key file": [() => zipSync({ "a.txt": strToU8("x") }), "ZIP_CONTENT"],
  "two key files": [() => zipSync({ "a.kem": strToU8("x"), "b.kem": strToU8("x") }), "ZIP_CONTENT"],
  "an archive in the archive": [() => zipSync({ "a.zip.kem": zipKem("x") }), "ZIP_CONTENT"],
  "a thousand files": [
    () =>
      zipSync(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}`, strToU8("")]))),
    "ZIP_CONTENT",
  ],
  "a bomb": [() => zipSync({ "a.kem": new Uint8Array(20_000_000) }), "ZIP_SIZE"],
  "a bomb that says it is small": [() => lying(20_000_000, 1000), "XML_FORMAT"],
  "a file larger than any": [() => lying(1000, 2 ** 31), "ZIP_SIZE"],
  "half of it": [() => zipKem(SEALED).subarray(0, 300), "ZIP_FORMAT"],
};

for (const [name, [make, code]] of Object.entries(ZIP_FAULTS)) {
  test(`an archive with ${name} is ${code}`, async (t) => {
    await t.throwsAsync(kem(make(), "12345"), { code });
  });
}

/** An archive whose directory and header say another size than the file has. */
function lying(real: number, said: number): Uint8Array {
  const archive = zipSync({ "a.kem": new Uint8Array(real).fill(0x41) }, { level: 9 });
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  for (let at = 0; at + 30 < archive.length; at++) {
    const mark = view.getUint32(at, true);
    if (mark === 0x04034b50 || mark === 0x02014b50) {
      view.setUint32(at + (mark === 0x04034b50 ? 22 : 24), said, true);
    }
  }
  return archive;
}
