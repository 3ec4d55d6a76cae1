import test, { type ExecutionContext } from "ava";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { LANGUAGES } from "../src/web/words/languages.ts";
import { TOKEN } from "./support/audit-cast.ts";
import {
  type AuditVisit,
  type AuditZone,
  onTheAuditPage as onThePage,
} from "./support/audit-page.ts";

/** A test over a log of a few entries: how long axe looks grows with what is there. */
function onTheAuditPage(title: string, body: Parameters<typeof onThePage>[1]): void {
  onThePage(title, body, 24);
}

/** Every view, and what shows that it has come. */
const VIEWS = [
  ["", ".entries tbody tr"],
  ["#view=refusals&action=none", ".empty"],
  ["#view=links", ".links tbody tr"],
  ["#view=timeline", ".figures tbody tr"],
  ["#view=timeline&by=actor", ".figures tbody tr"],
  ["#entry=19", ".panel .uses tbody tr"],
  ["#entry=20", ".panel .notice.ok"],
] as const;

/** What axe finds on the page as it stands; 7:1 and the size of targets are not in its default. */
const FIND = `axe.run(document, ${JSON.stringify({
  rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
  resultTypes: ["violations"],
})}).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map((n) => id + ": " + n.html.slice(0, 160))))`;

/** Unfolds what is folded: axe does not look into it otherwise; but for what would cover the page. */
const UNFOLD = "document.querySelectorAll('main details').forEach((d) => { d.open = true; })";

/** How far the page can be scrolled sideways. */
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

async function show({ page, go }: AuditVisit, [place, sign]: (typeof VIEWS)[number]) {
  await go(place);
  await page.locator(sign).first().waitFor();
  await page.evaluate(UNFOLD);
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
}

/** Signed in, with axe in the page, which its own policy would not let in. */
async function withAxe(zone: AuditZone, width: number): Promise<AuditVisit> {
  const visit = await zone.arrive({ bypassCSP: true, viewport: { width, height: 900 } });
  await visit.page.evaluate(axe.source);
  return visit;
}

async function isClean(t: ExecutionContext, page: Page, what: string): Promise<void> {
  t.deepEqual(await page.evaluate(FIND), [], what);
}

for (const width of [390, 1280]) {
  onTheAuditPage(`axe finds nothing in any view in any language: ${width} px`, async (t, zone) => {
    const visit = await withAxe(zone, width);
    const { page, enter, badge } = visit;
    await isClean(t, page, "sign-in");
    await enter();
    for (const language of LANGUAGES) {
      await page.locator("#language").selectOption(language);
      for (const view of VIEWS) {
        await show(visit, view);
        await isClean(t, page, `${language} ${view[0]}`);
        t.is(await page.evaluate(OVERFLOW), 0, `${language} ${view[0]}`);
      }
      await badge.click();
      await isClean(t, page, `${language} badge`);
      t.is(await page.evaluate(OVERFLOW), 0, `${language} badge`);
      await badge.click();
      t.is(await page.evaluate("document.documentElement.lang"), language);
    }
  });
}

onTheAuditPage("nor in the dark, nor when the log is broken", async (t, zone) => {
  const visit = await withAxe(zone, 1280);
  const { page, enter, alarm } = visit;
  await page.emulateMedia({ colorScheme: "dark" });
  await enter();
  for (const view of VIEWS) {
    await show(visit, view);
    await isClean(t, page, `dark ${view[0]}`);
  }
  zone.api.log.bodies.splice(15);
  await page.evaluate("location.hash = ''");
  await page.reload();
  await page.evaluate(axe.source);
  await enter();
  await alarm("SHRUNK");
  await isClean(t, page, "dark broken");
  await page.emulateMedia({ colorScheme: "light" });
  await isClean(t, page, "light broken");
});

onTheAuditPage(
  "no view scrolls sideways at 200 % zoom, on a tablet or on a phone",
  async (t, zone) => {
    for (const width of [320, 640, 820]) {
      const visit = await zone.arrive({ viewport: { width, height: 700 } });
      await visit.enter();
      for (const language of ["de", "pl"]) {
        await visit.page.locator("#language").selectOption(language);
        for (const view of VIEWS) {
          await show(visit, view);
          t.is(await visit.page.evaluate(OVERFLOW), 0, `${width} ${language} ${view[0]}`);
        }
      }
    }
  },
);

onTheAuditPage(
  "controls are 44 px high and rows 36, the focus has a ring of 3 px",
  async (t, zone) => {
    const visit = await zone.arrive({
      forcedColors: "active",
      viewport: { width: 1280, height: 900 },
    });
    const { page, enter, rows } = visit;
    await enter();
    await rows.first().waitFor();
    for (const control of await page.locator("button, select, input, summary").all()) {
      const box = await control.boundingBox();
      t.true(
        box === null || box.height === 0 || box.height >= 44,
        String(await control.textContent()),
      );
    }
    for (const at of [1, 2, 3]) {
      t.is((await rows.nth(at).boundingBox())?.height, 36);
    }
    await page.keyboard.press("j");
    const ring = "getComputedStyle(document.activeElement)";
    t.is(await page.evaluate(`${ring}.outlineStyle + ${ring}.outlineWidth`), "solid3px");
  },
);

onTheAuditPage(
  "an entry is printed alone, with its proof and without the desk",
  async (t, zone) => {
    const visit = await zone.arrive();
    await visit.enter();
    await show(visit, VIEWS[5]);
    await visit.page.emulateMedia({ media: "print" });
    const paper = String(await visit.page.evaluate("document.body.innerText"));
    for (const wanted of [
      "Entry 19",
      "the one that the log signed",
      "KAM-76348799",
      "Audit path",
    ]) {
      t.true(paper.includes(wanted), wanted);
    }
    for (const left of ["Filters", "Sign out", "Number", "Save the proof"]) {
      t.false(paper.includes(left), left);
    }
  },
);

onTheAuditPage(
  "the whole visit stays under the policy, at one origin, without the token",
  async (t, zone) => {
    const visit = await zone.arrive();
    const { page, enter, press, badge } = visit;
    const answers: string[] = [];
    page.on("response", (answer) => {
      if (/audit/.test(answer.url())) {
        answers.push(answer.headers()["content-security-policy"] ?? "");
      }
    });
    await page.reload();
    await enter();
    for (const view of VIEWS) {
      await show(visit, view);
      t.false(page.url().includes("ms_"));
    }
    await badge.click();
    await press("Check every entry");
    await page.getByText(/entries were read and hashed/).waitFor();
    t.true(answers.length >= 3, "document, script, style and worker");
    t.true(answers.every((policy) => policy.includes("require-trusted-types-for 'script'")));
    const kept = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])",
    );
    t.false(String(kept).includes(TOKEN.slice(-43)));
    t.is((await page.context().cookies()).length, 0);
  },
);

test("the views that are looked at are all there are", (t) => {
  const named = VIEWS.map(([place]) => /view=(\w+)/.exec(place)?.[1] ?? "all");
  t.deepEqual(new Set(named), new Set(["all", "refusals", "links", "timeline"]));
});
