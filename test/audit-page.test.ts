import { actions } from "../src/web/words/audit/en/actions.ts";
import { entry, proof } from "../src/web/words/audit/en/entry.ts";
import { faults, page as frame, signIn } from "../src/web/words/audit/en/frame.ts";
import { filters, links, table, timeline, views } from "../src/web/words/audit/en/list.ts";
import { INSTALLER, METER, REFERENCE, TOKEN } from "./support/audit-cast.ts";
import { ENTRIES, holds, onTheAuditPage, said } from "./support/audit-page.ts";

onTheAuditPage("who may not read the log is told why, and which role may", async (t, zone) => {
  const { page, signIn: enter } = await zone.arrive();
  const says = (text: string) =>
    page.getByRole("region", { name: signIn.summary }).getByText(text).waitFor();
  await enter("not a token");
  await says(signIn.faults.token);
  await enter(TOKEN, "no key");
  await says(signIn.faults.key);
  await enter(TOKEN.replace("A", "Z"));
  await says(signIn.faults.refused);
  await enter(INSTALLER);
  await says(signIn.faults.role);
  t.regex(signIn.faults.role, /role auditor/);
  zone.api.broken = 503;
  await enter();
  await says(faults.refused.replace("{code}", "ANSWER"));
});

onTheAuditPage(
  "the token is in memory only, and gone after a reload, signing out and 15 idle minutes",
  async (t, zone) => {
    const { page, enter, badge } = await zone.arrive();
    const asks = page.getByRole("heading", { name: signIn.heading });
    await enter();
    const secret = TOKEN.slice(-43);
    const kept = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.documentElement.outerHTML])",
    );
    t.false(String(kept).includes(secret));
    t.true(String(kept).includes("meterseal-audit-head"), "the signed head is kept");
    t.false(zone.api.asked.some((path) => path.includes(secret)));
    await page.reload();
    await asks.waitFor();
    await enter();
    await page.getByRole("button", { name: frame.signOut }).click();
    await asks.waitFor();
    await page.clock.install();
    await enter();
    await page.clock.runFor(13.5 * 60_000);
    await page.getByRole("button", { name: frame.stay }).click();
    await page.clock.runFor(14 * 60_000);
    await badge.waitFor();
    await page.clock.runFor(2 * 60_000);
    await asks.waitFor();
    await page.getByText(signIn.ended).waitFor();
  },
);

onTheAuditPage("a token that is revoked signs the page out", async (t, zone) => {
  const { page, enter, press } = await zone.arrive();
  await enter();
  zone.api.broken = 401;
  await press(table.refresh);
  await page.getByText(signIn.ended).waitFor();
  t.is(await page.locator(".entries").count(), 0);
});

onTheAuditPage("entries are listed newest first, with names, page after page", async (t, zone) => {
  const { page, enter, rows, press } = await zone.arrive();
  await enter();
  const text = async (at: number) => await said(rows.nth(at));
  t.regex(await text(3), /^296 .*Link made.*Key desk 1.*done.*REF-7K3Q-9D2F/);
  t.regex(await text(4), /^295 .*Frames decrypted.*MDM east.*Stadtwerke Musterstadt.*3 meters/);
  t.regex(await text(5), /^294 .*failed EXCHANGE_UNAVAILABLE/);
  t.is(await rows.count(), 60);
  for (let shown = 60; shown < ENTRIES; shown += 60) {
    await press(table.older);
    await rows.nth(shown).waitFor();
  }
  await page.getByText(table.end).waitFor();
  t.is(await rows.count(), ENTRIES);
  zone.api.log.append({ action: "key.tried", actor: "system", outcome: "ok" });
  await press(table.refresh);
  await rows.first().getByText(actions["key.tried"]).waitFor();
});

onTheAuditPage("what is searched for is known by its form", async (t, zone) => {
  const { page, enter, rows } = await zone.arrive();
  await enter();
  const find = async (text: string) => {
    await page.getByLabel(filters.search, { exact: true }).fill(text);
    await page.keyboard.press("Enter");
  };
  const hash = () => new URL(page.url()).hash;
  for (const [text, name, value] of [
    ["key desk 1", "actor", "tok_7hN3pV9dLa5YsG2xC8kJwR"],
    ["Link looked at", "action", "link.opened"],
    ["meters.read.refused", "action", "meters.read.refused"],
    ["ref-7k3q-9d2f", "reference", REFERENCE],
    ["METER_UNKNOWN", "code", "METER_UNKNOWN"],
    [METER, "meter", METER],
  ] as const) {
    await find(text);
    await holds(page, `location.hash === "#${name}=${value}"`);
    await rows.first().waitFor();
    await page.getByRole("button", { name: filters.clear }).click();
    await page.getByRole("button", { name: filters.clear }).waitFor({ state: "detached" });
  }
  await find("nowhere 17");
  await page.getByText(faults.meter).waitFor();
  await find("#12");
  await page.getByRole("heading", { name: "Entry 12" }).waitFor();
  t.regex(hash(), /entry=12/);
  await find(TOKEN);
  t.false(page.url().includes("ms_"), "a token in the wrong field goes nowhere");
});

onTheAuditPage("filters stand in the address, and an address can be sent", async (t, zone) => {
  const address =
    "#view=refusals&actor=tok_4fQ2mW8sKx0ZrT6yB1nUcE&from=2026-11-20T08%3A00%3A00.000Z";
  const { page, enter, rows } = await zone.arrive({ timezoneId: "UTC" }, address);
  await enter();
  await rows.first().getByText("METER_UNKNOWN").waitFor();
  t.is(new URL(page.url()).hash, address);
  t.is(await page.getByLabel(filters.from).inputValue(), "2026-11-20T08:00");
  const asked = zone.api.asked.findLast((path) => path.startsWith("/v1/activity?")) ?? "";
  t.regex(asked, /outcome=refused/);
  t.regex(asked, /order=desc/);
  await page.getByLabel(filters.customer).selectOption({ label: "Wohnbau Nord eG" });
  await page.getByText(table.none).waitFor();
  t.regex(page.url(), /customer=cus_9pG3sF6hVa0KmN8uY2rEtW/);
  await page.goBack();
  await rows.first().waitFor();
  t.is(new URL(page.url()).hash, address);
});

onTheAuditPage("an entry is shown in full, proved in this browser", async (t, zone) => {
  const { page, enter, go, save } = await zone.arrive();
  await enter();
  await go("#entry=295");
  const panel = page.locator(".panel");
  await panel.getByText(/This entry is the one that the log signed: checked here on/).waitFor();
  await panel.getByText("KAM-76348799/01/07").waitFor();
  const text = await said(panel);
  for (const part of [
    /Time Friday, 20 November 2026/,
    /Action Frames decrypted frames\.decrypted/,
    /Actor MDM east tok_4fQ2mW8sKx0ZrT6yB1nUcE/,
    /Customer Stadtwerke Musterstadt/,
    /Keys used.*KAM-76348799\/01\/07 Haus 4, Keller 1 8 · 0/,
    /#22 no longer here/,
  ]) {
    t.regex(text, part);
  }
  const file = await save(() => page.getByRole("button", { name: entry.saveProof }).click());
  t.is(file.name, "entry-295.tlog-proof");
  t.regex(file.text, /^c2sp\.org\/tlog-proof@v1\nextra .*\nindex 295\n/);
  await panel.getByRole("link", { name: `${entry.filter}: Customer` }).click();
  await holds(page, "location.hash.startsWith('#customer=cus_5k')");
  await go(`#entry=299`);
  await panel.getByText("Hausverwaltung Østergaard").waitFor();
});

onTheAuditPage("the whole page works by keyboard", async (t, zone) => {
  const { page, enter, rows } = await zone.arrive();
  await enter();
  await rows.first().waitFor();
  const focused = () => page.evaluate("document.activeElement.id");
  for (const key of ["j", "j", "j", "k"]) {
    await page.keyboard.press(key);
  }
  t.is(await focused(), "row-298");
  await page.keyboard.press("Enter");
  await page.getByText(/the one that the log signed/).waitFor();
  t.is(await focused(), "entry-heading");
  await page.keyboard.press("Escape");
  await holds(page, "document.activeElement.id === 'row-298'");
  await page.keyboard.press("/");
  t.is(await focused(), "search");
  await page.keyboard.type("jk?");
  t.is(await page.getByLabel(filters.search, { exact: true }).inputValue(), "jk?");
  await rows.first().locator("a").focus();
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await holds(page, "document.querySelector('.keys-help') === null");
});

onTheAuditPage(
  "links never collected say for whom, what for, when and by whom",
  async (t, zone) => {
    const { page, enter } = await zone.arrive();
    await enter();
    await page.getByRole("link", { name: views.links }).click();
    const rows = page.locator(".links tbody tr");
    await rows.nth(2).waitFor();
    t.is(await rows.count(), 3, "the confirmed one is not among them");
    const text = await said(rows.nth(2));
    t.regex(text, /REF-7K3Q-9D2F expired Hausverwaltung Østergaard order 4711 .*Key desk 1/);
    await page.getByLabel(links.filter).selectOption("lapsed");
    t.is(await rows.count(), 1);
    await rows.first().getByRole("link").click();
    await holds(page, "location.hash === '#reference=REF-4E5F-6A7B'");
  },
);

onTheAuditPage(
  "the timeline has its figures in a table, and dragging chooses a time",
  async (t, zone) => {
    const { page, enter } = await zone.arrive();
    await enter();
    await page.getByRole("link", { name: views.timeline }).click();
    const line = page.locator(".figures tbody tr").filter({ hasText: "Frames decrypted" });
    await line.waitFor();
    t.regex(await said(line), /Frames decrypted 50 /);
    const box = await page.locator(".u-over").boundingBox();
    await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 50);
    await page.mouse.down();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 60, { steps: 4 });
    await page.mouse.up();
    await holds(page, "/from=.*&to=/.test(location.hash)");
    await page.getByRole("button", { name: timeline.whole }).waitFor();
    await page.getByLabel(timeline.by, { exact: true }).selectOption("actor");
    await page
      .getByRole("row", { name: /MDM east/ })
      .first()
      .waitFor();
    await page.getByRole("button", { name: timeline.whole }).click();
    await holds(page, "!location.hash.includes('from')");
  },
);

onTheAuditPage("an outage is said, and the way on is there", async (t, zone) => {
  const { page, enter, press, rows } = await zone.arrive();
  await enter();
  await rows.first().waitFor();
  zone.api.broken = 503;
  await press(table.refresh);
  await page.getByText(faults.refused.replace("{code}", "LOG_UNAVAILABLE")).waitFor();
  zone.api.broken = null;
  await page.context().setOffline(true);
  await press(frame.retry);
  await page.getByText(faults.offline).waitFor();
  await page.context().setOffline(false);
  await press(frame.retry);
  await rows.first().waitFor();
  t.is(await page.getByText(proof.bad).count(), 0);
});
