/**
 * The gallery in a tab of its own, and what tests do there.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { freshContext } from "./browser.ts";
import { type BuiltGallery, openGallery } from "./gallery-build.ts";
import { GALLERY } from "./gallery-screens.ts";

/** Opens the gallery under the real page's policy; a breach of it or an error fails the test. */
export async function galleryPage(
  t: ExecutionContext,
  browser: Browser,
  files: BuiltGallery,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await (await freshContext(t, browser, options)).newPage();
  page.on("console", (message) => t.fail(message.text()));
  page.on("pageerror", (error) => t.fail(error.message));
  await openGallery(page, files);
  return page;
}

/** Shows a screen and waits until everything that follows from it has been drawn. */
export async function showScreen(page: Page, name: string): Promise<void> {
  await page.evaluate(`gallery.show(${JSON.stringify(GALLERY[name])})`);
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
}

/** What the reader did so far. */
export async function readerCalls(page: Page): Promise<unknown[][]> {
  return (await page.evaluate("gallery.calls")) as unknown[][];
}

/** The text of what has the focus. */
export async function focusedText(page: Page): Promise<string> {
  return (await page.evaluate("document.activeElement.textContent.trim()")) as string;
}

/** Presses Tab until what has the focus answers to `selector`. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) {
      return;
    }
  }
  throw new Error(`keyboard: ${selector} is out of reach`);
}
