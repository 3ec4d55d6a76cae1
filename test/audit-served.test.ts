import { createHash } from "node:crypto";
import test from "ava";
import { openDatabase } from "../src/db/open.ts";
import { readPageFiles } from "../src/http/middleware/page-files.ts";
import { freshDatabase } from "./support/databases.ts";
import { startExchange } from "./support/exchange.ts";
import { request, startService } from "./support/service.ts";

test("the internal listener serves the auditor's page to anybody, under the strict policy", async (t) => {
  const service = await startService(t, "sqlite");
  const get = (path: string) => request(`${service.internal}${path}`, "GET", null);
  const page = await get("/audit");
  t.is(page.status, 200);
  t.is(page.headers.get("content-type"), "text/html; charset=utf-8");
  const tags = [...page.text.matchAll(/="\.(\/audit\/assets\/[^"]+)" integrity="sha384-([^"]+)"/g)];
  t.is(tags.length, 2, "a script and a style sheet");
  for (const [, path = "", hash = ""] of tags) {
    const file = await fetch(`${service.internal}${path}`);
    const bytes = Buffer.from(await file.arrayBuffer());
    t.is(createHash("sha384").update(bytes).digest("base64"), hash);
    for (const headers of [page.headers, file.headers]) {
      t.regex(
        headers.get("content-security-policy") ?? "",
        /^default-src 'none'; script-src 'self'/,
      );
      t.regex(headers.get("content-security-policy") ?? "", /require-trusted-types-for 'script'/);
      t.is(headers.get("cache-control"), "no-store");
    }
  }
  t.notRegex(page.text, /<style|<script(?![^>]*src=)|\son[a-z]+=|style=|https?:\/\//i);
  const slashed = await fetch(`${service.internal}/audit/`, { redirect: "manual" });
  t.is(slashed.headers.get("location"), "../audit");
  for (const path of [
    "/audit/assets/",
    "/audit/assets/..%2faudit.html",
    "/audit/assets/none.js",
    "/r",
  ]) {
    t.is((await get(path)).status, 404, path);
  }
  const field = await request(`${service.field}/audit`, "GET", null);
  t.is(field.status, 404, "the field listener has no page");
});

test("neither listener has a file of the other's page", async (t) => {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const x = await startExchange(t, db);
  const [audit, collect] = [readPageFiles("audit"), readPageFiles("collect")];
  for (const path of ["/audit", "/audit/", "/audit.html"]) {
    t.is((await x.request("GET", path)).status, 404, path);
  }
  for (const name of audit.assets.keys()) {
    t.false(collect.assets.has(name), name);
    t.is((await x.request("GET", `/assets/${name}`)).status, 404, name);
    t.is((await x.request("GET", `/audit/assets/${name}`)).status, 404, name);
  }
});
