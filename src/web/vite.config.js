/**
 * Builds one page, named by `--mode`, into its own folder of dist/web: static files, everything
 * from this origin, nothing inline. A folder per page: whoever serves one has nothing of another.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A tag of a built script or style, up to its address. */
const TAG = /<(?:script|link)\b[^>]*?(?:src|href)="\.\/(assets\/[^"]+)"/g;

/**
 * Subresource Integrity (W3C SRI §3.2) on every tag that names a built file: what is served is
 * what was built. Scripts that a script imports are preloaded for it, because a preload can carry
 * a hash. After writing, because only then the files are final.
 */
function integrity(base) {
  return {
    name: "meterseal-integrity",
    writeBundle({ dir }, bundle) {
      for (const [name, page] of Object.entries(bundle).filter(([n]) => n.endsWith(".html"))) {
        const source = String(page.source).replace(/ crossorigin(?=[ >])/g, "");
        const tagged = source.replaceAll(TAG, (tag, file) =>
          file in bundle ? `${tag} integrity="${hashOf(dir, file)}"` : tag,
        );
        const preloads = importsOf(bundle, source).map(
          (file) =>
            `<link rel="modulepreload" href="./${file}" integrity="${hashOf(dir, file)}">\n`,
        );
        const whole = tagged.replace("<script", `${preloads.join("")}<script`);
        writeFileSync(join(dir, name), whole.replaceAll('="./assets/', `="${base}assets/`));
      }
    },
  };
}

/** Scripts that the scripts of a page import, and theirs, at once or before anything runs. */
function importsOf(bundle, source) {
  const queue = [...source.matchAll(TAG)].map(([, file]) => file);
  const tagged = queue.length;
  for (const file of queue) {
    queue.push(...(bundle[file]?.imports ?? []).filter((name) => !queue.includes(name)));
  }
  return queue.slice(tagged);
}

function hashOf(dir, file) {
  const hash = createHash("sha384").update(readFileSync(join(dir, file)));
  return `sha384-${hash.digest("base64")}`;
}

/** Asked for by @hpke/common where a platform has no WebCrypto; no browser ever comes there. */
const external = ["crypto"];

/** Where the files of a page lie, seen from its address. */
const BASES = { collect: "./", audit: "./audit/" };

export default ({ mode: page }) => {
  if (!(page in BASES)) {
    throw new TypeError(`--mode: expected ${Object.keys(BASES).join(" or ")}, got ${page}`);
  }
  return {
    root: at("."),
    // Relative: a listener may be reached under a path.
    base: "./",
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    plugins: [integrity(BASES[page])],
    build: {
      outDir: at(`../../dist/web/${page}`),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: false,
      target: "es2022",
      rolldownOptions: {
        input: { [page]: at(`${page}.html`) },
        external,
        // The worker's own build is a callback, and says nothing about the page's.
        checks: { pluginTimings: false },
      },
    },
    worker: { format: "es", rolldownOptions: { external } },
  };
};
