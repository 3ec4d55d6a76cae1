/**
 * What both listeners of the core have in common, around their routes.
 *
 * @module
 */
import express, { type Express, type Router } from "express";
import { KeystoreError } from "../../keystore/index.ts";
import { ActivityError } from "../activity/activity.ts";
import { Problem } from "../base/problem.ts";
import { isDatabaseError } from "../db/errors.ts";
import type { CoreContext, ListenerName } from "./context.ts";
import { recordRefusals } from "./guard.ts";
import { allowedHosts } from "./middleware/allowed-hosts.ts";
import { notFound, problemHandler } from "./middleware/problem-handler.ts";
import { requestId } from "./middleware/request-id.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { healthRoutes } from "./routes/health.ts";

export interface ListenerOptions {
  readonly hosts: readonly string[];
  readonly trustProxy: readonly string[];
}

export function createListener(
  context: CoreContext,
  name: ListenerName,
  options: ListenerOptions,
  routes: readonly Router[],
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", [...options.trustProxy]);
  app.set("query parser", "simple");
  app.use(
    requestId(),
    context.metrics.timed(name),
    securityHeaders(),
    allowedHosts(options.hosts),
    healthRoutes(context),
  );
  for (const route of routes) {
    app.use(route);
  }
  app.use(notFound());
  app.use(asProblem());
  app.use(recordRefusals(context, name));
  app.use(problemHandler({ logger: context.logger }));
  return app;
}

/** Failures of ours that a caller may wait out: 503, and nothing was released. */
function asProblem(): express.ErrorRequestHandler {
  return (error, _req, _res, next) => {
    next(readableFailure(error));
  };
}

export function readableFailure(error: unknown): unknown {
  if (error instanceof ActivityError && error.code === "LOG_LOCKED") {
    return unavailable(
      error.code,
      `the activity log is locked (${error.lock?.code}): nothing is recorded or released until ` +
        `an operator has looked, see ${error.lock?.code} in docs/runbook.md`,
      error,
    );
  }
  if (error instanceof ActivityError || isDatabaseError(error)) {
    return unavailable("LOG_UNAVAILABLE", "the activity log takes no entries: try later", error);
  }
  if (error instanceof KeystoreError) {
    return error.code === "KEY_INTEGRITY"
      ? new Problem(409, "KEY_INTEGRITY", "a stored key does not open: its row was changed")
      : error.code === "KEY_LENGTH"
        ? new Problem(400, "KEY_LENGTH", error.message)
        : error.code === "RECIPIENT_KEY"
          ? new Problem(409, "RECIPIENT_KEY", error.message)
          : unavailable(error.code, "the keystore is not available: try later", error);
  }
  return error;
}

function unavailable(code: string, detail: string, cause: unknown): Problem {
  const problem = new Problem(503, code, detail);
  problem.cause = cause;
  return problem;
}
