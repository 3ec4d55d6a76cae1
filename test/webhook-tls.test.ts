import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import test from "ava";
import { createCertificate } from "./support/certificates.ts";
import { temporaryFolder } from "./support/databases.ts";

const SEND = pathToFileURL("dist/src/handover/webhooks/send.js").href;
const NETWORKS = pathToFileURL("dist/src/handover/webhooks/networks.js").href;

test("a webhook goes to the address that was checked, under the certificate of the name", async (t) => {
  const { privateKey, certificate } = await createCertificate("P-256", { host: "hooks.example" });
  const seen: string[] = [];
  const server = createServer({ key: privateKey, cert: certificate }, async (request, response) => {
    seen.push(`${request.headers.host} ${await text(request)}`);
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const trusted = join(temporaryFolder(t), "ca.pem");
  writeFileSync(trusted, certificate);

  /** In a process of its own: Node reads whom it trusts when it starts. */
  const send = async (host: string, ca: string | null) => {
    const script = `
      import { sendWebhook } from ${JSON.stringify(SEND)};
      import { parseNetworks } from ${JSON.stringify(NETWORKS)};
      console.log(await sendWebhook({
        url: new URL("https://${host}:${port}/"),
        secrets: [],
        allowed: parseNetworks(["127.0.0.0/8"]),
        resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      }, {}, "{}"));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], ...(ca === null ? {} : { NODE_EXTRA_CA_CERTS: ca }) },
    });
    return (await text(child.stdout)).trim();
  };
  t.is(await send("hooks.example", trusted), "null");
  t.is(await send("hooks.example", null), "DEPTH_ZERO_SELF_SIGNED_CERT");
  t.is(await send("other.example", trusted), "ERR_TLS_CERT_ALTNAME_INVALID");
  t.deepEqual(seen, [`hooks.example:${port} {}`]);
});
