import test from "ava";
import type { Browser } from "playwright-core";
import { startBrowser } from "./support/browser.ts";
import { type BuiltGallery, buildGallery } from "./support/gallery-build.ts";
import {
  focusedText,
  galleryPage,
  readerCalls,
  showScreen,
  tabTo,
} from "./support/gallery-page.ts";

let browser: Browser;
let files: BuiltGallery;
test.before(async () => {
  [browser, files] = await Promise.all([startBrowser(), buildGallery()]);
});
test.after.always(() => browser.close());

/** Nine symbols whose check symbol fits. */
const PIN = "K7QF-3M9X-3";

test("with the keyboard alone: PIN, keys, file, confirmation, receipt", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "pin");
  await tabTo(page, "#pin");
  await page.keyboard.type("k7qf 3m9x 3");
  t.is(await page.locator("#pin").inputValue(), PIN);
  await page.keyboard.press("Enter");
  await page.locator("h1:focus", { hasText: "Your keys are here" }).waitFor();
  await tabTo(page, "section button");
  t.is(await focusedText(page), "Save as Excel table (CSV)");
  await page.keyboard.press("Enter");
  t.regex(
    (await page.locator(".files [role=status]").textContent()) ?? "",
    /Saved: REF-7K3Q-9D\.csv/,
  );
  t.is(await focusedText(page), "Save as Excel table (CSV)");
  await tabTo(page, "#stored");
  await page.keyboard.press("Space");
  await tabTo(page, "#name");
  await page.keyboard.type("Zofia Kowalska");
  await page.keyboard.press("Enter");
  await page.locator("h1:focus", { hasText: "Receipt" }).waitFor();
  const done = await readerCalls(page);
  t.deepEqual(done, [
    ["openWith", PIN],
    ["save", "csv", {}],
    ["confirm", "Zofia Kowalska"],
  ]);
});

test("the button waits for nine symbols with a fitting check symbol (abuse 11)", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "pin");
  const button = page.getByRole("button", { name: "Open the keys" });
  for (const typed of ["", "K7QF3M9X", "K7QF3M9XA"]) {
    await page.locator("#pin").fill(typed);
    t.true(await button.isDisabled(), typed);
    await page.locator("#pin").press("Enter");
  }
  t.regex((await page.locator("form").textContent()) ?? "", /has not cost a try/);
  t.deepEqual(await readerCalls(page), []);
  // Pasted, as it stands in the letter.
  await page.locator("#pin").fill(` ${PIN} `);
  t.true(await button.isEnabled());
});

test("a wrong PIN is summed up above, named beside the field, and not sent twice", async (t) => {
  const page = await galleryPage(t, browser, files);
  await page.evaluate(
    "gallery.collecting.openWith = (pin) => gallery.calls.push(['openWith', pin])",
  );
  await showScreen(page, "pin");
  await page.locator("#pin").fill(PIN);
  await page.locator("#pin").press("Enter");
  await showScreen(page, "pin-working");
  await showScreen(page, "pin-wrong");
  t.regex(await focusedText(page), /2 tries left/);
  const field = page.locator("#pin");
  t.is(await field.getAttribute("aria-invalid"), "true");
  t.regex((await field.getAttribute("aria-describedby")) ?? "", /pin-fault/);
  t.regex(await page.title(), /^Error: /);
  t.true(await page.getByRole("button", { name: "Open the keys" }).isDisabled());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  t.true(await page.evaluate("document.activeElement.id === 'pin'"));
  await page.keyboard.press("Enter");
  t.deepEqual(await readerCalls(page), [["openWith", PIN]]);
});

test("confirming asks for the tick and the name, and says which is missing", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "keys");
  await page.getByRole("button", { name: "Confirm receipt" }).click();
  t.regex(await focusedText(page), /Tick that you have stored the keys\.Type your name\./);
  await page.locator("#stored").check();
  await page.getByRole("button", { name: "Confirm receipt" }).click();
  t.notRegex(await focusedText(page), /Tick that/);
  t.deepEqual(
    (await readerCalls(page)).filter(([what]) => what === "confirm"),
    [],
  );
});

test("a format asks for what it needs, and a weak one to be sure of it", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "keys");
  await page.getByText("Other formats").click();
  const save = page.getByRole("button", { name: "Save the file" });
  await page.getByLabel("Format", { exact: true }).selectOption("kem");
  await page.getByText("This format protects keys badly").waitFor();
  await save.click();
  t.regex(await focusedText(page), /Type a passphrase.*Tick that you need this format/);
  const passphrase = page.getByLabel("Passphrase for the file");
  t.is(await passphrase.getAttribute("type"), "password");
  await passphrase.fill(" correct horse ");
  await page.getByLabel("I know that and need this format.").check();
  await save.click();
  await page.getByLabel("Format", { exact: true }).selectOption("pskc");
  await page.getByLabel("Protect the file with").selectOption({ label: "a key-encryption key" });
  await page.getByLabel("Key-encryption key").fill(`${"0f".repeat(32)}\n`);
  await save.click();
  t.deepEqual(await readerCalls(page), [
    ["save", "kem", { passphrase: " correct horse " }],
    ["save", "pskc", { kek: "0f".repeat(32) }],
  ]);
});

test("what the writer of a format refuses is said beside its field", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "keys");
  await page.getByText("Other formats").click();
  await page.getByLabel("Format", { exact: true }).selectOption("cms");
  await page.getByLabel("Certificate (PEM)").fill("nonsense");
  await showScreen(page, "keys-option");
  t.regex(await focusedText(page), /This certificate cannot be used/);
  t.is(await page.getByLabel("Certificate (PEM)").getAttribute("aria-invalid"), "true");
  t.is(await page.getByLabel("Certificate (PEM)").inputValue(), "nonsense");
});

test("100 000 keys: fifty rows at a time, found by filter and by page", async (t) => {
  const page = await galleryPage(t, browser, files);
  await page.evaluate("gallery.keys = 100000");
  await showScreen(page, "keys");
  await page.getByText("Rows 1 to 50 of 100,000").waitFor();
  t.is(await page.locator("tbody tr").count(), 50);
  await page.getByRole("button", { name: "Next rows" }).press("Enter");
  await page.getByText("Rows 51 to 100 of 100,000").waitFor();
  t.is(await focusedText(page), "Next rows");
  await page.getByLabel("Find a meter").fill("76398798");
  await page.getByText("2 keys found. Rows 1 to 2 of 2").waitFor();
  await page.getByLabel("Find a meter").fill("nothing");
  await page.getByText("No meter fits what you typed.").waitFor();
});

test("nothing that has the focus hides behind the countdown (WCAG 2.4.11)", async (t) => {
  const page = await galleryPage(t, browser, files, { viewport: { width: 1280, height: 720 } });
  await page.evaluate("gallery.keys = 20");
  await showScreen(page, "keys-idle");
  await page.locator("tbody tr").first().waitFor();
  for (let presses = 0; presses < 50; presses++) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(`(() => {
      const here = document.activeElement;
      const floating = document.querySelector(".floating");
      const over = floating.getBoundingClientRect();
      const box = here.getBoundingClientRect();
      const apart = box.bottom <= over.top || box.top >= over.bottom || here === document.body;
      return apart || floating.contains(here) ? null : here.outerHTML;
    })()`);
    t.is(hidden, null);
  }
});

test("the countdown is seen, heard now and then, and put off by one press", async (t) => {
  const page = await galleryPage(t, browser, files);
  await showScreen(page, "keys-idle");
  t.regex((await page.locator(".floating").textContent()) ?? "", /in 95 seconds/);
  t.regex(
    (await page.locator(".floating p[role=status].hidden").textContent()) ?? "",
    /in 120 seconds/,
  );
  await page.getByRole("button", { name: "I am still here" }).click();
  t.deepEqual(await readerCalls(page), [["stay"]]);
});
