/**
 * Links for a machine: only the client with the one certificate may claim and confirm.
 *
 * TLS has proven that the client holds the certificate's key; who issued it does not matter,
 * because its fingerprint came with the package, signed by the core. Believed is the connection
 * alone: behind a proxy that ends TLS nobody can collect such a link, and no header helps.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { Problem } from "../base/problem.ts";
import type { ExchangeContext } from "./context.ts";
import { provenMailbox } from "./mailbox.ts";
import { guarded } from "./store.ts";

/**
 * Refuses a client without the certificate that the link demands; changes and counts nothing, so
 * that whoever has link and PIN and no certificate cannot even lock it.
 *
 * @throws {@link Problem} 404 `LINK_UNKNOWN`, 403 `CLIENT_CERTIFICATE`, 503
 */
export async function demandCertificate(
  x: ExchangeContext,
  req: IncomingMessage,
  { linkId, authKey }: { readonly linkId: Uint8Array; readonly authKey: Uint8Array },
): Promise<void> {
  const row = await guarded(() => provenMailbox(x.db, linkId, authKey));
  const { client_certificate: demanded } = row;
  if (demanded === null) {
    return;
  }
  const shown = presented(req, x.now());
  if (shown === null || !timingSafeEqual(shown, demanded)) {
    const detail = "this link is for a machine: show its certificate";
    throw new Problem(403, "CLIENT_CERTIFICATE", detail);
  }
}

/** SHA-256 of the certificate on this connection; null without one, or out of its time. */
function presented({ socket }: IncomingMessage, now: Date): Uint8Array | null {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) {
    return null;
  }
  const isValid = Date.parse(certificate.validFrom) <= now.getTime();
  const isOver = Date.parse(certificate.validTo) <= now.getTime();
  return isValid && !isOver ? createHash("sha256").update(certificate.raw).digest() : null;
}
