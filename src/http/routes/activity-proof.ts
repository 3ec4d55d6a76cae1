/**
 * `GET /v1/activity/{index}/proof`: an entry, its path and the checkpoint that the path leads to.
 *
 * As JSON, or as a C2SP tlog-proof when `Accept` or `form` asks for it: a file that stands alone.
 *
 * @module
 */
import { type Request, Router } from "express";
import { z } from "zod";
import { ProofError, proveInclusion } from "../../activity/ask/proofs/prove.ts";
import { leafHash } from "../../activity/hashing.ts";
import { formatProofFile } from "../../activity/tree/proof-file.ts";
import { Problem } from "../../base/problem.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { requireEntry } from "../log-entry.ts";
import { parseValue } from "../parse.ts";

const PROOF_TYPE = "application/vnd.c2sp.tlog-proof";
const Query = z.strictObject({ form: z.enum(["json", "tlog-proof"]).optional() });

export function activityProofRoutes(context: CoreContext): Router {
  return Router().get(
    "/v1/activity/:index/proof",
    guard(context, "activity.read"),
    async (req, res) => {
      const form = formOf(req);
      const { index, body } = await requireEntry(context, callerOf(res), req);
      const checkpoint = await context.activity.checkpoint();
      const leaf = leafHash(body);
      const path = await proveInclusion(context.db, checkpoint, index, leaf, (error) =>
        context.logger.error({ code: error.code, detail: error.message }, "index damaged"),
      ).catch((error: unknown) => {
        throw error instanceof ProofError ? refusal(context, error) : error;
      });
      res.vary("Accept");
      if (form === "tlog-proof") {
        const entry = Buffer.from(body, "utf8");
        const file = formatProofFile({ entry, index, path, checkpoint: checkpoint.note });
        res.type("text/plain").send(file);
        return;
      }
      res.json({
        index,
        size: checkpoint.size,
        entry: body,
        leafHash: base64(leaf),
        proof: path.map(base64),
        checkpoint: checkpoint.note,
      });
    },
  );
}

function formOf(req: Request): "json" | "tlog-proof" {
  const { form } = parseValue(Query, req.query);
  return (
    form ?? (req.accepts(["application/json", PROOF_TYPE]) === PROOF_TYPE ? "tlog-proof" : "json")
  );
}

/** What is stored was changed: nothing is quoted, and the operator reads why. */
function refusal({ logger }: CoreContext, error: ProofError): Problem {
  logger.error({ code: error.code, detail: error.message }, "no proof");
  const detail = "what is stored does not lead to the signed root: the log was changed";
  return new Problem(500, error.code, detail);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
