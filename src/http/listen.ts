/**
 * Binds an application to an address, with TLS where there is a certificate.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";

export interface Binding {
  readonly host: string;
  readonly port: number;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface Listening {
  readonly url: string;
  /** Takes no new connection, lets answers under way end, then cuts what is left. */
  close(): Promise<void>;
}

const GRACE_MS = 5000;

export async function listen(app: RequestListener, binding: Binding): Promise<Listening> {
  const { host, port, certFile, keyFile } = binding;
  const isTls = certFile !== undefined && keyFile !== undefined;
  const server: Server = isTls
    ? createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, app)
    : createServer(app);
  // Streams of frames last for days; headers do not.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${isTls ? "https" : "http"}://${name}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
