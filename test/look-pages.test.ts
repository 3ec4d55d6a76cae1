import test from "ava";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "./support/browser.ts";
import { type BuiltGallery, buildGallery } from "./support/gallery-build.ts";
import { galleryPage, showScreen, tabTo } from "./support/gallery-page.ts";
import { GALLERY, galleryKey } from "./support/gallery-screens.ts";

let browser: Browser;
let files: BuiltGallery;
test.before(async () => {
  [browser, files] = await Promise.all([startBrowser(), buildGallery()]);
});
test.after.always(() => browser.close());

/** How far the page can be scrolled sideways. */
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

test("keys are masked until revealed, one by one, and gone from paper (abuse 34)", async (t) => {
  const page = await galleryPage(t, browser, files);
  await page.evaluate("gallery.keys = 4");
  await showScreen(page, "keys");
  await page.locator("tbody tr").first().waitFor();
  // A revealed key stands in the document in groups: compared is what they add up to.
  const inDocument = async () =>
    ((await page.locator("body").textContent()) ?? "").includes(galleryKey(0));
  t.false(await inDocument());
  await page.getByRole("button", { name: "Reveal: the mk key of meter 76348799" }).click();
  await page.getByRole("button", { name: "Hide: the mk key of meter 76348799" }).waitFor();
  t.true(await inDocument());
  await page.emulateMedia({ media: "print" });
  const paper = (await page.evaluate("document.body.innerText")) as string;
  t.false(paper.includes(galleryKey(0).slice(0, 8)));
  for (const wanted of ["REF-7K3Q-9D", "76348799", "a10000"]) {
    t.true(paper.includes(wanted), wanted);
  }
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.emulateMedia({ media: null });
  await page.getByRole("button", { name: "Reveal: the mk key of meter 76348799" }).waitFor();
  t.false(await inDocument());
});

test("a copied key leaves the clipboard after a minute, if nothing came after it (abuse 35)", async (t) => {
  const page = await galleryPage(t, browser, files, { permissions: ["clipboard-write"] });
  await page.clock.install();
  await fakeClipboard(page);
  await page.evaluate("gallery.keys = 2");
  await showScreen(page, "keys");
  const copy = page.getByRole("button", { name: "Copy: the mk key of meter 76348799" });
  const held = async () => await page.evaluate("clipboard.text");
  await copy.click();
  await page.getByText("is in the clipboard").waitFor();
  t.is(await held(), galleryKey(0));
  await page.clock.runFor(59_000);
  t.is(await held(), galleryKey(0));
  await page.clock.runFor(2_000);
  await page.getByText("The clipboard was cleared.").waitFor();
  t.is(await held(), "");
  // The window was left, and this browser does not tell what was copied elsewhere.
  await copy.click();
  await page.getByText("is in the clipboard").waitFor();
  await page.evaluate("dispatchEvent(new Event('blur')); clipboard.text = 'my own';");
  await page.clock.runFor(61_000);
  await page.getByText("may still be in the clipboard").waitFor();
  t.is(await held(), "my own");
  await page.getByRole("button", { name: "Clear the clipboard" }).click();
  await page.getByText("The clipboard was cleared.").waitFor();
  t.is(await held(), "");
});

/** A clipboard without the event that tells of changes, as Firefox and Safari have it. */
async function fakeClipboard(page: Page): Promise<void> {
  await page.evaluate(`globalThis.clipboard = {
    text: "",
    async writeText(text) { this.text = text; },
    async write([item]) { this.text = await (await item.getType("text/plain")).text(); },
  };
  Object.defineProperty(navigator, "clipboard", { value: clipboard });`);
}

for (const [what, viewport] of [
  ["a narrow phone and 400 % zoom", { width: 320, height: 256 }],
  ["a phone", { width: 390, height: 844 }],
] as const) {
  test(`no screen scrolls sideways: ${what}`, async (t) => {
    const page = await galleryPage(t, browser, files, { viewport });
    for (const language of ["de", "pl"]) {
      await page.locator("#language").selectOption(language);
      for (const name of Object.keys(GALLERY)) {
        await showScreen(page, name);
        await page.evaluate(
          "document.querySelectorAll('details').forEach((d) => { d.open = true; })",
        );
        t.is(await page.evaluate(OVERFLOW), 0, `${language} ${name}`);
      }
    }
    await page.locator("#language").selectOption("en");
    await showScreen(page, "keys");
    await page.getByRole("button", { name: "Reveal: the guek key" }).first().click();
    t.is(await page.evaluate(OVERFLOW), 0);
  });
}

test("controls are 44 px high, and the focus has a ring of 3 px, also in forced colours", async (t) => {
  const page = await galleryPage(t, browser, files, {
    forcedColors: "active",
    reducedMotion: "reduce",
  });
  for (const name of ["pin", "keys-idle", "receipt", "closed-collected"]) {
    await showScreen(page, name);
    for (const control of await page
      .locator("button, select, input:not([type=checkbox]), a.button, summary")
      .all()) {
      const box = await control.boundingBox();
      t.true(
        box === null || box.height === 0 || box.height >= 44,
        `${name}: ${await control.textContent()}`,
      );
    }
  }
  await showScreen(page, "keys");
  for (const selector of ["section button", "summary", "#name", "#filter", "td button"]) {
    await tabTo(page, selector);
    const ring = "getComputedStyle(document.activeElement)";
    t.is(await page.evaluate(`${ring}.outlineStyle + ${ring}.outlineWidth`), "solid3px", selector);
  }
});

test("who wants no motion gets words and no moving bar", async (t) => {
  const page = await galleryPage(t, browser, files, { reducedMotion: "reduce" });
  await showScreen(page, "keys-working");
  t.false(await page.locator("progress").isVisible());
  t.true(await page.getByText("Confirming …").isVisible());
  await showScreen(page, "pin-working");
  t.true(await page.locator("progress").isVisible());
});

test("names are text, whatever they are made of (abuse 26)", async (t) => {
  const page = await galleryPage(t, browser, files);
  const name = '<img src=x onerror="document.title=1">{reference}';
  const hostile = JSON.stringify(GALLERY["pin"]).replaceAll(
    "Anna Østergaard",
    JSON.stringify(name).slice(1, -1),
  );
  await page.evaluate(`gallery.show(${hostile})`);
  await page.getByText(name, { exact: false }).first().waitFor();
  t.is(await page.locator("main img").count(), 0);
  await showScreen(page, "receipt");
});

test("the receipt is saved as JSON that has everything to verify it with", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "receipt");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  t.is(download.suggestedFilename(), "receipt-REF-7K3Q-9D.json");
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) {
    chunks.push(chunk as Buffer);
  }
  const saved = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  const { receipt } = GALLERY["receipt"] as { receipt: object };
  t.deepEqual(saved, { format: "meterseal-receipt", version: 1, ...receipt });
});

test("an expiry is told in the reader's own zone, winter and summer (abuse 41)", async (t) => {
  const page = await galleryPage(t, browser, files, {
    timezoneId: "Europe/Berlin",
    locale: "de-DE",
  });
  await showScreen(page, "pin");
  t.regex(
    (await page.locator("main").textContent()) ?? "",
    /Freitag, 27\. November 2026 um 17:00 MEZ/,
  );
  const summer = JSON.stringify(GALLERY["pin"]).replace("2026-11-27T16", "2027-06-27T16");
  await page.evaluate(`gallery.show(${summer})`);
  await page.getByText("Sonntag, 27. Juni 2027 um 18:00 MESZ").waitFor();
});
