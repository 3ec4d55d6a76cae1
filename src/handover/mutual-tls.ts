/**
 * Posts with a client certificate: how a machine proves to the exchange that it is the one.
 *
 * `fetch` cannot show a certificate; the rest is the same: no redirect is followed, an answer
 * that breaks off is none.
 *
 * @module
 */
import { request } from "node:https";
import type { Send } from "./collect-client.ts";
import { HandoverError } from "./protocol/errors.ts";

/** A client certificate with its key, PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Makes the transport of a client with a certificate. */
export function withCertificate({ certificate, key }: ClientIdentity): Send {
  return (url, body, timeoutMs) => {
    if (new URL(url).protocol !== "https:") {
      const detail = "a client certificate needs an exchange with TLS";
      return Promise.reject(new HandoverError("INSECURE_URL", detail));
    }
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      };
      const options = { method: "POST", headers, cert: certificate, key, signal };
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
  };
}
