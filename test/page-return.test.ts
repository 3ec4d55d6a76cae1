import type { BrowserContext, Page } from "playwright-core";
import { eventTypes, openLink, stateOf } from "./support/exchange.ts";
import { onThePage, type PageZone } from "./support/page.ts";
import { type Visit, visitOf } from "./support/visit.ts";

/** A reader who has opened the keys. */
async function opened(zone: PageZone): Promise<{ context: BrowserContext; visit: Visit }> {
  const context = await zone.reader();
  const visit = await zone.visit(context);
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  return { context, visit };
}

/** Names of the links whose keys this browser keeps. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(`new Promise((resolve) => {
    const request = indexedDB.open("meterseal-collect");
    const end = (names) => {
      request.result.close();
      resolve(names);
    };
    request.onsuccess = () => {
      if (!request.result.objectStoreNames.contains("claims")) {
        end([]);
        return;
      }
      const keys = request.result.transaction("claims").objectStore("claims").getAllKeys();
      keys.onsuccess = () => end(keys.result);
    };
  })`);
}

/** What a browser says to a page that it keeps, or shows again. */
function transition(page: Page, type: "pagehide" | "pageshow"): Promise<unknown> {
  return page.evaluate(`dispatchEvent(new PageTransitionEvent("${type}", { persisted: true }))`);
}

onThePage(
  "after a reload the same PIN goes on, another one does not and costs nothing (abuse 33)",
  async (t, zone) => {
    const { visit } = await opened(zone);
    await visit.page.reload();
    await visit.shows("pin");
    t.regex(await visit.heading(), /Continue/);
    const wrong = zone.pin.startsWith("0000-0000") ? "1111-1111-0" : "0000-0000-0";
    await visit.typePin(wrong);
    await visit.warns("do not open with this PIN");
    t.is((await zone.db("mailboxes").first()).tries, 0);
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    await visit.confirm("Ida");
    await visit.shows("receipt");
    t.deepEqual(await kept(visit.page), [], "the claimer's keys are gone");
    const types = await eventTypes(zone.db);
    t.is(types.filter((type) => type === "link.claimed").length, 1);
  },
);

onThePage(
  "back and forward wipe the keys and ask for the PIN again (abuse 33)",
  async (t, zone) => {
    const { visit } = await opened(zone);
    const key = await visit.reveal();
    await visit.page.goto(`${zone.x.url}/healthz`);
    await visit.page.goBack();
    await visit.shows("pin");
    t.false((await visit.page.content()).includes(key));
    await visit.typePin(zone.pin);
    await visit.shows("keys");
  },
);

onThePage("a page kept for the way back has no key in it (abuse 33, bfcache)", async (t, zone) => {
  const { visit } = await opened(zone);
  const key = await visit.reveal();
  t.is(visit.page.workers().length, 1);
  await transition(visit.page, "pagehide");
  await visit.closed("wiped");
  t.false((await visit.page.content()).includes(key));
  t.is(visit.page.workers().length, 0);
  await transition(visit.page, "pageshow");
  await visit.shows("pin");
});

onThePage("two tabs of one browser are one claimer (abuse 33)", async (t, zone) => {
  const context = await zone.reader();
  const [one, two] = [await zone.visit(context), await zone.visit(context)];
  await Promise.all([one.shows("pin"), two.shows("pin")]);
  await Promise.all([one.typePin(zone.pin), two.typePin(zone.pin)]);
  await Promise.all([one.shows("keys"), two.shows("keys")]);
  t.is(await two.reveal(), await one.reveal());
  const types = await eventTypes(zone.db);
  t.is(types.filter((type) => type === "link.claimed").length, 1);
  t.false(types.includes("link.claim_conflict"));
  await one.confirm("Ida");
  await one.shows("receipt");
  await two.page.reload();
  await two.closed("confirmed");
});

onThePage(
  "a second tab with another PIN is told so, not that the package is damaged",
  async (t, zone) => {
    const context = await zone.reader();
    const [one, two] = [await zone.visit(context), await zone.visit(context)];
    await Promise.all([one.shows("pin"), two.shows("pin")]);
    await one.typePin(zone.pin);
    await one.shows("keys");
    await two.typePin(zone.pin.startsWith("0000-0000") ? "1111-1111-0" : "0000-0000-0");
    await two.warns("do not open with this PIN");
    t.pass();
  },
);

onThePage("confirming one link leaves the claim of another in this browser", async (t, zone) => {
  const { context, visit } = await opened(zone);
  const second = await openLink(zone.x);
  const other = await zone.visit(context, `${zone.x.url}/r#${second.fragment}`);
  await other.shows("pin");
  await other.typePin(second.pin);
  await other.shows("keys");
  t.is((await kept(visit.page)).length, 2);
  await visit.confirm("Ida");
  await visit.shows("receipt");
  t.is((await kept(visit.page)).length, 1);
  await other.page.reload();
  await other.shows("pin");
  await other.typePin(second.pin);
  await other.shows("keys");
});

onThePage("a lost connection is waited for at every step, and nothing is lost", async (t, zone) => {
  const context = await zone.reader();
  const visit = await zone.visit(context);
  await visit.shows("pin");
  // The claim arrives, its answer does not.
  let claims = 0;
  await context.route("**/x/claim", async (route) => {
    claims += 1;
    if (claims === 1) {
      await route.fetch();
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  t.is(claims, 2);
  await context.setOffline(true);
  await visit.confirm("Ida");
  await visit.status("No connection");
  t.is(await stateOf(zone.db, zone.sealed), "claimed");
  await context.setOffline(false);
  await visit.shows("receipt");
  t.is(await stateOf(zone.db, zone.sealed), "confirmed");
  t.false((await eventTypes(zone.db)).includes("link.claim_conflict"));
});

onThePage("an exchange that is away when the page looks is looked for again", async (t, zone) => {
  const context = await zone.reader();
  let down = true;
  await context.route("**/x/peek", (route) => (down ? route.abort() : route.continue()));
  const visit = await zone.visit(context);
  await visit.shows("offline");
  down = false;
  await visit.press("Try again now");
  await visit.shows("pin");
  t.is(await stateOf(zone.db, zone.sealed), "open");
});

onThePage("a browser that keeps nothing is told before anything is claimed", async (t, zone) => {
  const context = await zone.reader();
  // As private windows did and some settings still do.
  await context.route("**/assets/worker-*.js", async (route) => {
    const answer = await route.fetch();
    const body = `indexedDB.open = () => { throw new DOMException("no", "SecurityError"); };\n${await answer.text()}`;
    await route.fulfill({ response: answer, body });
  });
  await (await zone.visit(context)).closed("storage");
  t.is(await stateOf(zone.db, zone.sealed), "open");
});

onThePage("a browser whose storage was cleared is another browser", async (t, zone) => {
  const { visit } = await opened(zone);
  await visit.page.evaluate('void indexedDB.deleteDatabase("meterseal-collect")');
  t.truthy(await visit.reveal(), "what is open stays open");
  await visit.page.reload();
  await visit.closed("collected");
});

onThePage("a page that came by http runs nothing", async (t, zone) => {
  const context = await zone.reader();
  await context.route("http://keys.test/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = await fetch(`${zone.x.url}${pathname}`);
    const body = Buffer.from(await answer.arrayBuffer());
    await route.fulfill({ body, contentType: answer.headers.get("content-type") ?? "" });
  });
  const visit = await zone.visit(context, `http://keys.test/r#${zone.sealed.fragment}`);
  await visit.closed("unsupported");
  t.is((await zone.db("mailboxes").first()).opened, 0, "nothing was sent");
  zone.trouble.length = 0;
});

onThePage(
  "keys are wiped after ten minutes, counted down for two, and put off by a sign",
  async (t, zone) => {
    const context = await zone.reader();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(zone.link);
    const visit = visitOf(page);
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    const key = await visit.reveal();
    const countdown = page.getByRole("button", { name: "I am still here" });
    await page.clock.runFor("08:30");
    await countdown.waitFor();
    await visit.press("I am still here");
    await countdown.waitFor({ state: "detached" });
    await page.clock.runFor("09:00");
    await countdown.waitFor();
    await page.clock.runFor("01:05");
    await visit.closed("wiped");
    t.false((await page.content()).includes(key));
    t.is(page.workers().length, 0);
    await visit.press("Open again");
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    await visit.press("Close and finish later");
    await visit.closed("wiped");
    t.is(page.workers().length, 0);
  },
);
