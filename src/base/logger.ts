/**
 * Operational logs: JSON lines on stderr, for people who run the service.
 *
 * Not the activity log. No secret is ever passed in; redaction is a second net for fields that a
 * library might add. Messages of foreign errors are not logged: they may quote what they read.
 *
 * @module
 */
import pino, { type Logger } from "pino";

export function createLogger(
  program: "core" | "exchange" | "serve" | "witness",
  level: string,
): Logger {
  return pino(
    {
      level,
      base: { program, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          "authorization",
          "*.authorization",
          "token",
          "*.token",
          "pin",
          "*.pin",
          "key",
          "*.key",
          "err.message",
          "err.body",
        ],
        censor: "[redacted]",
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** What may be said of a foreign error: its kind, never its message. */
export function kindOf(error: unknown): { error: string; code: string | null } {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return { error: String(name), code: code === undefined ? null : String(code) };
}
