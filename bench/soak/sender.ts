/**
 * A decrypt request over one connection: sends as fast as the connection takes it, and says how
 * much that was.
 *
 * @module
 */
import { type ClientRequest, type IncomingMessage, request } from "node:http";

export interface Sender {
  readonly request: ClientRequest;
  /** The answer, once its first row is there; not flowing. */
  readonly response: Promise<IncomingMessage>;
  /** Bytes that the connection has taken: those on their way included. */
  readonly accepted: number;
  /** Resolves when more may be sent. */
  write(bytes: Buffer): Promise<void>;
}

/** Opens a request to where frames are decrypted, with a token that may have it done. */
export function openSender({
  url,
  token,
}: {
  readonly url: string;
  readonly token: string;
}): Sender {
  const sent = request(url, {
    method: "POST",
    agent: false,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
  // Who disconnects on purpose does not wait for an answer.
  response.catch(() => undefined);
  sent.on("error", () => undefined);
  let accepted = 0;
  let wake = (): void => undefined;
  sent.on("drain", () => wake());
  sent.on("close", () => wake());
  return {
    request: sent,
    response,
    get accepted() {
      return accepted;
    },
    async write(bytes) {
      const isReady = sent.write(bytes, (error) => {
        accepted += error ? 0 : bytes.length;
      });
      if (!isReady && !sent.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
