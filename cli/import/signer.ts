/**
 * `--signer`: whose signature a file must bear, by fingerprint or by certificate.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Signer } from "../../src/handover/formats/read-contract.ts";
import { Misuse, Refusal } from "../errors.ts";
import { fingerprintOf, type PinnedSigner } from "./signature.ts";

/** Reads a SHA-256 fingerprint, or the certificate in a file (PEM or DER). */
export async function parseSigner(text: string | undefined): Promise<PinnedSigner | null> {
  if (text === undefined) {
    return null;
  }
  const hex = text.replace(/[:\s]/g, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) {
    return { fingerprint: hex, certificate: null };
  }
  try {
    const certificate = new X509Certificate(await readFile(text));
    return { fingerprint: fingerprintOf(certificate), certificate };
  } catch {
    throw new Misuse("--signer: expected the SHA-256 of a certificate in hex, or its file");
  }
}

/** @throws {@link Refusal} `SIGNER_MISMATCH` when somebody was pinned and nobody signed. */
export function demandSigner(signer: Signer | null, pinned: PinnedSigner | null): void {
  if (pinned !== null && signer === null) {
    throw new Refusal("SIGNER_MISMATCH", "the file is not signed, and --signer names a signer");
  }
}

/** What is said of a file's signer, line by line. */
export function describeSigner(signer: Signer | null): string[] {
  if (signer === null) {
    return ["the file is not signed: nothing shows who made it, or that it is unchanged"];
  }
  const { subject, fingerprint, pinned } = signer;
  return pinned
    ? [`signed by ${subject}, as pinned`]
    : [
        `signed by ${subject}`,
        `SHA-256 ${fingerprint}`,
        "compare this with what the maker publishes, and pin it by --signer",
      ];
}
