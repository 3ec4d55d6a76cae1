/**
 * `GET /audit` and `GET /audit/assets/*`: the auditor's page, for whom it is no secret.
 *
 * The files are the same for everybody and need no token; what the page shows, it asks for with
 * the token that the auditor types in.
 *
 * @module
 */
import { Router } from "express";
import { type PageFiles, readPageFiles, sendPageFile } from "../middleware/page-files.ts";

export function auditPageRoutes({ document, assets }: PageFiles = readPageFiles("audit")): Router {
  return Router({ strict: true })
    .get("/audit", (_req, res) => sendPageFile(res, document))
    .get("/audit/", (_req, res) => res.redirect(308, "../audit"))
    .get("/audit/assets/:name", (req, res, next) => {
      const file = assets.get(req.params.name);
      if (file === undefined) {
        next();
      } else {
        sendPageFile(res, file);
      }
    });
}
