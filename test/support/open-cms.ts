/**
 * Opens CMS AuthEnvelopedData with node:crypto: RFC 5083 and RFC 5753 read a second time, from the
 * bytes.
 *
 * @module
 */
import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  privateDecrypt,
} from "node:crypto";

interface Node {
  readonly tag: number;
  readonly body: Buffer;
  readonly whole: Buffer;
}

/** The content, or an exception. */
export function openCms(file: Uint8Array, privateKeyPem: string): Buffer {
  const [type, content] = children(Buffer.from(file));
  expect(hex(type) === "2a864886f70d0109100117", "authEnvelopedData");
  const [authEnveloped] = nodes(content!.body);
  const [version, recipients, encrypted, mac] = nodes(authEnveloped!.body);
  expect(hex(version) === "00", "version 0");
  const [recipient] = nodes(recipients!.body);
  const contentKey =
    recipient!.tag === 0x30
      ? openTransport(recipient!, privateKeyPem)
      : openAgreement(recipient!, privateKeyPem);
  const [, algorithm, ciphertext] = nodes(encrypted!.body);
  const [oid, parameters] = nodes(algorithm!.body);
  expect(hex(oid) === "60864801650304012e", "aes256-GCM");
  const [nonce] = nodes(parameters!.body);
  const cipher = createDecipheriv("aes-256-gcm", contentKey, nonce!.body);
  cipher.setAuthTag(mac!.body);
  return Buffer.concat([cipher.update(ciphertext!.body), cipher.final()]);
}

function openTransport(recipient: Node, privateKeyPem: string): Buffer {
  const [, , , encryptedKey] = nodes(recipient.body);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt({ key: privateKeyPem, padding, oaepHash: "sha256" }, encryptedKey!.body);
}

function openAgreement(recipient: Node, privateKeyPem: string): Buffer {
  const [version, originator, algorithm, keys] = nodes(recipient.body);
  expect(hex(version) === "03", "version 3");
  const [scheme] = nodes(algorithm!.body);
  const hash = { "2b8104010b01": "sha256", "2b8104010b02": "sha384" }[hex(scheme)];
  // The originator's key is an SPKI but for its tag.
  const spki = Buffer.from(nodes(originator!.body)[0]!.whole);
  spki[0] = 0x30;
  const shared = diffieHellman({
    privateKey: createPrivateKey(privateKeyPem),
    publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }),
  });
  // SEQUENCE { { id-aes256-wrap }, [2] { OCTET STRING 00000100 } }
  const info = Buffer.from("3015300b060960864801650304012da206040400000100", "hex");
  const kek = createHash(hash ?? "")
    .update(Buffer.concat([shared, Buffer.of(0, 0, 0, 1), info]))
    .digest()
    .subarray(0, 32);
  const wrapped = nodes(nodes(keys!.body)[0]!.body)[1]!.body;
  const cipher = createDecipheriv("id-aes256-wrap", kek, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(wrapped), cipher.final()]);
}

function children(der: Buffer): Node[] {
  return nodes(nodes(der)[0]!.body);
}

/** DER, one after the other (X.690 §8.1). */
function nodes(der: Buffer): Node[] {
  const found: Node[] = [];
  for (let at = 0; at < der.length; ) {
    const first = der[at + 1]!;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const length = extra === 0 ? first : der.readUIntBE(at + 2, extra);
    const begin = at + 2 + extra;
    const end = begin + length;
    found.push({ tag: der[at]!, body: der.subarray(begin, end), whole: der.subarray(at, end) });
    at = end;
  }
  return found;
}

function hex(node: Node | undefined): string {
  return node?.body.toString("hex") ?? "";
}

function expect(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`CMS: expected ${what}`);
  }
}
