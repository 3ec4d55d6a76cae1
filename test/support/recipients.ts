/**
 * Recipients for tests: key pairs and certificates by OpenSSL, and a second reading of each kind
 * of inner layer.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { constants, createPrivateKey, privateDecrypt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aeskwp } from "@noble/ciphers/aes.js";
import type { ExecutionContext } from "ava";
import { temporaryFolder } from "./databases.ts";

export type KeyForm = "rsa:2048" | "rsa:3072" | "rsa:1024" | "P-256" | "P-384" | "P-521";

export interface Holder {
  readonly folder: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  /** PEM. */
  readonly certificate: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Draws a key pair and a self-signed certificate. */
export function holder(t: ExecutionContext, form: KeyForm, days = 30): Holder {
  const folder = temporaryFolder(t);
  const keyFile = join(folder, "key.pem");
  const certificateFile = join(folder, "certificate.pem");
  const key = form.startsWith("rsa:")
    ? ["-newkey", form]
    : ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${form}`];
  const subject = ["-subj", "/C=DE/O=Stadtwerke Ü/CN=head-end"];
  const args = ["req", "-x509", ...key, "-nodes", "-utf8", "-days", String(days), ...subject];
  execFileSync("openssl", [...args, "-keyout", keyFile, "-out", certificateFile], {
    stdio: "ignore",
  });
  const publicKey = openssl("x509", "-in", certificateFile, "-pubkey", "-noout").toString();
  return {
    folder,
    keyFile,
    certificateFile,
    certificate: readFileSync(certificateFile, "utf8"),
    publicKey,
    privateKey: readFileSync(keyFile, "utf8"),
  };
}

/** Runs OpenSSL; answers its standard output. */
export function openssl(...args: readonly string[]): Buffer {
  return execFileSync("openssl", args, { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
}

/** Opens CMS as the holder would. */
export function openCms({ folder, keyFile, certificateFile }: Holder, file: Uint8Array): Buffer {
  const path = join(folder, "package.p7m");
  writeFileSync(path, file);
  const recipient = ["-recip", certificateFile, "-inkey", keyFile];
  return openssl("cms", "-decrypt", "-binary", "-inform", "DER", "-in", path, ...recipient);
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
