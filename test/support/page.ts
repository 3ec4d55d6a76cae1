/**
 * The collecting page in a real browser, from a real exchange. A request that leaves the origin, a
 * violation of the policy and an uncaught error fail the test.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import type { SealedPackage } from "../../keystore/index.ts";
import { type Knex, openDatabase } from "../../src/db/open.ts";
import { freshContext, startBrowser } from "./browser.ts";
import { freshDatabase } from "./databases.ts";
import { openLink, type StartOptions, startExchange, type TestExchange } from "./exchange.ts";
import { sealRequest } from "./sealer.ts";
import { type Visit, visitOf } from "./visit.ts";

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
