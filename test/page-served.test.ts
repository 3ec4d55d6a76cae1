import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ConfigError, loadConfig } from "../src/base/config.ts";
import { openDatabase } from "../src/db/open.ts";
import { type BrandSettings, readBrand } from "../src/exchange/page/brand.ts";
import { readPageFiles } from "../src/http/middleware/page-files.ts";
import { codeInAddress, codeInText, pageBase } from "../src/web/collect/address.ts";
import { claimed, receiptFor } from "./support/claimer.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { startExchange } from "./support/exchange.ts";

async function serve(t: ExecutionContext, brand: Partial<BrandSettings> = {}) {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  return await startExchange(t, db, { brand });
}

const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types meterseal-worker";

test("page and files come under one strict policy and stay in no cache", async (t) => {
  const x = await serve(t);
  const page = await x.request("GET", "/r");
  const scripts = [...page.text.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? "",
  );
  t.true(scripts.some((path) => path.endsWith(".js")));
  const [worker = ""] = [...readPageFiles("collect").assets.keys()].filter((name) =>
    name.startsWith("worker-"),
  );
  for (const path of ["/r", ...scripts, `/assets/${worker}`, "/assets/brand.json"]) {
    const { status, headers } = await x.request("GET", path);
    t.is(status, 200, path);
    for (const [name, value] of Object.entries({
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
      "x-robots-tag": "noindex",
    })) {
      t.is(headers.get(name), value, `${path} ${name}`);
    }
    t.regex(headers.get("permissions-policy") ?? "", /camera=\(\).*clipboard-write=\(self\)/);
    t.is(headers.get("set-cookie"), null);
  }
});

test("every tag of a built file carries the hash of what is served; nothing is inline", async (t) => {
  const x = await serve(t);
  const { text } = await x.request("GET", "/r");
  // An icon that is asked of nobody.
  const noIcon = '<link rel="icon" href="data:,">';
  const tags = [...text.matchAll(/<(?:script|link)\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => tag !== noIcon);
  t.true(tags.length >= 2);
  for (const tag of tags.filter((name) => !name.includes("brand.css"))) {
    const [, path = "", hash = ""] =
      /="\.(\/assets\/[^"]+)".*integrity="sha384-([^"]+)"/.exec(tag) ?? [];
    const served = await (await fetch(`${x.url}${path}`)).arrayBuffer();
    t.is(createHash("sha384").update(Buffer.from(served)).digest("base64"), hash, tag);
  }
  t.notRegex(text, /<style|<script(?![^>]*src=)|\son[a-z]+=|style=|javascript:/i);
  t.notRegex(text, /https?:\/\//, "nothing of anybody else");
});

test("what is not a part of the page is a problem, in every spelling (abuse 10)", async (t) => {
  const x = await serve(t);
  for (const path of [
    "/assets/",
    "/assets/nothing.js",
    "/assets/brand/logo.svg",
    "/assets/..%2fcollect.html",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/toString",
    "/assets/brand",
    "/collect.html",
  ]) {
    const { status, headers } = await x.request("GET", path);
    t.is(status, 404, path);
    t.is(headers.get("content-type"), "application/problem+json; charset=utf-8");
  }
  for (const method of ["HEAD", "OPTIONS"]) {
    t.is((await x.request(method, "/r", { headers: { Purpose: "prefetch" } })).status, 200);
  }
  t.is((await x.request("HEAD", "/r")).text, "");
});

test("a confirmation clears what the page has kept", async (t) => {
  const x = await serve(t);
  const { sealed, who, reply, receiptProof } = await claimed(x);
  t.is(reply.headers.get("clear-site-data"), null);
  const done = await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
  t.is(done.headers.get("clear-site-data"), '"storage"');
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>';

test("the sender's brand is served as configured", async (t) => {
  const logo = join(temporaryFolder(t), "logo.svg");
  writeFileSync(logo, SVG);
  const x = await serve(t, {
    brandName: "Wasserwerk <Süd>",
    brandAccent: "#004d40",
    brandLogoFile: logo,
    brandPhone: "+45 12 34 56 78",
    brandEmail: "keys@vand.example",
  });
  t.deepEqual((await x.request("GET", "/assets/brand.json")).body, {
    name: "Wasserwerk <Süd>",
    logo: "assets/brand/logo.svg",
    phone: "+45 12 34 56 78",
    email: "keys@vand.example",
  });
  t.regex((await x.request("GET", "/assets/brand.css")).text, /--accent: #004d40;/);
  const served = await x.request("GET", "/assets/brand/logo.svg");
  t.is(served.text, SVG);
  t.is(served.headers.get("content-type"), "image/svg+xml");
  t.regex(served.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
  const plain = await serve(t);
  t.deepEqual((await plain.request("GET", "/assets/brand.json")).body, {
    name: "Vandværket A/S",
    logo: null,
    phone: null,
    email: null,
  });
});

test("a brand that cannot be read or does more than show is refused at start", (t) => {
  const folder = temporaryFolder(t);
  const logo = (content: string | Buffer) => {
    const file = join(folder, "logo");
    writeFileSync(file, content);
    return { sender: "S", brandLogoFile: file };
  };
  const hostile = [
    SVG.replace("<path", "<script>1</script><path"),
    SVG.replace("<path", '<path onload="x()"'),
    SVG.replace("<path", '<image href="https://elsewhere.example/x.png"/><path'),
    SVG.replace("<path", "<style>@import url(//elsewhere.example)</style><path"),
    SVG.replace("<path", "<foreignObject/><path"),
    `<!DOCTYPE svg [<!ENTITY x "y">]>${SVG}`,
    `<html>${SVG}</html>`,
    "GIF89a",
    SVG + " ".repeat(65_536),
    "",
  ];
  for (const content of hostile) {
    t.throws(() => readBrand(logo(content)), { instanceOf: ConfigError }, content.slice(0, 60));
  }
  t.is(readBrand(logo(SVG)).logo?.name, "logo.svg");
  t.is(readBrand(logo(SVG.replace("<path", '<use href="#a"/><path'))).logo?.name, "logo.svg");
  const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(20)]);
  t.is(readBrand(logo(png)).logo?.mediaType, "image/png");
  t.throws(() => readBrand({ sender: "S", brandLogoFile: join(folder, "none") }), {
    code: "CONFIG",
  });

  // WCAG 2.2 SC 1.4.3: #767676 is the lightest grey with 4.5:1 on white.
  t.is(readBrand({ sender: "S", brandAccent: "#767676" }).accent, "#767676");
  t.throws(() => readBrand({ sender: "S", brandAccent: "#777777" }), { code: "CONFIG" });
  for (const wrong of [
    { brandAccent: "red" },
    { brandAccent: "#fff;}" },
    { brandPhone: "call me" },
    { brandEmail: "nobody" },
    { brandName: "" },
  ]) {
    t.throws(() => loadConfig(wrong, {}), { code: "CONFIG" });
  }
});

const CODE = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
const BASE = "https://keys.example/portal";

test("a code is found however mail has treated its link, and only for this exchange (abuse 12, 13)", (t) => {
  const link = `${BASE}/r#${CODE}`;
  const wrapper = `https://scan.example/?a=1&url=${encodeURIComponent(link)}`;
  for (const text of [CODE, `#${CODE}`, ` ${link}\n`, `<${link}>`, `${link}.`, wrapper]) {
    t.is(codeInText(text, BASE), CODE, text);
  }
  for (let at = 1; at < link.length; at++) {
    t.is(codeInText(`${link.slice(0, at)}\r\n ${link.slice(at)}`, BASE), CODE);
  }
  for (let length = 0; length < CODE.length; length++) {
    t.is(codeInText(CODE.slice(0, length), BASE), null);
  }
  for (const text of [
    link.replace("keys.", "kays."),
    link.replace("/portal", ""),
    link.replace("https:", "http:"),
    wrapper.replace("keys.", "kays."),
    `${CODE}A`,
    "x".repeat(100_000),
    `javascript:alert(1)//${BASE}/r#${CODE}`,
  ]) {
    t.is(codeInText(text, BASE), null, text.slice(0, 80));
  }
  const address = (href: string) => new URL(href) as unknown as Parameters<typeof pageBase>[0];
  t.is(pageBase(address(link)), BASE);
  t.is(codeInAddress(address(`${link}.`)), CODE);
  t.is(codeInAddress(address(`${BASE}/r`)), null);
});
