/**
 * The one door out for refusals and failures: RFC 9457 problem details.
 *
 * A `Problem` says what the caller may know. Anything else is a failure of ours: the answer says
 * so and no more, and the log gets name, code and stack, never the message, which may quote
 * bound values or parts of a body.
 *
 * @module
 */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { Problem } from "../../base/problem.ts";
import { requestIdOf } from "./request-id.ts";

export type Members = Readonly<Record<string, string | number | boolean>>;

/** A problem with extension members (RFC 9457 §3.2). */
export class DetailedProblem extends Problem {
  readonly members: Members;

  constructor(status: number, code: string, detail: string, members: Members) {
    super(status, code, detail);
    this.members = members;
  }
}

export interface ProblemHandlerOptions {
  readonly logger: Logger;
  /** Told of every refusal, to count it. */
  readonly onRefusal?: (problem: Problem, res: Response) => void;
}

/** Writes a problem. */
export function sendProblem(res: Response, problem: Problem): void {
  const { status, code, message: detail, pointer } = problem;
  // A locked log does not open by itself.
  if (status === 503 && code !== "LOG_LOCKED") {
    res.set("Retry-After", "5");
  }
  if (status === 408 || status === 413) {
    // The rest of the body is not wanted.
    res.set("Connection", "close");
  }
  res
    .status(status)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: "about:blank",
        status,
        code,
        detail,
        ...(pointer === null ? {} : { pointer }),
        ...(problem instanceof DetailedProblem ? problem.members : {}),
      }),
    );
}

/** Last in line: no route took the request. */
export function notFound(): RequestHandler {
  return (_req, _res, next) => next(new Problem(404, "NOT_FOUND", "there is nothing here"));
}

/** Turns whatever was thrown into an answer; a started answer is broken off, never ended. */
export function problemHandler({ logger, onRefusal }: ProblemHandlerOptions): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const problem = error instanceof Problem ? error : readable(error);
    // A refusal of our own making is no failure, even as 503; one with a cause is.
    if (problem.status >= 500 && (problem !== error || problem.cause !== undefined)) {
      logger.error({ request: requestIdOf(res), problem: problem.code, ...trace(error) }, "failed");
    }
    onRefusal?.(problem, res);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    sendProblem(res, problem);
  };
}

/** Errors of the framework itself carry a status (bad escapes in a path); their text is dropped. */
function readable(error: unknown): Problem {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 500
    ? new Problem(status, "BAD_REQUEST", "the request is malformed")
    : new Problem(500, "INTERNAL", "an internal error; the log has more under this request id");
}

/** What may be logged of an error: not its message. */
function trace(error: unknown): { error: string; errorCode: string | null; stack: string[] } {
  const cause = error instanceof Problem && error.cause !== undefined ? error.cause : error;
  const { name, code, stack } = (cause ?? {}) as { name?: string; code?: string; stack?: string };
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: String(name), errorCode: code ?? null, stack: frames.slice(0, 8) };
}
