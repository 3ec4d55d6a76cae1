import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { Agent, request as httpsRequest } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { meterseal } from "./support/command.ts";
import { enrolling, KEYS } from "./support/enrolling.ts";
import { type Holder, holder, openCms } from "./support/recipients.ts";

const run = promisify(execFile);

/** A server certificate for 127.0.0.1 that is its own authority. */
async function serverCertificate(folder: string) {
  const [keyFile, certFile] = [join(folder, "tls.key"), join(folder, "tls.pem")];
  const subject = ["-subj", "/CN=exchange", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const out = ["-keyout", keyFile, "-out", certFile];
  await run("openssl", ["req", "-x509", "-days", "2", ...key, ...subject, ...out]);
  return { tlsCertFile: certFile, tlsKeyFile: keyFile };
}

async function machineLink(t: ExecutionContext) {
  const machine = holder(t, "P-256");
  const other = holder(t, "P-256");
  const tls = await serverCertificate(machine.folder);
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
    const { e, machine, other, tls, link, pin } = await machineLink(t);
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
    const bundle = JSON.parse(openCms(machine, await readFile(out)).toString());
    t.is(bundle.meters.flatMap(({ keys }: { keys: unknown[] }) => keys).length, KEYS.length);
    const db = openDatabase(coreDatabase(e.service.config));
    t.teardown(() => db.destroy());
    t.is((await db("links").first()).meters, bundle.meters.length);
  },
);

test.serial("the exchange takes a certificate and no header's word for one", async (t) => {
  const { e, machine, tls } = await machineLink(t);
  const url = new URL(e.service.exchange);
  t.is(url.protocol, "https:");
  const names = await new Promise<string>((resolve, reject) => {
    const { stdout } = execFile(
      "openssl",
      ["s_client", "-connect", url.host, "-CAfile", tls.tlsCertFile],
      (_error, text) => resolve(text),
    );
    stdout?.once("error", reject);
  });
  t.regex(names, /Acceptable client certificate CA names\s+CN ?= ?exchange/);
  const page = await get(`${url.origin}/r`, new Agent({ ca: await readFile(tls.tlsCertFile) }));
  t.is(page, 200, "a browser without a certificate gets the page");
  // An unproven certificate is none: the handshake itself asks for the key.
  const wrongKey = holder(t, "P-256").privateKey;
  await t.throwsAsync(async () => {
    await new Promise((resolve, reject) => {
      const options = { port: Number(url.port), cert: machine.certificate, key: wrongKey };
      const socket = connect(options, () => resolve(socket.end()));
      socket.once("error", reject);
    });
  });
  await writeFile(join(machine.folder, "done"), "");
});

function get(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end();
  });
}
