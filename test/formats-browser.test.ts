/**
 * Every form in a real browser, bundled as pages are and under the policy of the collecting page.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { armor, Decrypter } from "age-encryption";
import test, { type ExecutionContext } from "ava";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import type { FormatId, FormatOptions } from "../src/handover/formats/contract.ts";
import { exportFormats } from "../src/handover/formats/formats.ts";
import { freshContext, startBrowser } from "./support/browser.ts";
import { createCertificate } from "./support/certificates.ts";
import { dlms, heat, keyBundle, water, writeAs } from "./support/key-bundle.ts";
import { openCms } from "./support/open-cms.ts";

const ORIGIN = "https://page.test";
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";
const PASSPHRASE = "Kælder horse battery";

let browser: Browser;
let chunks: ReadonlyMap<string, string>;

test.before(async () => {
  browser = await startBrowser();
  chunks = await bundled("src/handover/formats/formats.ts");
});
test.after.always(() => browser.close());

/** The module and its chunks, by file name; `entry.js` is the module. */
async function bundled(entry: string): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry, formats: ["es"], fileName: "entry" } },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    "output" in one ? one.output : [],
  );
  return new Map(outputs.flatMap((o) => (o.type === "chunk" ? [[o.fileName, o.code]] : [])));
}

/** A page under the policy, and the scripts that it has asked for. */
async function openPage(t: ExecutionContext): Promise<{ page: Page; asked: string[] }> {
  const page = await (await freshContext(t, browser)).newPage();
  const asked: string[] = [];
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const headers = { "content-security-policy": POLICY };
    asked.push(name);
    await (name === ""
      ? route.fulfill({ contentType: "text/html", headers, body: "<title>t</title>" })
      : route.fulfill({ contentType: "text/javascript", body: chunks.get(name) ?? "" }));
  });
  await page.goto(`${ORIGIN}/`);
  return { page, asked };
}

const bundle = keyBundle(water, heat, dlms);

async function writeInPage(page: Page, id: FormatId, options: FormatOptions) {
  const call = JSON.stringify({ id, bundle, options });
  const script = `(async ({ id, bundle, options }) => {
    const { exportFormats } = await import("/entry.js");
    const { bytes, ...rest } = await exportFormats.get(id).write(bundle, options);
    return { ...rest, bytes: Array.from(bytes) };
  })(${call})`;
  const { bytes, ...rest } = (await page.evaluate(script)) as { bytes: number[] };
  return { ...rest, bytes: Uint8Array.from(bytes) };
}

test("a browser writes what node writes, and loads a form's code when it is asked for", async (t) => {
  const { page, asked } = await openPage(t);
  for (const [id, { needs }] of exportFormats) {
    if (needs.some((way) => way.length === 0)) {
      t.deepEqual(await writeInPage(page, id, {}), await writeAs(id, bundle), id);
    }
  }
  const kem = { passphrase: "kundenummer1" };
  t.deepEqual(await writeInPage(page, "kem", kem), await writeAs("kem", bundle, kem));
  t.deepEqual(await writeInPage(page, "kem2", kem), await writeAs("kem2", bundle, kem));

  const before = new Set(asked);
  const weight = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + (chunks.get(name)?.length ?? 0), 0);
  t.true(weight(before) < 100_000, "neither age nor CMS is loaded for a table");
  const owner = await createCertificate("P-384");
  const { bytes } = await writeInPage(page, "cms", { certificate: owner.certificate });
  t.deepEqual(JSON.parse(openCms(bytes, owner).toString("utf8")), bundle);
  t.true(weight(new Set(asked)) > weight(before));
});

test("a browser encrypts by age and PSKC", async (t) => {
  const { page } = await openPage(t);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const age = await writeInPage(page, "age", { passphrase: PASSPHRASE });
  const text = armor.decode(Buffer.from(age.bytes).toString("latin1"));
  t.deepEqual(JSON.parse(await decrypter.decrypt(text, "text")), bundle);

  const kek = randomBytes(32).toString("hex");
  const pskc = { kek };
  t.deepEqual(await writeInPage(page, "pskc", pskc), await writeAs("pskc", bundle, pskc));
  const { bytes } = await writeInPage(page, "pskc", { passphrase: PASSPHRASE });
  t.regex(Buffer.from(bytes).toString("utf8"), /<IterationCount>600000<\/IterationCount>/);
});
