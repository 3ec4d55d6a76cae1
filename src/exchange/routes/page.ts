/**
 * `GET /r` and `GET /assets/*`: one page, the same for every link; looking at it changes nothing.
 *
 * The fragment stays in the browser. Nothing is kept in a cache, hashed names or not: a page that
 * opens keys is fetched anew each time, and leaves nothing to alter on a disk.
 *
 * @module
 */
import { Router } from "express";
import { type PageFile, type PageFiles, sendPageFile } from "../../http/middleware/page-files.ts";
import { brandCss, brandJson, type ExchangeBrand } from "../page/brand.ts";

export function pageRoute({ document, assets }: PageFiles, brand: ExchangeBrand): Router {
  const branded = brandFiles(brand);
  return Router()
    .get("/r", (_req, res) => sendPageFile(res, document))
    .get("/assets/:name", (req, res, next) => {
      const { name } = req.params;
      const file = branded.get(name) ?? assets.get(name);
      if (file === undefined) {
        next();
      } else {
        sendPageFile(res, file);
      }
    })
    .get("/assets/brand/:name", (req, res, next) => {
      const { logo } = brand;
      if (logo === null || req.params.name !== logo.name) {
        next();
      } else {
        // Not under the page's policy: an image needs nothing.
        res.set("X-Robots-Tag", "noindex").type(logo.mediaType).send(logo.bytes);
      }
    });
}

function brandFiles(brand: ExchangeBrand): ReadonlyMap<string, PageFile> {
  return new Map([
    ["brand.json", { bytes: Buffer.from(brandJson(brand)), mediaType: "application/json" }],
    ["brand.css", { bytes: Buffer.from(brandCss(brand)), mediaType: "text/css; charset=utf-8" }],
  ]);
}
