/**
 * Posts with a client certificate: how a machine proves to the exchange that it is the one.
 *
 * `fetch` cannot show a certificate; the rest is the same: no redirect is followed, an answer
 * that breaks off is none, and what ends a request is silence.
 *
 * @module
 */
import { request } from "node:https";
import { answerMeter, type Send, type WireAnswer } from "../protocol/collect-body.ts";
import { HandoverError } from "../protocol/errors.ts";

const SILENCE_MS = 60_000;

/** A client certificate with its key, PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Makes the transport of a client with a certificate. */
export function withCertificate(identity: ClientIdentity): Send {
  return async (url, json) => {
    if (new URL(url).protocol !== "https:") {
      const detail = "a client certificate needs an exchange with TLS";
      throw new HandoverError("INSECURE_URL", detail);
    }
    try {
      return await post(url, json, identity);
    } catch (cause) {
      if (cause instanceof HandoverError) {
        throw cause;
      }
      throw new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer", { cause });
    }
  };
}

function post(url: string, json: string, identity: ClientIdentity): Promise<WireAnswer> {
  const { certificate: cert, key } = identity;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(json),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, cert, key, timeout: SILENCE_MS });
    sent.once("timeout", () => sent.destroy(new Error("silence")));
    sent.once("error", reject);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      const meter = answerMeter(url);
      response.on("data", (chunk: Buffer) => {
        try {
          meter(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          reject(error);
          sent.destroy();
        }
      });
      response.once("error", reject);
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.end(json);
  });
}
