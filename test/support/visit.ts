/**
 * What a reader does on the collecting page, by role and label, in the words of the English
 * catalogue.
 *
 * @module
 */
import type { Download, Locator, Page } from "playwright-core";
import type { FormatId, FormatOption, FormatOptions } from "../../src/handover/formats/contract.ts";
import type { ClosedReason } from "../../src/web/collect/contract.ts";
import { closed, receipt } from "../../src/web/words/collect/en/end.ts";
import { files } from "../../src/web/words/collect/en/files.ts";
import { confirm, keys, table as words } from "../../src/web/words/collect/en/keys.ts";
import * as start from "../../src/web/words/collect/en/start.ts";

/** Names of the page's screens. */
export type ScreenName = "loading" | "paste" | "pin" | "keys" | "receipt" | "offline";

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
  closed(reason: ClosedReason): Promise<void>;
  /** Everything the page says. */
  words(): Promise<string>;
  heading(): Promise<string>;
  /** Waits for words that a reader is warned with. */
  warns(text: string): Promise<void>;
  /** Waits for words that tell how it goes on. */
  status(text: string): Promise<void>;
  paste(text: string): Promise<void>;
  /** Types a PIN, and sends it if that can be done. */
  typePin(pin: string): Promise<void>;
  filter(text: string): Promise<void>;
  /** Waits for the row of a meter. */
  finds(serial: string): Promise<void>;
  /** Serial numbers on the screen. */
  serials(): Promise<string[]>;
  /** Shows the first key of the list, and reads it. */
  reveal(): Promise<string>;
  copy(): Promise<void>;
  /** Asks for a file that may be refused. */
  ask(format: FormatId, options?: FormatOptions): Promise<void>;
  /** Saves a file and reads it. */
  save(format: FormatId, options?: FormatOptions): Promise<SavedFile>;
  /** Saves by the button of this name. */
  saveBy(button: string): Promise<SavedFile>;
  confirm(name: string): Promise<void>;
  /** The receipt as it is saved. */
  receipt(): Promise<ReturnType<JSON["parse"]>>;
  /** Presses a button by its label. */
  press(label: string): Promise<void>;
}

const HEADINGS: Readonly<Record<ScreenName, readonly string[]>> = {
  loading: [start.page.loading],
  offline: [start.page.offline],
  paste: [start.paste.heading],
  pin: [start.pin.heading, start.pin.again],
  keys: [keys.heading],
  receipt: [receipt.heading],
};

/** What a reader does in one tab. */
export function visitOf(page: Page): Visit {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).first().click();
  const table = page.getByRole("table", { name: words.caption });
  const heading = async (texts: readonly string[]) => {
    const shown = texts.map((name) => page.getByRole("heading", { level: 1, name, exact: true }));
    await shown.reduce((all, one) => all.or(one)).waitFor();
  };
  const ask: Visit["ask"] = async (format, options = {}) => {
    if (format === "csv") {
      await press(files.csv);
      return;
    }
    const choice = page.getByLabel(files.format, { exact: true });
    if (!(await choice.isVisible())) {
      await page.getByText(files.others, { exact: true }).click();
    }
    await choice.selectOption(format);
    await fillOptions(page, options);
    await press(files.button);
  };
  const save = async (action: () => Promise<void>): Promise<SavedFile> => {
    const coming = page.waitForEvent("download");
    await action();
    return await readDownload(await coming);
  };
  return {
    page,
    press,
    shows: (screen) => heading(HEADINGS[screen]),
    closed: (reason) => heading([closed[reason].heading]),
    words: () => textOf(page.locator("body")),
    heading: () => textOf(page.getByRole("heading", { level: 1 })),
    warns: (text) =>
      page.getByRole("region", { name: start.page.summary }).getByText(text).waitFor(),
    status: (text) => page.getByRole("status").getByText(text).first().waitFor(),
    async paste(text) {
      await page.getByLabel(start.paste.label).fill(text);
      await press(start.paste.button);
    },
    async typePin(pin) {
      await page.getByLabel(start.pin.label, { exact: true }).fill(pin);
      const button = page.getByRole("button", { name: start.pin.button });
      if (await button.isEnabled()) {
        await button.click();
      }
    },
    filter: (text) => page.getByLabel(words.filter).fill(text),
    finds: (serial) => table.getByRole("rowheader").getByText(serial).waitFor(),
    serials: () => table.getByRole("rowheader").locator(".code").allTextContents(),
    async reveal() {
      await table.getByRole("button", { name: words.reveal }).first().click();
      return await textOf(table.locator(".key .code").first());
    },
    copy: () => table.getByRole("button", { name: words.copy }).first().click(),
    ask,
    save: (format, options) => save(() => ask(format, options)),
    saveBy: (button) => save(() => press(button)),
    async confirm(name) {
      await page.getByLabel(confirm.tick).check();
      await page.getByLabel(confirm.name).fill(name);
      await press(confirm.button);
    },
    async receipt() {
      return JSON.parse((await save(() => press(receipt.save))).text);
    },
  };
}

async function fillOptions(page: Page, options: FormatOptions): Promise<void> {
  for (const [option, value] of Object.entries(options)) {
    const way = page.getByLabel(files.way);
    if (await way.isVisible()) {
      await way.selectOption({ label: files.ways[option as FormatOption] });
    }
    await page.getByLabel(files.labels[option as FormatOption], { exact: true }).fill(value);
  }
  const tick = page.getByLabel(files.legacyTick);
  if (await tick.isVisible()) {
    await tick.check();
  }
}

async function readDownload(download: Download): Promise<SavedFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download.createReadStream()) {
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return { name: download.suggestedFilename(), bytes, text: bytes.toString("utf8") };
}

async function textOf(place: Locator): Promise<string> {
  return (await place.textContent()) ?? "";
}
