/**
 * Tells a database's failure from a refusal of our own.
 *
 * @module
 */

/** True for errors raised by a driver, the pool or the server: disk full, locked, gone, timeout. */
export function isDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return (
    error.name === "KnexTimeoutError" ||
    severity !== undefined ||
    (typeof code === "string" && /^(SQLITE_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(code)) ||
    error.message.startsWith("Connection terminated")
  );
}
