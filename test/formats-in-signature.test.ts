/**
 * Signed key files: whose signature counts, over what, and the ways to fake one.
 *
 * Files signed by a maker are not public: these are signed here, by openssl's keys.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { signatureCheck } from "../cli/import-signature.ts";
import { readKem } from "../src/handover/formats/kem/read.ts";
import { temporaryFolder } from "./support/databases.ts";
import { outcome } from "./support/found.ts";
import {
  canonicalInfo,
  derOf,
  ENVELOPED,
  EXCLUSIVE,
  encryptKem,
  INCLUSIVE,
  kem2Xml,
  makeIdentity,
  RSA_SHA256,
  type SigningOptions,
  signXml,
  signXmlByCurve,
} from "./support/key-files.ts";

const KEY = "FD83029839F59A18AB3D49013E0B33ED";
const XML = kem2Xml([{ serial: "76348799", key: KEY }]);
const EVIL = kem2Xml([{ serial: "66666666", key: KEY }]);

const rsa = makeIdentity("Keys of Maker", "rsa");
const ec = makeIdentity("Curves of Maker", "ec");

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
      subject: "CN=Keys of Maker, O=Maker",
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

test("openssl verifies what is called verified", async (t) => {
  const signed = signXml(XML, rsa);
  t.is((await read(signed)).signer?.fingerprint, rsa.fingerprint);
  const folder = temporaryFolder(t);
  const [info, value, key] = ["info", "value", "key.pem"].map((name) => join(folder, name));
  const [, text = ""] = /<SignatureValue>(.*)<\/SignatureValue>/s.exec(signed) ?? [];
  writeFileSync(info!, canonicalInfo(signed));
  writeFileSync(value!, Buffer.from(text, "base64"));
  const { publicKey } = new X509Certificate(rsa.certificate);
  writeFileSync(key!, publicKey.export({ type: "spki", format: "pem" }));
  const args = ["dgst", "-sha256", "-verify", key!, "-signature", value!, info!];
  t.regex(execFileSync("openssl", args, { encoding: "utf8" }), /Verified OK/);
});

const signature = (signed: string): string => /<Signature.*<\/Signature>/s.exec(signed)?.[0] ?? "";

const FAKES: Readonly<Record<string, readonly [() => string, string]>> = {
  "an altered meter": [
    () => signXml(XML, rsa).replace("76348799", "76348798"),
    "SIGNATURE_INVALID",
  ],
  "an added meter": [
    () => signXml(XML, rsa).replace("</Devices>", `${EVIL.slice(9, -10)}</Devices>`),
    "SIGNATURE_INVALID",
  ],
  "another's signature": [
    () => EVIL.replace("</Devices>", `${signature(signXml(XML, rsa))}</Devices>`),
    "SIGNATURE_INVALID",
  ],
  "another's certificate": [
    () => signXml(XML, rsa).replace(/(?<=<X509Certificate>).*(?=<\/X509C)/s, derOf(ec)),
    "SIGNATURE_INVALID",
  ],
  "no certificate of anybody": [
    () => signXml(XML, rsa).replace(/(?<=<X509Certificate>).*(?=<\/X509C)/s, "AAAA"),
    "SIGNATURE_UNSUPPORTED",
  ],
  // The signed document, whole and intact, is put where nobody reads it.
  "the signed document wrapped into another": [
    () => EVIL.replace("</Devices>", `<x>${signXml(XML, rsa)}</x></Devices>`),
    "SIGNATURE_UNSUPPORTED",
  ],
  "the signed part by Id beside another": [
    () => {
      const signed = signXml(XML, rsa, { isEmptyUri: false });
      const part = signed.replace(signature(signed), "");
      return EVIL.replace("</Devices>", `<x>${part}</x>${signature(signed)}</Devices>`);
    },
    "SIGNATURE_UNSUPPORTED",
  ],
  "two roots of one Id": [
    () => {
      const signed = signXml(XML, rsa, { isEmptyUri: false });
      const id = / Id="([^"]+)"/.exec(signed)?.[1] ?? "";
      const part = signed.replace(signature(signed), "");
      return EVIL.replace("<Devices>", `<Devices Id="${id}">`).replace(
        "</Devices>",
        `<x>${part}</x>${signature(signed)}</Devices>`,
      );
    },
    "SIGNATURE_INVALID",
  ],
  "a reference to a part": [
    () => signXml(XML, rsa, { isEmptyUri: false, xpath: "//*[local-name(.)='Device']" }),
    "SIGNATURE_UNSUPPORTED",
  ],
  "two signatures": [
    () => {
      const signed = signXml(XML, rsa);
      return signed.replace("</Devices>", `${signature(signed)}</Devices>`);
    },
    "SIGNATURE_UNSUPPORTED",
  ],
  "a signature of no namespace": [
    () => XML.replace("</Devices>", "<Signature/></Devices>"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "a signature that is empty": [
    () => signXml(XML, rsa).replace(/(?<=<Signature [^>]*>).*(?=<\/Signature>)/s, ""),
    "SIGNATURE_UNSUPPORTED",
  ],
  "two references": [
    () => signXml(XML, rsa).replace(/<Reference.*<\/Reference>/s, "$&$&"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "no reference": [
    () => signXml(XML, rsa).replace(/<Reference.*<\/Reference>/s, ""),
    "SIGNATURE_UNSUPPORTED",
  ],
  "a reference elsewhere": [
    () => signXml(XML, rsa).replace('URI=""', 'URI="http://127.0.0.1/"'),
    "SIGNATURE_UNSUPPORTED",
  ],
  "an object inside": [
    () => signXml(XML, rsa).replace("</Signature>", "<Object/></Signature>"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "SHA-1": [
    () => signXml(XML, rsa, { algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }),
    "SIGNATURE_UNSUPPORTED",
  ],
  "a digest by SHA-1": [
    () => signXml(XML, rsa, { digest: "http://www.w3.org/2000/09/xmldsig#sha1" }),
    "SIGNATURE_UNSUPPORTED",
  ],
  // The public key as the secret of an HMAC: whoever has the certificate could sign.
  HMAC: [
    () => signXml(XML, rsa).replace(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "XPath as a transform": [
    () => signXml(XML, rsa).replace(ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "XSLT as a transform": [
    () => signXml(XML, rsa).replace(EXCLUSIVE, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
    "SIGNATURE_UNSUPPORTED",
  ],
  "comments within the form": [
    () => signXml(XML, rsa).replaceAll(EXCLUSIVE, `${EXCLUSIVE}WithComments`),
    "SIGNATURE_UNSUPPORTED",
  ],
  "a second digest in a comment": [
    () => signXml(EVIL, rsa).replace(/<DigestValue>/, "<DigestValue><!--x-->/"),
    "SIGNATURE_INVALID",
  ],
};

for (const [name, [make, code]] of Object.entries(FAKES)) {
  test(`${name} is ${code}`, async (t) => {
    const error = await t.throwsAsync(read(make()), { code });
    t.notRegex(error?.message ?? "", /66666666|76348799|FD83|[A-Za-z0-9+/]{27}=/);
  });
}

test("a comment within a serial does not split it in two", async (t) => {
  const signed = signXml(XML, rsa).replace("76348799", "7634<!-- -->8799");
  // Comments are not signed over; what is read is the text that is.
  t.deepEqual((await read(signed)).meters, ["1 KAM-76348799"]);
});
