/**
 * A built page, read once at start and served from memory: no path of a request ever reaches
 * the file system.
 *
 * Each page has a folder of its own, so that a listener has the files of its pages and no others.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Response } from "express";
import { ConfigError } from "../../base/config.ts";
import { setPageHeaders } from "./page-headers.ts";

/** Where the build puts the pages, seen from the compiled file. */
const BUILT = new URL("../../../web/", import.meta.url);

export type PageName = "collect" | "audit";

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
 * Reads a built page.
 *
 * @throws {@link ConfigError} when it is not there: an exchange without its page would hand out
 *   links that nobody can open
 */
export function readPageFiles(page: PageName, built: URL = BUILT): PageFiles {
  try {
    const folder = new URL(`${page}/`, built);
    const assets = new URL("assets/", folder);
    // A kind of file that no browser is told about here is not a part of the page.
    const names = readdirSync(assets).filter((name) => extname(name) in MEDIA_TYPES);
    return {
      document: readPageFile(new URL(`${page}.html`, folder)),
      assets: new Map(names.map((name) => [name, readPageFile(new URL(name, assets))])),
    };
  } catch (cause) {
    throw new ConfigError("page: dist/web cannot be read, run npm run build", { cause });
  }
}

/** Answers with a file of a page. */
export function sendPageFile(res: Response, { bytes, mediaType }: PageFile): void {
  setPageHeaders(res);
  res.type(mediaType).send(bytes);
}

function readPageFile(path: URL): PageFile {
  const mediaType = MEDIA_TYPES[extname(path.pathname)] ?? "application/octet-stream";
  return { bytes: readFileSync(path), mediaType };
}
