/**
 * Recipients for tests: their keys and certificates as files, and a second reading of documents
 * of wrapped keys.
 *
 * @module
 */
import { constants, createCipheriv, createPrivateKey, privateDecrypt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aeskwp } from "@noble/ciphers/aes.js";
import type { ExecutionContext } from "ava";
import { createCertificate, type KeyForm, type TestCertificate } from "./certificates.ts";
import { temporaryFolder } from "./databases.ts";

export interface Holder extends TestCertificate {
  readonly folder: string;
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** Draws a key pair with its certificate, and keeps both as files. */
export async function holder(t: ExecutionContext, form: KeyForm): Promise<Holder> {
  const folder = temporaryFolder(t);
  const made = await createCertificate(form);
  const keyFile = join(folder, "key.pem");
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(keyFile, made.privateKey);
  writeFileSync(certificateFile, made.certificate);
  return { ...made, folder, keyFile, certificateFile };
}

interface WrappedDocument {
  readonly format: string;
  readonly version: number;
  readonly kek: { readonly algorithm: string; readonly value?: string; readonly recipient: string };
  readonly meters: readonly {
    readonly address: string;
    readonly keys: readonly { readonly wrapped: string; readonly kcv: string }[];
  }[];
}

/** Opens a document of wrapped keys; answers the keys in hex. */
export function openWrapped(document: WrappedDocument, kek: Uint8Array): string[] {
  return document.meters.flatMap(({ keys }) =>
    keys.map(({ wrapped }) =>
      Buffer.from(aeskwp(kek).decrypt(Buffer.from(wrapped, "hex"))).toString("hex"),
    ),
  );
}

/** Opens the KEK of such a document with an RSA key. */
export function openKek(document: WrappedDocument, privateKey: string): Uint8Array {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const key = createPrivateKey(privateKey);
  const value = Buffer.from(document.kek.value ?? "", "base64url");
  return privateDecrypt({ key, padding, oaepHash: "sha256" }, value);
}

/** Members that have the same names in every test. */
export function parseDocument(file: Uint8Array): WrappedDocument {
  return JSON.parse(Buffer.from(file).toString("utf8")) as WrappedDocument;
}

/** AES-CMAC of one block of zeros (NIST SP 800-38B §6.2), from the block cipher alone. */
export function zeroBlockCmac(key: Uint8Array): Buffer {
  const encrypt = (block: Uint8Array): Buffer => {
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(block), cipher.final()]);
  };
  const l = BigInt(`0x${encrypt(Buffer.alloc(16)).toString("hex")}`);
  // §6.1: K1 = L << 1, and R128 added when a bit falls out. The block before it is zero.
  const k1 = BigInt.asUintN(128, l << 1n) ^ (l >> 127n === 1n ? 0x87n : 0n);
  return encrypt(Buffer.from(k1.toString(16).padStart(32, "0"), "hex"));
}
