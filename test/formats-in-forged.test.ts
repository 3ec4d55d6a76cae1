/**
 * The ways to fake a signed key file: altered, wrapped, weakened, signed by somebody else.
 *
 * @module
 */
import test from "ava";
import { signatureCheck } from "../cli/import/signature.ts";
import { readKem } from "../src/handover/formats/kem/read.ts";
import { createCertificate } from "./support/certificates.ts";
import { derOf, ENVELOPED, EXCLUSIVE, kem2Xml, RSA_SHA256, signXml } from "./support/key-files.ts";

const KEY = "FD83029839F59A18AB3D49013E0B33ED";
const XML = kem2Xml([{ serial: "76348799", key: KEY }]);
const EVIL = kem2Xml([{ serial: "66666666", key: KEY }]);

const rsa = await createCertificate("RSA-2048", { commonName: "Keys of Maker" });
const ec = await createCertificate("P-256", { commonName: "Curves of Maker" });

async function read(xml: string): Promise<unknown[]> {
  const file = await readKem(Buffer.from(xml), {
    passphrase: async () => "",
    checkSignature: signatureCheck(null),
  });
  return [...file.meters];
}

test("what is faked below is good before it is faked", async (t) => {
  t.is((await read(signXml(XML, rsa))).length, 1);
  t.is((await read(signXml(XML, rsa, { isEmptyUri: false }))).length, 1);
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
