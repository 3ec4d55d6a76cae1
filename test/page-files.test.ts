import { randomBytes } from "node:crypto";
import { armor, Decrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import type { FormatId, FormatOptions } from "../src/handover/formats/contract.ts";
import { exportFormats } from "../src/handover/formats/formats.ts";
import type { OpenedPackage } from "../src/handover/protocol/package.ts";
import { makeFile } from "../src/web/collect/engine/files.ts";
import { listKeys } from "../src/web/collect/engine/key-list.ts";
import { createCertificate } from "./support/certificates.ts";
import { openCms } from "./support/open-cms.ts";
import { onThePage } from "./support/page.ts";

const PASSPHRASE = "Kælder horse battery";

onThePage("every form is written in the browser, under its policy (abuse 37)", async (t, zone) => {
  const visit = await zone.arrive();
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  const identity = await generateHybridIdentity();
  const owner = await createCertificate("RSA-2048");
  const options: Partial<Record<FormatId, FormatOptions>> = {
    age: { recipient: await identityToRecipient(identity) },
    cms: { certificate: owner.certificate },
    pskc: { kek: randomBytes(32).toString("hex") },
    kem: { passphrase: "1234567890abcdef" },
    kem2: { passphrase: "1234567890abcdef" },
  };
  const key = zone.x.sealer.secrets()["key"]?.toString("hex") ?? "?";
  for (const [format, { plaintext }] of exportFormats) {
    if (format === "gurux") {
      // The meters at hand speak wireless M-Bus: no meter is left for it.
      continue;
    }
    const { bytes, name, text } = await visit.save(format, options[format]);
    t.true(bytes.length > 0, name);
    t.regex(name, /^[A-Za-z0-9.-]+$/);
    t.true(plaintext || !text.toLowerCase().includes(key), format);
    if (format === "age") {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      t.true((await decrypter.decrypt(armor.decode(text), "text")).includes(key));
    } else if (format === "cms") {
      t.true(openCms(bytes, owner).toString("utf8").includes(key));
    }
  }
});

onThePage("a form that cannot be written says why, and the next one can", async (t, zone) => {
  const visit = await zone.arrive();
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  await visit.ask("gurux");
  await visit.status("can hold none of these meters");
  await visit.ask("age", { recipient: "age1nobody" });
  await visit.warns("not an age recipient");
  t.regex((await visit.save("json")).text, /meterseal-keys/);
});

onThePage(
  "without a connection the usual form is written, and another one waits for it",
  async (t, zone) => {
    const context = await zone.reader();
    const visit = await zone.visit(context);
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    await context.setOffline(true);
    t.regex((await visit.save("csv")).text, /76348799/, "the usual form needs no connection");
    const saved = visit.save("eddi24");
    await visit.status("No connection");
    await context.setOffline(false);
    t.regex((await saved).text, /76348799/, "by itself, as soon as there is one");
  },
);

const INNER: OpenedPackage = {
  manifest: {
    linkId: new Uint8Array(16),
    headerHash: new Uint8Array(32),
    reference: "../REF 1",
    customer: "cus_1",
    to: "Clerk",
    purpose: "order",
    createdAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-01-08T00:00:00.000Z",
    meters: 1,
    keys: 1,
    rowsHash: new Uint8Array(32),
    checkpoint: "",
    issuer: new Uint8Array(32),
  },
  content: {
    meters: [
      {
        address: "KAM-76348799",
        meter: "mtr_1",
        name: "Kæld",
        profile: "wmbus",
        manufacturer: "KAM",
        serial: "76348799",
        keys: [{ type: "mk", algorithm: "AES-128", keyVersion: 1, kcv: "0a0b0c" }],
      },
    ],
    inner: { kind: "age", recipient: "0000", file: Buffer.from(PASSPHRASE) },
  },
  packageHash: new Uint8Array(32),
  kcvHash: new Uint8Array(32),
  issuerFingerprint: "",
};

test("an enrolled recipient gets the file for its own key, byte for byte, and no other", async (t) => {
  const made = await makeFile(INNER, "inner", {});
  t.is(await made.file.text(), PASSPHRASE);
  t.is(made.fileName, "meterseal-REF-1.json.age");
  const asked = await makeFile(INNER, "csv", {});
  t.is(await asked.file.text(), PASSPHRASE);
  t.is(listKeys(INNER.content).value(0), null);
  t.is(listKeys(INNER.content).rows("KÆLD", 0, 10).total, 1);
});
