import test, { type ExecutionContext } from "ava";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { LANGUAGES } from "../src/web/words/languages.ts";
import { freshContext, startBrowser } from "./support/browser.ts";
import { type BuiltGallery, buildGallery, openGallery } from "./support/gallery-build.ts";
import { GALLERY } from "./support/gallery-screens.ts";

let browser: Browser;
let files: BuiltGallery;
test.before(async () => {
  [browser, files] = await Promise.all([startBrowser(), buildGallery()]);
});
test.after.always(() => browser.close());

/** What axe finds on the page as it stands; 7:1 and the size of targets are not in its default. */
const FIND = find({
  rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
});

/** What another colour scheme can change. */
const FIND_COLOURS = find({
  runOnly: ["color-contrast", "color-contrast-enhanced", "link-in-text-block"],
});

function find(options: object): string {
  return `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ["violations"] })})
    .then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map((n) => id + ": " + n.html.slice(0, 160))))`;
}

/** The gallery with axe in it, which the page's own policy would not let in. */
async function galleryWithAxe(t: ExecutionContext): Promise<Page> {
  const page = await (await freshContext(t, browser, { bypassCSP: true })).newPage();
  await openGallery(page, files);
  await page.evaluate(axe.source);
  await page.evaluate("gallery.keys = 3");
  return page;
}

async function show(page: Page, name: string): Promise<void> {
  await page.evaluate(`gallery.show(${JSON.stringify(GALLERY[name])})`);
  // A picture later everything that follows from the screen has been drawn.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
  if (name === "loading") {
    await page.locator("h1").waitFor();
  }
}

/** Unfolds what is folded: axe does not look into it otherwise. */
const UNFOLD = "document.querySelectorAll('details').forEach((d) => { d.open = true; })";

test("axe finds nothing on any screen in any language", async (t) => {
  const page = await galleryWithAxe(t);
  for (const language of LANGUAGES) {
    await page.locator("#language").selectOption(language);
    for (const name of Object.keys(GALLERY)) {
      await show(page, name);
      await page.evaluate(UNFOLD);
      t.deepEqual(await page.evaluate(FIND), [], `${language} ${name}`);
    }
    t.is(await page.evaluate("document.documentElement.lang"), language);
  }
});

test("nor on any screen in the dark, where no language changes a colour", async (t) => {
  const page = await galleryWithAxe(t);
  await page.emulateMedia({ colorScheme: "dark" });
  for (const name of Object.keys(GALLERY)) {
    await show(page, name);
    await page.evaluate(UNFOLD);
    t.deepEqual(await page.evaluate(FIND), [], name);
  }
});

test("any accent of an operator keeps 7:1, light and dark", async (t) => {
  const page = await galleryWithAxe(t);
  for (const accent of ["#ffe600", "#e2001a", "#7a7a7a", "#00ff66", "#1b1bff", "#000", "#fff"]) {
    await page.evaluate(`document.documentElement.style.setProperty("--accent", "${accent}")`);
    for (const name of ["keys", "closed-collected"]) {
      await show(page, name);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        t.deepEqual(await page.evaluate(FIND_COLOURS), [], `${accent} ${colorScheme} ${name}`);
      }
    }
  }
});

test("axe would find grey text, a button without a name and a page without its language", async (t) => {
  const page = await galleryWithAxe(t);
  await show(page, "closed-expired");
  await page.evaluate(`
    document.documentElement.removeAttribute("lang");
    document.querySelector("h1").style.color = "#777";
    document.querySelector("main").append(document.createElement("button"));`);
  const found = (await page.evaluate(FIND)) as string[];
  for (const rule of ["html-has-lang", "color-contrast-enhanced", "button-name"]) {
    t.true(
      found.some((finding) => finding.startsWith(rule)),
      rule,
    );
  }
});
