/**
 * `GET /log/tile/…`: the tree's tiles and the bundles of entries, as C2SP tlog-tiles.
 *
 * What never changes may be kept by the caller. A tile that is not there is an answer, not a
 * refusal: clients look for the full tile beside the partial one (tlog-tiles, partial tiles).
 *
 * @module
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Request, type Response, Router } from "express";
import { actorOf } from "../../access/caller.ts";
import { createExportRecord, type RecordExport } from "../../activity/ask/proofs/export-record.ts";
import { readBundle, storedSize, storedTiles } from "../../activity/ask/proofs/stored-tiles.ts";
import { parseTilePath, splitTile, type TileRef, tileWidth } from "../../activity/tree/tiles.ts";
import { Problem } from "../../base/problem.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { sendProblem } from "../middleware/problem-handler.ts";

const PREFIX = "/log/";
const FOREVER = "private, max-age=31536000, immutable";
const zip = promisify(gzip);

export function logTileRoutes(context: CoreContext): Router {
  const recordExport = createExportRecord(context.activity, context.clock);
  return Router().get("/log/tile/*path", guard(context, "activity.read"), async (req, res) => {
    // The path as it was sent: a name that had to be unescaped is none of ours.
    const ref = req.path.startsWith(PREFIX) ? parseTilePath(req.path.slice(PREFIX.length)) : null;
    const size = await storedSize(context.db);
    const { level, index, width } = ref ?? { level: 0, index: 0, width: Number.POSITIVE_INFINITY };
    const there = tileWidth(level === "entries" ? 0 : level, index, size);
    if (ref === null || width > there) {
      sendProblem(res, new Problem(404, "TILE_UNKNOWN", "the log has no such tile"));
    } else if (level === "entries") {
      await sendBundle(context, recordExport, req, res, ref, size);
    } else {
      const bytes = await storedTiles(context.db)({ level, index, width });
      if (splitTile(bytes, width) === null) {
        throw new Problem(500, "LOG_INTEGRITY", "rows of the log are missing: it was changed");
      }
      res.set("Cache-Control", FOREVER).type("application/octet-stream").send(bytes);
    }
  });
}

async function sendBundle(
  context: CoreContext,
  recordExport: RecordExport,
  req: Request,
  res: Response,
  { index, width }: TileRef,
  size: number,
): Promise<void> {
  const caller = callerOf(res);
  if (caller.customer !== null) {
    const detail = "bundles hold entries of every customer, and the token is for one";
    throw new Problem(403, "SCOPE", detail);
  }
  const bundle = await readBundle(context.db, index, width);
  if (bundle === null) {
    sendProblem(res, new Problem(404, "ENTRY_PRUNED", "the entries were pruned: hashes are left"));
    return;
  }
  await recordExport(actorOf(caller), size);
  const isZipped = req.acceptsEncodings("gzip") === "gzip";
  const body = isZipped ? await zip(bundle) : bundle;
  res.set("Cache-Control", FOREVER).type("application/octet-stream").vary("Accept-Encoding");
  res.set(isZipped ? { "Content-Encoding": "gzip" } : {}).send(body);
}
