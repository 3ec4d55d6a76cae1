/**
 * The body of the push to the exchange, fixed before it is stored: a retry must be the same to
 * the byte.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { SealedPackage } from "../../../keystore/index.ts";

/** Ends on a whole group of base64, so that slices join without a seam. */
const SLICE = 3 * 256 * 1024;

/**
 * Writes the body. A package may have tens of megabytes: its text needs no escaping, so it is
 * written in slices, between which the thread answers others.
 */
export async function putBody(
  sealed: SealedPackage,
  expiresAt: string,
  windowSeconds: number,
  clientCertificate: Uint8Array | null,
): Promise<Buffer> {
  const header = JSON.stringify({ v: 1, header: text(sealed.header) }).slice(0, -1);
  const before = `${header},"ciphertext":"`;
  const rest = JSON.stringify({
    share: text(sealed.share),
    authHash: text(sealed.authHash),
    pinHash: text(sealed.pinHash),
    receiptHash: text(sealed.receiptHash),
    expiresAt,
    windowSeconds,
    ...(clientCertificate === null ? {} : { clientCertificate: text(clientCertificate) }),
  });
  const after = `",${rest.slice(1)}`;
  const { ciphertext } = sealed;
  const symbols = Math.ceil((ciphertext.length * 4) / 3);
  const body = Buffer.alloc(before.length + symbols + after.length);
  let at = body.write(before, "latin1");
  for (let from = 0; from < ciphertext.length; from += SLICE) {
    at += body.write(text(ciphertext.subarray(from, from + SLICE)), at, "latin1");
    await setImmediate();
  }
  body.write(after, at, "latin1");
  return body;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}
