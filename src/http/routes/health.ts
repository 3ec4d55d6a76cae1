/**
 * `GET /healthz`, `GET /readyz`: for supervisors, and for a local client that wants to know whom
 * it talks to before it sends its token.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { Router } from "express";
import { Problem } from "../../base/problem.ts";
import type { CoreContext } from "../context.ts";

const NONCE = /^[A-Za-z0-9_-]{16,128}$/;

export function healthRoutes({ instanceKey, isReady }: CoreContext): Router {
  return Router()
    .get("/healthz", (req, res) => {
      const { nonce } = req.query;
      if (nonce === undefined) {
        res.json({ status: "ok" });
        return;
      }
      if (typeof nonce !== "string" || !NONCE.test(nonce)) {
        throw new Problem(400, "BAD_REQUEST", "expected 16 to 128 base64url characters", "/nonce");
      }
      const proof = createHmac("sha256", instanceKey).update(nonce, "ascii").digest("base64url");
      res.json({ status: "ok", proof });
    })
    .get("/readyz", (_req, res) => {
      if (!isReady()) {
        throw new Problem(
          503,
          "NOT_READY",
          "the core is starting or stopping, or its log is locked",
        );
      }
      res.json({ status: "ready" });
    });
}
