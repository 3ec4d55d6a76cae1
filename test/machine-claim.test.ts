import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { generateClaimKeys } from "../src/handover/protocol/claim-keys.ts";
import { deriveLink } from "../src/handover/protocol/derive.ts";
import { createCertificate } from "./support/certificates.ts";
import { meterseal } from "./support/command.ts";
import { enrolling, KEYS } from "./support/enrolling.ts";
import { askOpenssl } from "./support/installed.ts";
import { namedAuthorities, subjectOf } from "./support/named-authorities.ts";
import { readCms } from "./support/read-cms.ts";
import { type Holder, holder } from "./support/recipients.ts";

/** A server certificate for 127.0.0.1 that is its own authority. */
async function serverCertificate(folder: string) {
  const change = { commonName: "exchange", host: "127.0.0.1" };
  const { certificate, privateKey } = await createCertificate("P-256", change);
  const tls = { tlsCertFile: join(folder, "tls.pem"), tlsKeyFile: join(folder, "tls.key") };
  await writeFile(tls.tlsCertFile, certificate);
  await writeFile(tls.tlsKeyFile, privateKey);
  return tls;
}

async function machineLink(t: ExecutionContext) {
  const machine = await holder(t, "P-256");
  const other = await holder(t, "P-256");
  const tls = await serverCertificate(machine.folder);
  // For the programs in this process: fetch reads its authorities when Node starts.
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  const e = await enrolling(t, "sqlite", tls);
  const added = (
    await e.add({ certificate: machine.certificate, clientCertificate: machine.certificate })
  ).body;
  await e.confirm(added.id, added.fingerprint);
  const { link, pin } = (await e.link(added.id)).body;
  return { e, machine, other, tls, link: link as string, pin: pin as string };
}

test.serial(
  "only the machine with the certificate collects, and its PIN is asked all the same",
  async (t) => {
    const { machine, other, tls, link, pin } = await machineLink(t);
    const env = { NODE_EXTRA_CA_CERTS: tls.tlsCertFile };
    const out = join(machine.folder, "keys.p7m");
    const collect = (typed: string, who: Holder | null) => {
      const shown =
        who === null ? [] : ["--client-cert", who.certificateFile, "--client-key", who.keyFile];
      const args = ["link", "collect", link, "--pin", "-", "--out", out, ...shown];
      return meterseal(args, { env, input: `${typed}\n` });
    };
    for (const who of [null, other]) {
      for (const typed of [pin, "0000-0000-0", pin]) {
        const ended = await collect(typed, who);
        t.is(ended.status, 1);
        t.regex(ended.stderr, /\(CLIENT_CERTIFICATE\)/);
      }
    }
    const wrong = await collect("0000-0000-0", machine);
    t.regex(wrong.stderr, /tries left: 4 \(PIN_WRONG\)/, "none of the six has cost a try");
    const ended = await collect(pin, machine);
    t.is(ended.status, 0, ended.stderr);
    t.regex(ended.stderr, /openssl cms -decrypt/);
    const bundle = JSON.parse((await readCms(t, await readFile(out), machine)).toString());
    t.is(bundle.meters.flatMap(({ keys }: { keys: unknown[] }) => keys).length, KEYS.length);
  },
);

test.serial("the exchange takes a certificate and no header's word for one", async (t) => {
  const { e, machine, other, tls, link } = await machineLink(t);
  const { host, origin, protocol } = new URL(e.service.exchange);
  t.is(protocol, "https:");
  const ca = await readFile(tls.tlsCertFile);
  const { linkId, authKey } = deriveLink(Buffer.from(link.slice(-43), "base64url"));
  const proof = { linkId: toBase64url(linkId), authKey: toBase64url(authKey) };
  const keys = await generateClaimKeys(false);
  const claim = { ...proof, pk: toBase64url(keys.pk), sigPk: toBase64url(keys.sigPk) };
  const random = (length: number) => randomBytes(length).toString("base64url");
  const bodies = {
    claim: { ...claim, pinProof: random(32) },
    confirm: { ...proof, receipt: random(9), sig: random(64), receiptProof: random(32) },
  };
  const post = (route: keyof typeof bodies, options: RequestOptions, headers = {}) =>
    send(`${origin}/x/${route}`, { ca, ...options, headers }, JSON.stringify(bodies[route]));
  const shown = { cert: machine.certificate, key: machine.privateKey };
  const pem = encodeURIComponent(machine.certificate);
  const forged = { "x-client-cert": pem, "x-forwarded-client-cert": pem, "ssl-client-cert": pem };
  for (const route of ["claim", "confirm"] as const) {
    t.is((await post(route, {}, forged)).code, "CLIENT_CERTIFICATE");
    t.is((await post(route, { cert: other.certificate, key: other.privateKey })).status, 403);
  }
  t.is((await post("claim", shown)).code, "PIN_WRONG");
  t.is((await post("confirm", shown)).code, "LINK_OPEN");
  const unknown = JSON.stringify({ ...bodies.claim, authKey: random(32) });
  t.is((await send(`${origin}/x/claim`, { ca }, unknown)).code, "LINK_UNKNOWN");

  t.deepEqual(await namedAuthorities(new URL(origin), ca), [subjectOf(ca)]);
  const args = ["s_client", "-connect", host, "-CAfile", tls.tlsCertFile];
  const named = "Acceptable client certificate CA names\nCN = exchange\n";
  const session = (await askOpenssl(t, ...args))?.toString("utf8") ?? named;
  t.regex(session, /Acceptable client certificate CA names\s+CN ?= ?exchange/);
});

test.serial(
  "a certificate without TLS, or without its key, is a mistake of the command",
  async (t) => {
    const machine = await holder(t, "P-256");
    const link = `http://127.0.0.1:9/r#${randomBytes(32).toString("base64url")}`;
    const args = ["link", "collect", link, "--pin", "-", "--client-cert", machine.certificateFile];
    t.is((await meterseal(args)).status, 2);
    const key = (file: string) => meterseal([...args, "--client-key", file]);
    t.regex((await key(machine.certificateFile)).stderr, /belong together/);
    t.regex((await key(machine.keyFile)).stderr, /\(INSECURE_URL\)/);
  },
);

function send(url: string, options: RequestOptions, body: string) {
  return new Promise<{ status: number; code: unknown }>((resolve, reject) => {
    const headers = { ...options.headers, "content-type": "application/json" };
    const sent = httpsRequest(url, { ...options, headers, method: "POST" }, (response) => {
      text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, code: JSON.parse(answer).code });
      }, reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
