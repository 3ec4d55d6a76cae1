/**
 * The receipt: what the claimer signs once it has opened and stored a package.
 *
 * It travels and is hashed as its exact bytes. It proves that the package was opened by the
 * claimer of the link, not who that was.
 *
 * @module
 */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "./base64url.ts";
import { HandoverError } from "./errors.ts";
import type { PlatformKey } from "./share.ts";

const CONTEXT = utf8ToBytes("meterseal/mkx1/receipt\n");
const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

export interface Receipt {
  readonly reference: string;
  /** SHA-256 of the package plaintext. */
  readonly packageHash: Uint8Array;
  /** SHA-256 over the key check values in package order. */
  readonly kcvHash: Uint8Array;
  readonly at: string;
  readonly name: string;
}

/** Writes the receipt's bytes. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  return utf8ToBytes(
    JSON.stringify({
      v: 1,
      reference: receipt.reference,
      packageHash: toBase64url(receipt.packageHash),
      kcvHash: toBase64url(receipt.kcvHash),
      at: receipt.at,
      name: receipt.name,
    }),
  );
}

/** Signs receipt bytes: ECDSA P-256 with SHA-256, 64 bytes r ‖ s. */
export async function signReceipt(key: PlatformKey, receipt: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, key, signed(receipt)));
}

/** Tells whether `sigPk` signed these receipt bytes. */
export async function verifyReceiptSignature(
  sigPk: Uint8Array,
  receipt: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(sigPk), ECDSA, true, ["verify"]);
  return await crypto.subtle.verify(SIGNATURE, key, Uint8Array.from(signature), signed(receipt));
}

/**
 * Checks that receipt bytes name this delivery.
 *
 * @throws {@link HandoverError} `RECEIPT_INVALID`
 */
export function checkReceipt(
  bytes: Uint8Array,
  expected: Pick<Receipt, "reference" | "packageHash" | "kcvHash">,
): void {
  const receipt = parseObject(bytes);
  const fits =
    receipt?.["v"] === 1 &&
    receipt["reference"] === expected.reference &&
    receipt["packageHash"] === toBase64url(expected.packageHash) &&
    receipt["kcvHash"] === toBase64url(expected.kcvHash);
  if (!fits) {
    throw new HandoverError("RECEIPT_INVALID", "receipt: does not name this delivery");
  }
}

function signed(receipt: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(concatBytes(CONTEXT, receipt));
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
