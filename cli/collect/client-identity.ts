/**
 * Reads the certificate and key by which a machine is known to the exchange.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { withCertificate } from "../../src/handover/collect/mutual-tls.ts";
import type { Send } from "../../src/handover/protocol/collect-body.ts";
import { Misuse } from "../errors.ts";
import { readText } from "../recipient-files.ts";

/** Null without a certificate. Checked before anything is claimed: the key must be its own. */
export async function readClientIdentity(
  certificateFile: string | undefined,
  keyFile: string | undefined,
): Promise<Send | null> {
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new Misuse("expected both --client-cert and --client-key, or none");
  }
  const certificate = await readText(certificateFile, "--client-cert");
  const key = await readText(keyFile, "--client-key");
  if (certificate === undefined || key === undefined) {
    return null;
  }
  if (!belong(certificate, key)) {
    throw new Misuse("--client-cert and --client-key: expected PEM files that belong together");
  }
  return withCertificate({ certificate, key });
}

function belong(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // No cause: a parser's message may quote what it read.
    return false;
  }
}
