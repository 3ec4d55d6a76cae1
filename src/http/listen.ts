/**
 * Binds an application to an address, with TLS where there is a certificate.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";

export interface Binding {
  readonly host: string;
  readonly port: number;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Lets a machine show a certificate; asks nobody for one that has none. */
  readonly takesClientCertificates?: boolean;
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
    ? createTlsServer(tlsOptions(certFile, keyFile, binding), app)
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

function tlsOptions(
  certFile: string,
  keyFile: string,
  { takesClientCertificates = false }: Binding,
): ServerOptions {
  const cert = readFileSync(certFile);
  const own = { cert, key: readFileSync(keyFile) };
  // Any certificate may come; the routes compare its fingerprint. A browser picks by the issuers
  // that the server names (RFC 8446 §4.2.4), and nothing is issued by the server's own leaf: so no
  // browser asks its user which certificate to show.
  return takesClientCertificates
    ? {
        ...own,
        requestCert: true,
        rejectUnauthorized: false,
        ca: new X509Certificate(cert).toString(),
      }
    : own;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
