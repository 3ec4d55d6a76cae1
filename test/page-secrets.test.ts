import type { Page } from "playwright-core";
import { onThePage, type PageZone } from "./support/page.ts";
import { type Visit, visitOf } from "./support/visit.ts";

async function opened(zone: PageZone, permissions: string[] = []): Promise<Visit> {
  const context = await zone.reader({ permissions });
  const visit = await zone.visit(context);
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  await visit.finds("76348799");
  return visit;
}

onThePage(
  "neither print nor a saved page has a key, nor the link or the PIN (abuse 34)",
  async (t, zone) => {
    const visit = await opened(zone);
    const { page } = visit;
    const key = zone.x.sealer.secrets()["key"]?.toString("hex") ?? "";
    t.is(key.length, 32);
    const forms = [key, key.toUpperCase(), key.match(/.{4}/g)?.join(" ") ?? ""];
    await page.emulateMedia({ media: "print" });
    for (const text of [await page.content(), await visit.words(), await everythingStored(page)]) {
      for (const secret of [
        ...forms,
        zone.sealed.fragment,
        zone.pin,
        zone.pin.replaceAll("-", ""),
      ]) {
        t.false(text.includes(secret));
      }
    }
    const pdf = (await page.pdf()).toString("latin1");
    t.false(forms.some((form) => pdf.includes(form)));
  },
);

/** What a page leaves in a browser beside IndexedDB, and its cookies. */
function everythingStored(page: Page): Promise<string> {
  return page.evaluate(
    "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, name, history.state])",
  );
}

onThePage("a copied key is off the clipboard after a minute (abuse 35)", async (t, zone) => {
  const { visit, read } = await withClipboard(zone);
  const key = await visit.reveal();
  await visit.copy();
  t.is(await read(), key);
  await visit.page.clock.runFor(59_000);
  t.is(await read(), key);
  await visit.page.clock.runFor(2_000);
  t.is((await read()).trim(), "");
});

onThePage("what was copied since stays on the clipboard (abuse 35)", async (t, zone) => {
  const { visit, read } = await withClipboard(zone);
  await visit.copy();
  // On the page itself.
  await visit.page.getByLabel("Your name").fill("my own text");
  await visit.page.getByLabel("Your name").selectText();
  await visit.page.keyboard.press("Control+C");
  t.is(await read(), "my own text");
  await visit.page.clock.runFor(65_000);
  t.is(await read(), "my own text");
});

onThePage("what was copied elsewhere since is let alone (abuse 35)", async (t, zone) => {
  const { visit, read, write } = await withClipboard(zone);
  await visit.copy();
  t.regex(await read(), /^[0-9a-f]{32}$/);
  await visit.page.clock.runFor(2_000);
  await write("from elsewhere");
  await visit.page.waitForTimeout(500);
  await visit.page.clock.runFor(65_000);
  t.is(await read(), "from elsewhere");
});

/** A reader whose clipboard the test can read, which the page itself may not. */
async function withClipboard(zone: PageZone) {
  const permissions = ["clipboard-read", "clipboard-write"];
  const visit = await openedByClock(zone, permissions);
  const elsewhere = async (script: string) => {
    const other = await visit.page.context().newPage();
    await other.goto(`${zone.x.url}/healthz`);
    await other.bringToFront();
    const text = await other.evaluate<string>(script);
    await other.close();
    await visit.page.bringToFront();
    return text;
  };
  const read = () => elsewhere("navigator.clipboard.readText()");
  const write = (text: string) => elsewhere(`navigator.clipboard.writeText("${text}")`);
  return { visit, read, write };
}

async function openedByClock(zone: PageZone, permissions: string[]): Promise<Visit> {
  const context = await zone.reader({ permissions });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(zone.link);
  const visit = visitOf(page);
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  return visit;
}

onThePage(
  "nothing is asked of another origin, and the policy is never broken (abuse 37)",
  async (t, zone) => {
    const visit = await opened(zone);
    const asked: string[] = [];
    visit.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await visit.page.reload();
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    await visit.save("csv");
    await visit.confirm("Ida");
    await visit.shows("receipt");
    const known = /^\/(r|x\/(peek|claim|confirm)|assets\/[\w.-]+)$/;
    t.deepEqual(
      asked.filter((path) => !known.test(path) && !path.startsWith(zone.x.url)),
      [],
    );
    t.true(asked.includes("/x/confirm"));
    t.false(asked.some((path) => path.includes(zone.sealed.fragment)));
  },
);

onThePage("a request elsewhere and a broken policy would be seen (abuse 37)", async (t, zone) => {
  const visit = await opened(zone);
  const tries = [
    'fetch("https://elsewhere.example/").catch(() => {})',
    'document.body.innerHTML = "<b>x</b>"',
    'new Worker("/assets/other.js")',
    'trustedTypes.createPolicy("other", {})',
    'document.body.append(Object.assign(document.createElement("img"), { src: "https://elsewhere.example/p.png" }))',
  ];
  for (const attempt of tries) {
    const before = zone.trouble.length;
    await visit.page.evaluate(`(() => { try { ${attempt} } catch {} })()`);
    await visit.page.waitForTimeout(200);
    t.true(zone.trouble.length > before, attempt);
  }
  zone.trouble.length = 0;
});
