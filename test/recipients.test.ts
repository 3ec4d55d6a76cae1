import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Decrypter,
  generateHybridIdentity,
  generateIdentity,
  identityToRecipient,
} from "age-encryption";
import test from "ava";
import { createCertificate } from "./support/certificates.ts";
import { databaseKinds, temporaryFolder } from "./support/databases.ts";
import { enrolling, innerFor, inOrder, KEYS } from "./support/enrolling.ts";
import { ask, askOpenssl } from "./support/installed.ts";
import { readCms } from "./support/read-cms.ts";
import {
  holder,
  openKek,
  openWrapped,
  parseDocument,
  zeroBlockCmac,
} from "./support/recipients.ts";
import type { Parsed } from "./support/service.ts";

const valuesOf = (bundle: Parsed): string[] =>
  bundle.meters
    .flatMap((meter: Parsed) => meter.keys.map((key: Parsed) => key.value))
    .sort(inOrder);

for (const kind of databaseKinds()) {
  test(`age: X25519 and hybrid, opened by age-encryption and by age itself (${kind})`, async (t) => {
    const e = await enrolling(t, kind);
    for (const generate of [generateIdentity, generateHybridIdentity]) {
      const identity = await generate();
      const recipient = await identityToRecipient(identity);
      const { file, added } = await innerFor(t, e, { age: recipient });
      const hash = createHash("sha256").update(recipient).digest("hex").slice(0, 32);
      t.is(added.fingerprint.replaceAll("-", "").toLowerCase(), hash);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      const bundle = JSON.parse(await decrypter.decrypt(file, "text"));
      t.like(bundle, { format: "meterseal-keys", version: 1, delivery: { to: "Clerk" } });
      t.deepEqual(valuesOf(bundle), KEYS);
      if (generate === generateIdentity) {
        const folder = temporaryFolder(t);
        writeFileSync(join(folder, "identity"), identity);
        writeFileSync(join(folder, "file.age"), file);
        const args = ["-d", "-i", join(folder, "identity"), join(folder, "file.age")];
        const text = (await ask(t, "age", args))?.toString("utf8");
        t.deepEqual(JSON.parse(text ?? JSON.stringify(bundle)), bundle);
      }
    }
  });
}

test("cms: RSA, P-256 and P-384, opened by OpenSSL", async (t) => {
  const e = await enrolling(t, "sqlite");
  for (const form of ["RSA-2048", "RSA-3072", "P-256", "P-384"] as const) {
    const owner = await holder(t, form);
    const { file, added } = await innerFor(t, e, { certificate: owner.certificate });
    t.is(added.warnings.length, form === "RSA-2048" ? 1 : 0);
    t.deepEqual(valuesOf(JSON.parse((await readCms(t, file, owner)).toString())), KEYS, form);
    const digits = owner.fingerprint.toUpperCase();
    t.is(added.fingerprint.replaceAll("-", ""), digits.slice(0, 32));
    const args = ["x509", "-in", owner.certificateFile, "-noout", "-fingerprint", "-sha256"];
    const shown = (await askOpenssl(t, ...args))?.toString("utf8").trim().split("=")[1];
    t.is(shown?.replaceAll(":", "") ?? digits, digits);
  }
});

test("rsa-oaep: a fresh KEK by RSA, each key by AES-KWP under it", async (t) => {
  const e = await enrolling(t, "sqlite");
  const owner = await createCertificate("RSA-3072");
  const first = await innerFor(t, e, { rsa: owner.publicKey });
  const document = parseDocument(first.file);
  t.like(document, { format: "meterseal-wrapped-keys", version: 1 });
  t.is(document.kek.algorithm, "RSA-OAEP-256");
  t.deepEqual(openWrapped(document, openKek(document, owner.privateKey)).sort(inOrder), KEYS);
  const second = parseDocument((await innerFor(t, e, { rsa: owner.publicKey })).file);
  t.notDeepEqual(openKek(second, owner.privateKey), openKek(document, owner.privateKey));
});

test("aes-kwp: a registered KEK is shown by its check value alone", async (t) => {
  const e = await enrolling(t, "sqlite");
  const kek = randomBytes(32);
  const { file, added } = await innerFor(t, e, { kek: kek.toString("hex") });
  const zero = join(temporaryFolder(t), "zero");
  writeFileSync(zero, new Uint8Array(16));
  const options = ["-cipher", "AES-256-CBC", "-macopt", `hexkey:${kek.toString("hex")}`];
  const mac = zeroBlockCmac(kek).toString("hex").toUpperCase();
  const shown = await askOpenssl(t, "mac", ...options, "-in", zero, "CMAC");
  t.is(shown?.toString("utf8").trim() ?? mac, mac);
  t.is(added.fingerprint.replaceAll("-", ""), mac);
  const document = parseDocument(file);
  t.is(document.kek.algorithm, "AES-256-KWP");
  t.deepEqual(openWrapped(document, kek).sort(inOrder), KEYS);
  const everything = JSON.stringify([
    await e.service.call("GET", "/v1/recipients", e.custodian),
    document,
  ]);
  t.false(everything.toLowerCase().includes(kek.toString("hex")));
  t.is((await e.add({ kek: randomBytes(16).toString("hex") })).body.code, "KEY_LENGTH");
});
