/**
 * The collecting page in a real browser, as its readers use it: screens by their name, fields and
 * buttons by label. A request that leaves the origin, a violation of the policy and an uncaught
 * error fail the test.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";
import type { SealedPackage } from "../../keystore/index.ts";
import { type Knex, openDatabase } from "../../src/db/open.ts";
import type { FormatId, FormatOption, FormatOptions } from "../../src/handover/formats/contract.ts";
import { freshContext, startBrowser } from "./browser.ts";
import { freshDatabase } from "./databases.ts";
import { openLink, type StartOptions, startExchange, type TestExchange } from "./exchange.ts";
import { sealRequest } from "./sealer.ts";

/** Names of the page's screens. */
export type ScreenName = "loading" | "paste" | "pin" | "keys" | "receipt" | "closed" | "offline";

export interface SavedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly text: string;
}

/** One tab of a reader. */
export interface Visit {
  readonly page: Page;
  /** Waits for a screen. */
  shows(screen: ScreenName): Promise<void>;
  /** Waits for an end, and for which one. */
  closed(reason: string): Promise<void>;
  /** Everything the page says. */
  words(): Promise<string>;
  heading(): Promise<string>;
  /** The words that a reader is warned with. */
  warning(): Promise<string>;
  /** The words that tell how it goes on. */
  status(text: string | RegExp): Promise<void>;
  paste(text: string): Promise<void>;
  typePin(pin: string): Promise<void>;
  filter(text: string): Promise<void>;
  /** Serial numbers on the screen. */
  serials(): Promise<string[]>;
  /** Shows the first key of the list, and reads it. */
  reveal(): Promise<string>;
  copy(): Promise<void>;
  /** Saves a file and reads it. */
  save(format: FormatId, options?: FormatOptions): Promise<SavedFile>;
  confirm(name: string): Promise<void>;
  receipt(): Promise<ReturnType<JSON["parse"]>>;
  /** Presses a button by its label. */
  press(label: string): Promise<void>;
}

/** A link that is open at a real exchange, and readers for it. */
export interface PageZone {
  readonly x: TestExchange;
  readonly db: Knex;
  readonly sealed: SealedPackage;
  readonly link: string;
  readonly pin: string;
  /** A browser profile of its own. */
  reader(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Opens a tab. */
  visit(context: BrowserContext, address?: string): Promise<Visit>;
  /** A profile, a tab, and the link followed. */
  arrive(): Promise<Visit>;
  /** What must not happen, and did. */
  readonly trouble: string[];
}

export interface PageOptions extends StartOptions {
  readonly meters?: number;
  readonly seal?: Parameters<typeof openLink>[1];
}

let browser: Browser | undefined;

/** A test of the page; what went wrong behind the scenes fails it too. */
export function onThePage(
  title: string,
  body: (t: ExecutionContext, zone: PageZone) => Promise<void>,
  options: PageOptions = {},
): void {
  test.serial(title, async (t) => {
    const zone = await startZone(t, options);
    await body(t, zone);
    t.deepEqual(zone.trouble, []);
  });
}

test.after.always(async () => browser?.close());

async function startZone(t: ExecutionContext, options: PageOptions): Promise<PageZone> {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const x = await startExchange(t, db, options);
  const sealed = await openLink(x, { ...sealRequest(options.meters), ...options.seal });
  const link = `${x.url}/r#${sealed.fragment}`;
  return { x, db, sealed, link, pin: sealed.pin, ...(await readers(t, link)) };
}

/** Readers of one link. */
export async function readers(
  t: ExecutionContext,
  link: string,
): Promise<Pick<PageZone, "reader" | "visit" | "arrive" | "trouble">> {
  browser ??= await startBrowser();
  const started = browser;
  const trouble: string[] = [];
  const { origin } = new URL(link);
  const reader = async (options?: BrowserContextOptions) => {
    const context = await freshContext(t, started, options);
    watch(context, origin, trouble);
    await context.addInitScript(REPORT);
    return context;
  };
  const visit = async (context: BrowserContext, address = link) => {
    const page = await context.newPage();
    await page.goto(address);
    return visitOf(page);
  };
  return { reader, visit, arrive: async () => await visit(await reader()), trouble };
}

/** Violations are said aloud by the page itself as well. */
const REPORT = `addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
  console.error("content security policy", effectiveDirective));`;

function watch(context: BrowserContext, origin: string, trouble: string[]): void {
  context.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith(`blob:${origin}/`)) {
      trouble.push(`left the origin: ${new URL(request.url()).origin}`);
    }
  });
  context.on("console", (message) => {
    if (/content security policy|trusted ?(type|html|script)|integrity/i.test(message.text())) {
      trouble.push(message.text());
    }
  });
  context.on("weberror", (error) => {
    trouble.push(String(error.error()));
  });
}

const HEADINGS: Readonly<Record<Exclude<ScreenName, "closed">, RegExp>> = {
  loading: /^One moment/,
  offline: /^No connection/,
  paste: /^Paste the link/,
  pin: /^(Keys are waiting|Continue collecting)/,
  keys: /^Keys of/,
  receipt: /^Receipt/,
};

const OPTION_LABELS: Readonly<Record<FormatOption, string>> = {
  passphrase: "Passphrase for the file",
  recipient: "age recipient",
  certificate: "Certificate (PEM)",
  kek: "Key-encryption key (AES-256)",
};

/** What a reader does in one tab. */
export function visitOf(page: Page): Visit {
  const heading = (name: RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
  const press = (name: string) => page.getByRole("button", { name, exact: true }).first().click();
  return {
    page,
    press,
    shows: (screen) => heading(screen === "closed" ? /^Closed/ : HEADINGS[screen]),
    closed: (reason) => heading(new RegExp(`^Closed: ${reason}$`)),
    words: () => textOf(page.locator("body")),
    heading: () => textOf(page.getByRole("heading", { level: 1 })),
    warning: () => textOf(page.getByRole("alert")),
    status: (text) => page.getByRole("status").filter({ hasText: text }).waitFor(),
    async paste(text) {
      await page.getByLabel("Link or code").fill(text);
      await press("Continue");
    },
    async typePin(pin) {
      await page.getByLabel("PIN").fill(pin);
      await press("Collect");
    },
    filter: (text) => page.getByLabel("Filter").fill(text),
    async serials() {
      return await page.locator("tbody tr td:first-child").allTextContents();
    },
    async reveal() {
      await press("Reveal");
      return await textOf(page.getByText(/^[0-9a-f]{32}$/).first());
    },
    copy: () => press("Copy"),
    async save(format, options = {}) {
      for (const [option, value] of Object.entries(options)) {
        await page.getByLabel(OPTION_LABELS[option as FormatOption]).fill(value);
      }
      const coming = page.waitForEvent("download");
      await press(`Save ${format}`);
      const download = await coming;
      const chunks: Uint8Array[] = [];
      for await (const chunk of await download.createReadStream()) {
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      return { name: download.suggestedFilename(), bytes, text: bytes.toString("utf8") };
    },
    async confirm(name) {
      await page.getByLabel("Name").fill(name);
      await press("Confirm receipt");
    },
    receipt: async () => JSON.parse(await textOf(page.locator("#receipt"))),
  };
}

async function textOf(place: Locator): Promise<string> {
  return (await place.textContent()) ?? "";
}
