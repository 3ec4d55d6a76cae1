/**
 * The built page, read once at start and served from memory: no path of a request ever reaches
 * the file system.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { ConfigError } from "../../base/config.ts";

/** Where the build puts the pages, seen from the compiled file. */
const BUILT = new URL("../../../web/", import.meta.url);

/** A file as it is served. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export interface PageFiles {
  readonly document: PageFile;
  /** By name, as it stands after `/assets/`. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/**
 * Reads the built page.
 *
 * @throws {@link ConfigError} when it is not there: an exchange without its page would hand out
 *   links that nobody can open
 */
export function readPageFiles(folder: URL = BUILT): PageFiles {
  try {
    const assets = new URL("assets/", folder);
    // A kind of file that no browser is told about here is not a part of the page.
    const names = readdirSync(assets).filter((name) => extname(name) in MEDIA_TYPES);
    return {
      document: readPageFile(new URL("collect.html", folder)),
      assets: new Map(names.map((name) => [name, readPageFile(new URL(name, assets))])),
    };
  } catch (cause) {
    throw new ConfigError("page: dist/web cannot be read, run npm run build", { cause });
  }
}

function readPageFile(path: URL): PageFile {
  const mediaType = MEDIA_TYPES[extname(path.pathname)] ?? "application/octet-stream";
  return { bytes: readFileSync(path), mediaType };
}
