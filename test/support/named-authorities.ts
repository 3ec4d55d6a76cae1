/**
 * The authorities that a server names when it asks for a client's certificate.
 *
 * Node shows them nowhere, and TLS 1.3 encrypts them: a handshake of TLS 1.2 is listened to, in
 * which CertificateRequest ({@link https://www.rfc-editor.org/rfc/rfc5246 | RFC 5246 §7.4.4})
 * goes in clear.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { connect as connectTls } from "node:tls";
import { readDer, readMembers } from "./der.ts";

const HANDSHAKE = 22;
const CERTIFICATE_REQUEST = 13;

/** Distinguished names in DER, hex, in the server's order; empty when it names none. */
export async function namedAuthorities({ hostname, port }: URL, ca: Buffer): Promise<string[]> {
  const heard: Buffer[] = [];
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname);
    server.on("data", (chunk) => heard.push(chunk));
    pipeline(client, server, client, () => undefined);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const { port: relayed } = relay.address() as AddressInfo;
  const session = connectTls({ host: hostname, port: relayed, ca, maxVersion: "TLSv1.2" });
  await once(session, "secureConnect");
  session.destroy();
  relay.close();
  return certificateRequest(Buffer.concat(heard));
}

/** The subject of a certificate in DER, hex. */
export function subjectOf(pem: Buffer): string {
  const [outer] = readDer(new X509Certificate(pem).raw);
  const [signed] = readMembers(outer!);
  // Version, serial number, algorithm, issuer, validity, subject (RFC 5280 §4.1).
  return readMembers(signed!)[5]!.whole.toString("hex");
}

function certificateRequest(records: Buffer): string[] {
  const messages = handshakeMessages(records);
  for (let at = 0; at + 4 <= messages.length; ) {
    const body = messages.subarray(at + 4, at + 4 + messages.readUIntBE(at + 1, 3));
    if (messages[at] === CERTIFICATE_REQUEST) {
      const [, types] = takeVector(body, 1);
      const [, algorithms] = takeVector(types, 2);
      const [names] = takeVector(algorithms, 2);
      return distinguishedNames(names);
    }
    at += 4 + body.length;
  }
  throw new Error("TLS: expected a CertificateRequest");
}

function distinguishedNames(list: Buffer): string[] {
  const names: string[] = [];
  for (let rest = list; rest.length > 0; ) {
    const [name, after] = takeVector(rest, 2);
    names.push(name.toString("hex"));
    rest = after;
  }
  return names;
}

/** What handshake records carry, until the first that is none (RFC 5246 §6.2.1). */
function handshakeMessages(records: Buffer): Buffer {
  const fragments: Buffer[] = [];
  for (let rest = records; rest[0] === HANDSHAKE; ) {
    const [fragment, after] = takeVector(rest.subarray(3), 2);
    fragments.push(fragment);
    rest = after;
  }
  return Buffer.concat(fragments);
}

/** A vector behind its length (RFC 5246 §4.3), and the rest. */
function takeVector(octets: Buffer, lengthOctets: number): readonly [Buffer, Buffer] {
  const end = lengthOctets + octets.readUIntBE(0, lengthOctets);
  return [octets.subarray(lengthOctets, end), octets.subarray(end)];
}
