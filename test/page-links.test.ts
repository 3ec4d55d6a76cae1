import { eventTypes, stateOf } from "./support/exchange.ts";
import { onThePage } from "./support/page.ts";

onThePage(
  "a scanner that renders, follows and presses everything burns nothing (abuse 10, 11)",
  async (t, zone) => {
    const visit = await zone.arrive();
    const { page } = visit;
    await visit.shows("pin");
    for (let round = 0; round < 3; round++) {
      for (const field of await page.locator("input").all()) {
        await field.fill("123456789").catch(() => {});
      }
      for (const button of await page.locator("button, a, summary, label").all()) {
        await button.click({ timeout: 500, force: true }).catch(() => {});
      }
      await page.keyboard.press("Enter");
    }
    await page.waitForTimeout(500);
    t.is(await stateOf(zone.db, zone.sealed), "open");
    t.is((await zone.db("mailboxes").first()).tries, 0, "not even a try");
    t.deepEqual([...new Set(await eventTypes(zone.db))], ["link.stored", "link.opened"]);
  },
);

onThePage(
  "a scanner's address without its fragment is asked for the link; the code is enough (abuse 12)",
  async (t, zone) => {
    const context = await zone.reader();
    const code = zone.sealed.fragment;
    const lost = await zone.visit(context, `${zone.x.url}/r`);
    await lost.shows("paste");
    const wrapped = `https://eur01.safelinks.example/?url=${encodeURIComponent(zone.link)}&data=05%7C02`;
    const broken = `${zone.link.slice(0, 40)}\n  ${zone.link.slice(40)}`;
    for (const text of [code, `<${zone.link}>.`, wrapped, broken]) {
      const visit = await zone.visit(context, `${zone.x.url}/r`);
      await visit.shows("paste");
      await visit.paste(text);
      await visit.shows("pin");
      await visit.page.reload();
      await visit.shows("pin");
      await visit.page.close();
    }
    const kept = await zone.visit(context, `${zone.x.url}/r?utm=scan#${code}`);
    await kept.shows("pin");
    await kept.typePin(zone.pin);
    await kept.shows("keys");
    t.is(await stateOf(zone.db, zone.sealed), "claimed");
  },
);

onThePage(
  "a damaged link gets a harmless message and the box to paste it (abuse 13)",
  async (t, zone) => {
    const context = await zone.reader();
    const before = await zone.db("mailboxes").first();
    for (const damaged of [
      zone.link.slice(0, -1),
      `${zone.link}%20x`,
      `${zone.x.url}/r#`,
      `${zone.link}A`,
    ]) {
      const visit = await zone.visit(context, damaged);
      await visit.shows("paste");
      t.regex(await visit.words(), /Nothing has been collected/);
      for (const text of ["", "hello", `https://elsewhere.example/r#${zone.sealed.fragment}`]) {
        await visit.paste(text);
        await visit.warns("This is not the whole link");
      }
      await visit.page.close();
    }
    const code = zone.sealed.fragment;
    const swapped = code === code.toLowerCase() ? code.toUpperCase() : code.toLowerCase();
    // Changing case may leave bits that no spelling has: then the code itself is unusable.
    const changed = await zone.visit(context, `${zone.x.url}/r#${swapped.slice(0, -1)}A`);
    await changed.closed("unknown");
    t.deepEqual(await zone.db("mailboxes").first(), before);

    const dotted = await zone.visit(context, `${zone.link}.`);
    await dotted.shows("pin");
  },
);

onThePage(
  "without JavaScript the page says so in six languages and burns nothing (abuse 36)",
  async (t, zone) => {
    const before = await zone.db("mailboxes").first();
    const visit = await zone.visit(await zone.reader({ javaScriptEnabled: false }));
    const help = visit.page.locator("noscript p");
    t.deepEqual(await help.evaluateAll((all) => all.map((p) => p.getAttribute("lang"))), [
      "en",
      "da",
      "de",
      "es",
      "it",
      "pl",
    ]);
    const words = [
      /Nothing has been collected/,
      /Intet er blevet afhentet/,
      /Es wurde nichts abgeholt/,
      /No se ha recogido nada/,
      /Non è stato ritirato nulla/,
      /Niczego nie odebrano/,
    ];
    for (const [place, said] of words.entries()) {
      t.regex((await help.nth(place).textContent()) ?? "", said);
      t.true(await help.nth(place).isVisible());
    }
    t.deepEqual(await zone.db("mailboxes").first(), before);
  },
);

onThePage("every end has a page of its own", async (t, zone) => {
  const { x, db, link, pin, reader, visit } = zone;
  const context = await reader();
  const first = await visit(context);
  await first.shows("pin");
  await first.typePin(pin);
  await first.shows("keys");
  const stranger = await visit(await reader());
  await stranger.closed("collected");
  t.regex(await stranger.words(), /Collected on.*\d{4}/);
  await first.confirm("Ida");
  await first.shows("receipt");
  await (await visit(await reader(), link)).closed("confirmed");

  const row = { link_id: Buffer.from(zone.sealed.linkId) };
  for (const state of ["locked", "lapsed", "revoked", "expired"] as const) {
    await db("mailboxes").where(row).update({ state });
    const late = await visit(context, link);
    await late.closed(state);
    await late.page.close();
  }
  t.true(x.lines.every((line) => !line.includes(zone.sealed.fragment)));
});
