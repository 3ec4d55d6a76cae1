/**
 * Files for one reader alone: age and CMS, opened by us and by the programs that people have.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  armor,
  Decrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import test, { type ExecutionContext } from "ava";
import { type CertificateChange, createCertificate } from "./support/certificates.ts";
import { temporaryFolder } from "./support/databases.ts";
import { ask } from "./support/installed.ts";
import {
  keyBundle,
  packageMeter,
  refusesOption,
  TEST_KEY,
  textAs,
  writeAs,
} from "./support/key-bundle.ts";
import { readCms, refusesCms } from "./support/read-cms.ts";

const bundle = keyBundle(packageMeter("KAM-01234567/1B/16", { name: "Kælder Süd" }));
const plain = `${JSON.stringify(bundle)}\n`;
const PASSPHRASE = "Kælder horse battery";

test("age to an X25519 recipient: armored, opened by age", async (t) => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = await writeAs("age", bundle, { recipient: ` ${recipient}\n` });
  t.is(file.fileName, "meterseal-REF-7K3Q-9D.json.age");
  const text = Buffer.from(file.bytes).toString("latin1");
  t.regex(text, /^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  t.is(await decrypter.decrypt(armor.decode(text), "text"), plain);

  const folder = temporaryFolder(t);
  await writeFile(join(folder, "keys.age"), file.bytes);
  await writeFile(join(folder, "identity"), `${identity}\n`);
  const args = ["-d", "-i", join(folder, "identity"), join(folder, "keys.age")];
  t.is((await ask(t, "age", args))?.toString("utf8") ?? plain, plain);
});

test("age to a hybrid recipient, and under a passphrase", async (t) => {
  const identity = await generateHybridIdentity();
  const recipient = await identityToRecipient(identity);
  t.true(recipient.startsWith("age1pq1"));
  const hybrid = new Decrypter();
  hybrid.addIdentity(identity);
  const one = armor.decode(await textAs("age", bundle, { recipient }));
  t.is(await hybrid.decrypt(one, "text"), plain);

  const scrypt = new Decrypter();
  scrypt.addPassphrase(PASSPHRASE);
  const two = armor.decode(await textAs("age", bundle, { passphrase: PASSPHRASE }));
  t.is(await scrypt.decrypt(two, "text"), plain);
  t.regex(Buffer.from(two).toString("latin1"), /\n-> scrypt \S+ 18\n/);
});

test("age: what is no recipient is refused and not repeated", async (t) => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  for (const options of [
    {},
    { recipient: "" },
    { recipient: identity },
    { recipient: recipient.slice(0, -1) },
    { recipient: recipient.replace(/.$/, (c) => (c === "q" ? "p" : "q")) },
    { recipient: recipient.replace("age1", "age1pq1") },
    { recipient: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample" },
    { passphrase: "elevenchars" },
    { recipient, passphrase: PASSPHRASE },
  ]) {
    await refusesOption(t, "age", options);
  }
});

async function opensAll(t: ExecutionContext, form: "RSA-2048" | "P-256" | "P-384") {
  const owner = await createCertificate(form);
  const { certificate } = owner;
  const file = await writeAs("cms", bundle, { certificate });
  t.is(file.fileName, "meterseal-REF-7K3Q-9D.json.p7m");
  t.is((await readCms(t, file.bytes, owner)).toString("utf8"), plain);
  t.false(Buffer.from(file.bytes).toString("latin1").includes(TEST_KEY));
}

test("CMS to RSA: RFC 4055 OAEP with SHA-256, opened by OpenSSL", (t) => opensAll(t, "RSA-2048"));
test("CMS to P-256: RFC 5753 ECDH with SHA-256, opened by OpenSSL", (t) => opensAll(t, "P-256"));
test("CMS to P-384: RFC 5753 ECDH with SHA-384, opened by OpenSSL", (t) => opensAll(t, "P-384"));

test("RFC 5083: a changed CMS file does not open", async (t) => {
  const owner = await createCertificate("P-256");
  const { bytes } = await writeAs("cms", bundle, { certificate: owner.certificate });
  t.is((await readCms(t, bytes, owner)).toString("utf8"), plain);
  for (const fromEnd of [1, 20, 100]) {
    const changed = Uint8Array.from(bytes);
    const at = changed.length - fromEnd;
    changed[at] = (changed[at] ?? 0) ^ 1;
    await refusesCms(t, changed, owner, `${fromEnd} from the end`);
  }
});

const yesterday = new Date(Date.now() - 86_400_000);
const tomorrow = new Date(Date.now() + 86_400_000);

test("CMS: a certificate must be one, in force, for encryption and strong enough", async (t) => {
  const good = await createCertificate("P-256", { keyUsage: 0x08 });
  t.truthy(await writeAs("cms", bundle, { certificate: `bag attributes\n${good.certificate}` }));
  const bad: readonly (readonly [Parameters<typeof createCertificate>[0], CertificateChange])[] = [
    ["P-256", { notAfter: yesterday, notBefore: new Date(0) }],
    ["P-256", { notBefore: tomorrow }],
    ["P-256", { keyUsage: 0x80 }],
    ["RSA-2048", { keyUsage: 0x80 }],
    ["RSA-1024", {}],
    ["P-521", {}],
  ];
  for (const [name, change] of bad) {
    const { certificate } = await createCertificate(name, change);
    await refusesOption(t, "cms", { certificate });
  }
  const cut = good.certificate.replace(/\n.{64}\n/, "\n");
  for (const certificate of [
    "",
    "hello",
    good.privateKey,
    good.certificate + good.certificate,
    good.certificate + good.privateKey,
    cut,
    "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n",
  ]) {
    await refusesOption(t, "cms", { certificate });
  }
  await refusesOption(t, "cms", {});
});
