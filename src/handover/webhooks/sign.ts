/**
 * Signatures of Standard Webhooks (https://www.standardwebhooks.com, specification 1.0).
 *
 * `v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`, one signature per secret: while a
 * secret is exchanged for another, both sign.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/** The specification wants 24 to 64 bytes. */
const LENGTHS = { min: 24, max: 64 } as const;

/** Reads secrets, `whsec_` and base64, one per line; null when the text is no such list. */
export function parseWebhookSecrets(text: string): readonly Uint8Array[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const secrets = lines.map((line) => {
    const match = /^\s*whsec_([A-Za-z0-9+/]+={0,2})\s*$/.exec(line);
    return new Uint8Array(Buffer.from(match?.[1] ?? "", "base64"));
  });
  const fit = secrets.every(({ length }) => length >= LENGTHS.min && length <= LENGTHS.max);
  return secrets.length > 0 && fit ? secrets : null;
}

/** The three headers of a message; `at` is the time of this attempt. */
export function signWebhook(
  secrets: readonly Uint8Array[],
  id: string,
  at: Date,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
