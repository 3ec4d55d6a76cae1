/**
 * Builds the gallery in memory, as the real page is built, and serves it to a browser under the
 * real page's policy: nothing of it is written to dist/web.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { GALLERY_NOW } from "./gallery-screens.ts";

const ORIGIN = "https://gallery.test";

/** As on the real page (exchange.md has it in full): no inline code or style, nothing foreign. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Of Vite what is used here; its own types would bring the browser's into every test. */
interface Vite {
  build(config: object): Promise<{
    readonly output: readonly (
      | { readonly type: "chunk"; readonly fileName: string; readonly code: string }
      | {
          readonly type: "asset";
          readonly fileName: string;
          readonly source: string | Uint8Array;
        }
    )[];
  }>;
}

const VITE: string = "vite";

export type BuiltGallery = ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>;

/** Builds the gallery's scripts and its stylesheet. */
export async function buildGallery(): Promise<BuiltGallery> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const { build } = (await import(VITE)) as Vite;
  const { output } = await build({
    configFile: false,
    root: `${root}src/web`,
    logLevel: "error",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      target: "es2022",
      rolldownOptions: {
        input: `${root}test/support/gallery.js`,
        output: {
          entryFileNames: "gallery.js",
          chunkFileNames: "[name]-[hash].js",
          assetFileNames: "gallery[extname]",
        },
      },
    },
  });
  return new Map(
    output.map((file) => [
      `/${file.fileName}`,
      file.type === "chunk"
        ? { type: "text/javascript", body: Buffer.from(file.code) }
        : { type: "text/css", body: Buffer.from(file.source) },
    ]),
  );
}

/** Opens the gallery in a page, at its own time, with an operator's accent if given. */
export async function openGallery(
  page: Page,
  files: BuiltGallery,
  accent: string | null = null,
): Promise<void> {
  const brand = accent === null ? "" : '<link rel="stylesheet" href="/brand.css">';
  const document = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${brand}
<link rel="stylesheet" href="/gallery.css"><script type="module" src="/gallery.js"></script>
</head><body><div id="page"></div></body></html>`;
  await page.route(`${ORIGIN}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const file = files.get(path);
    const headers = { "Content-Security-Policy": POLICY };
    if (path === "/") {
      await route.fulfill({ contentType: "text/html", headers, body: document });
    } else if (path === "/brand.css") {
      await route.fulfill({ contentType: "text/css", body: `:root{--accent:${accent}}` });
    } else if (file !== undefined) {
      await route.fulfill({ contentType: file.type, body: file.body });
    } else {
      await route.fulfill({ status: 404 });
    }
  });
  await page.clock.setFixedTime(GALLERY_NOW);
  await page.goto(`${ORIGIN}/`);
  await page.locator("main").waitFor();
}
