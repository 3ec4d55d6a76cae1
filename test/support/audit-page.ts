/**
 * The auditor's page in a real browser, over a log in memory that tests may tamper with.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import type { BrowserContextOptions, Download, Locator, Page } from "playwright-core";
import { broken, signIn } from "../../src/web/words/audit/en/frame.ts";
import { type AuditApi, startAuditApi } from "./audit-api.ts";
import { castEntries, TOKEN } from "./audit-cast.ts";
import { createAuditLog } from "./audit-log.ts";
import { readers } from "./page.ts";

export interface AuditZone {
  readonly api: AuditApi;
  /** What must not happen, and did. */
  readonly trouble: string[];
  /** A tab of a browser of its own, on the page. */
  arrive(options?: BrowserContextOptions, fragment?: string): Promise<AuditVisit>;
}

/** One tab of an auditor. */
export interface AuditVisit {
  readonly page: Page;
  signIn(token?: string, key?: string): Promise<void>;
  /** Signs in and waits until the head of the log has been checked. */
  enter(key?: string): Promise<void>;
  /** Goes to a place as if its address had been sent. */
  go(fragment: string): Promise<void>;
  press(name: string): Promise<void>;
  readonly badge: Locator;
  readonly rows: Locator;
  /** Waits for the loud words about the head. */
  alarm(fault: keyof Omit<typeof broken, "next" | "saveOld" | "saveNew" | "accept">): Promise<void>;
  save(act: () => Promise<void>): Promise<{ readonly name: string; readonly text: string }>;
}

export const ENTRIES = 300;

/** A test of the page; what went wrong behind the scenes fails it too. */
export function onTheAuditPage(
  title: string,
  body: (t: ExecutionContext, zone: AuditZone) => Promise<void>,
  entries = ENTRIES,
): void {
  test.serial(title, async (t) => {
    t.timeout(60_000);
    const api = await startAuditApi(t, createAuditLog(castEntries(entries)));
    const { reader, trouble } = await readers(t, `${api.url}/audit`);
    await body(t, {
      api,
      trouble,
      async arrive(options, fragment = "") {
        const context = await reader(options);
        const page = await context.newPage();
        await page.goto(`${api.url}/audit${fragment}`);
        return visitOf(page);
      },
    });
    t.deepEqual(trouble, []);
  });
}

function visitOf(page: Page): AuditVisit {
  const badge = page.locator(".badge > summary");
  const press = (name: string) => page.getByRole("button", { name, exact: true }).first().click();
  const enterToken = async (token = TOKEN, key = "") => {
    await page.getByLabel(signIn.token, { exact: true }).fill(token);
    await page.getByLabel(signIn.key).fill(key);
    await press(signIn.button);
  };
  return {
    page,
    badge,
    press,
    rows: page.locator(".entries tbody tr"),
    signIn: enterToken,
    async enter(key) {
      await enterToken(TOKEN, key);
      await badge.getByText(/Verified up to entry|not in order/).waitFor();
    },
    async go(fragment) {
      await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
    },
    async alarm(fault) {
      await page.getByRole("alert").getByText(broken[fault].heading).waitFor();
    },
    async save(act) {
      const coming = page.waitForEvent("download");
      await act();
      const download = await coming;
      return { name: download.suggestedFilename(), text: await readText(download) };
    },
  };
}

/** What a part of the page says, as it is drawn, in one line. */
export async function said(part: Locator): Promise<string> {
  const [text = ""] = await part.allInnerTexts();
  return text.replaceAll(/\s+/g, " ").trim();
}

async function readText(download: Download): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download.createReadStream()) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
