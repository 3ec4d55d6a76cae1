import test from "ava";
import type { Browser } from "playwright-core";
import { freshContext, startBrowser } from "./support/browser.ts";

let browser: Browser;
test.before(async () => {
  browser = await startBrowser();
});
test.after.always(() => browser.close());

test("a real browser runs scripts, workers and WebCrypto", async (t) => {
  const page = await (await freshContext(t, browser)).newPage();
  await page.route("https://page.test/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>t</title>" }),
  );
  await page.goto("https://page.test/");
  const found = await page.evaluate(
    "Promise.all([crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']), typeof Worker, typeof indexedDB].map(async (x) => typeof await x))",
  );
  t.deepEqual(found, ["object", "string", "string"]);
});
