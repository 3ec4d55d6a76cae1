/**
 * A browser for one test file, and pages of it that trust nothing but the origin under test.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
} from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser; the caller closes it. */
export async function startBrowser(): Promise<Browser> {
  const path = process.env["CHROMIUM"];
  if (path === undefined) {
    throw new Error("browser: CHROMIUM is not set, start the tests by test/support/run.ts");
  }
  const libraries = process.env["CHROMIUM_LIBRARIES"];
  return await chromium.launch({
    executablePath: path,
    args: ARGUMENTS,
    env: {
      ...process.env,
      ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
    } as Record<string, string>,
  });
}

/** A profile of its own (storage, cookies, permissions), closed at the end of the test. */
export async function freshContext(
  t: ExecutionContext,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  t.teardown(() => context.close());
  return context;
}
