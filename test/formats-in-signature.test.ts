/**
 * Signed key files: whose signature counts, over what, and the ways to fake one.
 *
 * Files signed by a maker are not public: these are signed here, with keys made here.
 *
 * @module
 */
import { verify, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { signatureCheck } from "../cli/import/signature.ts";
import { readKem } from "../src/handover/formats/kem/read.ts";
import { createCertificate } from "./support/certificates.ts";
import { temporaryFolder } from "./support/databases.ts";
import { outcome } from "./support/found.ts";
import { askOpenssl } from "./support/installed.ts";
import {
  canonicalInfo,
  ENVELOPED,
  EXCLUSIVE,
  encryptKem,
  INCLUSIVE,
  kem2Xml,
  type SigningOptions,
  signXml,
  signXmlByCurve,
} from "./support/key-files.ts";

const KEY = "FD83029839F59A18AB3D49013E0B33ED";
const XML = kem2Xml([{ serial: "76348799", key: KEY }]);

const rsa = await createCertificate("RSA-2048", { commonName: "Keys of Maker" });
const ec = await createCertificate("P-256", { commonName: "Curves of Maker" });

async function read(xml: string, fingerprint?: string) {
  const pinned = fingerprint === undefined ? null : { fingerprint, certificate: null };
  const file = await readKem(Buffer.from(xml), {
    passphrase: async () => "12345",
    checkSignature: signatureCheck(pinned),
  });
  return { signer: file.signer, meters: [...file.meters].map(outcome) };
}

const ACCEPTED: Readonly<Record<string, SigningOptions>> = {
  "exclusive canonical form": {},
  "inclusive canonical form": {
    transforms: [ENVELOPED, INCLUSIVE],
    canonicalization: INCLUSIVE,
  },
  "SHA-512": {
    algorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    digest: "http://www.w3.org/2001/04/xmlenc#sha512",
  },
  "a reference by the root's Id": { isEmptyUri: false },
};

for (const [name, options] of Object.entries(ACCEPTED)) {
  test(`a signature with ${name} is verified and its signer shown`, async (t) => {
    const signed = signXml(XML, rsa, options);
    const { signer, meters } = await read(signed);
    t.deepEqual(meters, ["1 KAM-76348799"]);
    t.deepEqual(signer, {
      subject: "CN=Keys of Maker",
      fingerprint: rsa.fingerprint,
      pinned: false,
    });
    t.true((await read(signed, rsa.fingerprint)).signer?.pinned);
    await t.throwsAsync(read(signed, ec.fingerprint), { code: "SIGNER_MISMATCH" });
  });
}

test("what the maker's .NET leaves out, the last transform, is inclusive canonical form", async (t) => {
  // XMLDSIG core §4.4.3.2: without one, octets are made by Canonical XML 1.0.
  const xml = signXml(XML, rsa, { transforms: [ENVELOPED] });
  t.deepEqual((await read(xml)).meters, ["1 KAM-76348799"]);
});

test("line ends, prefixes and namespaces change nothing that was signed", async (t) => {
  const named = XML.replace(
    "<Devices>",
    '<m:Devices xmlns:m="urn:m" xmlns="urn:d" xmlns:z="urn:z">',
  )
    .replace("</Devices>", "</m:Devices>")
    .replaceAll("><", ">\n<");
  for (const form of [EXCLUSIVE, INCLUSIVE]) {
    for (const canonicalization of [EXCLUSIVE, INCLUSIVE]) {
      const signed = signXml(named, rsa, { transforms: [ENVELOPED, form], canonicalization });
      // XML 1.0 §2.11: a program sees every line end as one line feed.
      for (const file of [signed, signed.replaceAll("\n", "\r\n")]) {
        t.deepEqual((await read(file)).meters, ["1 KAM-76348799"]);
      }
    }
  }
});

test("the signature may be in the encrypted document or in the opened one", async (t) => {
  const sealed = encryptKem(XML, "12345").replace(/<\?.*?\?>/, "");
  for (const xml of [signXml(sealed, rsa), encryptKem(signXml(XML, rsa), "12345")]) {
    const { signer, meters } = await read(xml);
    t.is(signer?.fingerprint, rsa.fingerprint);
    t.deepEqual(meters, ["1 KAM-76348799"]);
  }
});

test("ECDSA signatures are verified, too", async (t) => {
  const signed = signXmlByCurve(XML, rsa, ec);
  const { signer } = await read(signed);
  t.is(signer?.fingerprint, ec.fingerprint);
  await t.throwsAsync(read(signed.replace("76348799", "76348798")), { code: "SIGNATURE_INVALID" });
});

test("a certificate that the file does not bring is the one of --signer", async (t) => {
  const signed = signXml(XML, rsa, { withCertificate: false });
  await t.throwsAsync(read(signed), { code: "SIGNATURE_UNSUPPORTED" });
  const certificate = new X509Certificate(rsa.certificate);
  const check = signatureCheck({ fingerprint: rsa.fingerprint, certificate });
  t.true(check(signed)?.signer.pinned);
  const other = { fingerprint: ec.fingerprint, certificate: new X509Certificate(ec.certificate) };
  t.throws(() => signatureCheck(other)(signed), { code: "SIGNATURE_INVALID" });
});

test("node:crypto by itself verifies what is called verified, and so does openssl", async (t) => {
  const signed = signXml(XML, rsa);
  t.is((await read(signed)).signer?.fingerprint, rsa.fingerprint);
  const folder = temporaryFolder(t);
  const [info, value, key] = ["info", "value", "key.pem"].map((name) => join(folder, name));
  const [, text = ""] = /<SignatureValue>(.*)<\/SignatureValue>/s.exec(signed) ?? [];
  const { publicKey } = new X509Certificate(rsa.certificate);
  const octets = Buffer.from(canonicalInfo(signed));
  t.true(verify("sha256", octets, publicKey, Buffer.from(text, "base64")));
  writeFileSync(info!, octets);
  writeFileSync(value!, Buffer.from(text, "base64"));
  writeFileSync(key!, publicKey.export({ type: "spki", format: "pem" }));
  const args = ["dgst", "-sha256", "-verify", key!, "-signature", value!, info!];
  const said = (await askOpenssl(t, ...args))?.toString("utf8");
  t.is(said?.trim() ?? "Verified OK", "Verified OK");
});

test("a comment within a serial does not split it in two", async (t) => {
  const signed = signXml(XML, rsa).replace("76348799", "7634<!-- -->8799");
  // Comments are not signed over; what is read is the text that is.
  t.deepEqual((await read(signed)).meters, ["1 KAM-76348799"]);
});
