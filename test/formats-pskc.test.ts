/**
 * PSKC: the standard's own examples, and files read by a second implementation and by python-pskc.
 *
 * @module
 */
import { createDecipheriv, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DOMParser } from "@xmldom/xmldom";
import test, { type ExecutionContext } from "ava";
import type { FormatOptions } from "../src/handover/formats/contract.ts";
import { keyWrap } from "../src/handover/formats/pskc/key-wrap.ts";
import { deriveKey, layerKeys } from "../src/handover/formats/pskc/passphrase.ts";
import { temporaryFolder } from "./support/databases.ts";
import { ask } from "./support/installed.ts";
import {
  keyBundle,
  packageKey,
  packageMeter,
  refusesOption,
  TEST_KEY,
  textAs,
} from "./support/key-bundle.ts";

const vectors = JSON.parse(readFileSync("test/vectors/pskc.json", "utf8"));
const PASSPHRASE = "Kælder horse battery";
const KEK = randomBytes(32).toString("hex");

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const base64 = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString("base64");

for (const { clause, kek, key, wrapped } of vectors.keyWrap) {
  test(`${clause}`, async (t) => {
    const protect = await keyWrap({ kek });
    const { cipher, mac } = await protect(hex(key));
    t.is(Buffer.from(cipher).toString("hex"), wrapped);
    t.is(mac, null, "key wrap checks itself");
  });
}

test("RFC 6030 §6.1 figure 6: encrypts the secret and the MAC key, and the MAC is over the ciphertext", async (t) => {
  const { key, macKey, macKeyIv, encryptedMacKey, secret, iv, cipherValue, valueMac } =
    vectors.figure6;
  const keys = await layerKeys(hex(key), hex(macKey), "SHA-1");
  t.is(base64(await keys.encrypt(hex(macKeyIv), hex(macKey))), encryptedMacKey);
  const { cipher, mac } = await keys.protect(hex(iv), hex(secret));
  t.is(base64(cipher), cipherValue);
  t.is(base64(mac), valueMac);
});

test("RFC 6030 §6.2 figure 7: derives the key from the passphrase", async (t) => {
  const { password, salt, iterations, keyLength, key } = vectors.figure7;
  const saltBytes = new Uint8Array(Buffer.from(salt, "base64"));
  const derivation = { salt: saltBytes, iterations, keyLength, hash: "SHA-1" } as const;
  t.is(Buffer.from(await deriveKey(password, derivation)).toString("hex"), key);
});

/** Text of every element with this local name, in order. */
function texts(xml: string, name: string): string[] {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  return [...document.getElementsByTagNameNS("*", name)].map((node) => node.textContent ?? "");
}

/** Secrets under a passphrase, read with node:crypto alone; MACs are checked. */
function openPassphrase(t: ExecutionContext, xml: string): string[] {
  const [salt = ""] = texts(xml, "Specified");
  const iterations = Number(texts(xml, "IterationCount")[0]);
  t.true(iterations >= 600_000);
  const key = pbkdf2Sync(PASSPHRASE, Buffer.from(salt, "base64"), iterations, 32, "sha256");
  const decrypt = (bytes: Buffer): Buffer => {
    const cipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, 16));
    return Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]);
  };
  const [first = Buffer.of(), ...values] = texts(xml, "CipherValue").map((text) =>
    Buffer.from(text, "base64"),
  );
  const macKey = decrypt(first);
  const macs = values.map((v) => createHmac("sha256", macKey).update(v).digest("base64"));
  t.deepEqual(texts(xml, "ValueMAC"), macs);
  return values.map((value) => decrypt(value).toString("hex"));
}

/** Secrets under a key, unwrapped by OpenSSL's RFC 3394. */
function openKeyWrap(xml: string): string[] {
  return texts(xml, "CipherValue").map((text) => {
    const iv = Buffer.alloc(8, 0xa6);
    const cipher = createDecipheriv("id-aes256-wrap", Buffer.from(KEK, "hex"), iv);
    return Buffer.concat([cipher.update(text, "base64"), cipher.final()]).toString("hex");
  });
}

/** What Debian's python3-pskc reads: `serial;secret;name` per key. */
async function askPskc(
  t: ExecutionContext,
  xml: string,
  secret: Readonly<Record<string, string>>,
): Promise<string[] | null> {
  const file = join(temporaryFolder(t), "keys.pskcxml");
  await writeFile(file, xml);
  const program = `
import os, sys
try:
    import pskc
except ImportError:
    print("no pskc")
    sys.exit(0)
doc = pskc.PSKC(sys.argv[1])
if "PASSPHRASE" in os.environ:
    doc.encryption.derive_key(os.environ["PASSPHRASE"])
else:
    doc.encryption.key = bytes.fromhex(os.environ["KEK"])
for key in doc.keys:
    assert key.check() is not False
    print(";".join([key.serial, key.secret.hex(), key.friendly_name or "-"]))
`;
  const environment = { ...secret, PYTHONIOENCODING: "utf-8" };
  const out = await ask(t, "/usr/bin/python3", ["-c", program, file], { environment });
  const text = out?.toString("utf8").trim() ?? "no pskc";
  t.log(text === "no pskc" ? "no python-pskc here" : "read by python-pskc");
  return text === "no pskc" ? null : text.split("\n");
}

const long = "0f".repeat(32);
const bundle = keyBundle(
  packageMeter("KAM-01234567/1B/16", { name: `Kæld <&"'> ]]>` }),
  packageMeter("st:4B414D4501349083", {
    profile: "dlms-suite-2",
    keys: [packageKey("guek", long), packageKey("kek", TEST_KEY)],
  }),
  packageMeter("eui:70B3D57ED0001234", { profile: "lorawan", manufacturer: "", serial: "70B3" }),
);
const secrets = [TEST_KEY, long, TEST_KEY, TEST_KEY];

for (const [title, options, environment, open] of [
  ["a passphrase", { passphrase: PASSPHRASE }, { PASSPHRASE }, openPassphrase],
  ["a key", { kek: KEK }, { KEK }, (_t: ExecutionContext, xml: string) => openKeyWrap(xml)],
] as const) {
  test(`under ${title} every key is read back, by us and by python-pskc`, async (t) => {
    const xml = await textAs("pskc", bundle, options as FormatOptions);
    t.deepEqual(open(t, xml), secrets);
    t.deepEqual(texts(xml, "SerialNo"), ["01234567", "4501349083", "4501349083", "70B3"]);
    t.deepEqual(texts(xml, "FriendlyName"), [`Kæld <&"'> ]]>`]);
    for (const secret of secrets) {
      t.false(xml.includes(secret));
    }
    const read = await askPskc(t, xml, environment);
    t.true(read === null || read.length === secrets.length);
    t.deepEqual(read?.map((line) => line.split(";")[1]) ?? secrets, secrets);
    t.is(read?.[0] ?? `01234567;${TEST_KEY};Kæld <&"'> ]]>`, `01234567;${TEST_KEY};Kæld <&"'> ]]>`);
  });
}

test("two files under one passphrase share neither salt nor initialisation vector", async (t) => {
  const one = await textAs("pskc", bundle, { passphrase: PASSPHRASE });
  const two = await textAs("pskc", bundle, { passphrase: PASSPHRASE });
  t.not(texts(one, "Specified")[0], texts(two, "Specified")[0]);
  const ivs = [one, two].flatMap((xml) =>
    texts(xml, "CipherValue").map((text) => Buffer.from(text, "base64").toString("hex", 0, 16)),
  );
  t.is(new Set(ivs).size, ivs.length);
});

test("a short passphrase, a weak or broken key, or both at once are refused", async (t) => {
  for (const options of [
    {},
    { passphrase: "elevenchars" },
    { kek: "0f".repeat(16) },
    { kek: "00".repeat(32) },
    { kek: `${KEK}00` },
    { kek: "zz".repeat(32) },
    { kek: KEK, passphrase: PASSPHRASE },
  ]) {
    await refusesOption(t, "pskc", options);
  }
});
