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

/** True where the database as a whole does not take writes now: trying one by one is no use. */
export function isUnavailable(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return (
    name === "KnexTimeoutError" ||
    /^(SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN|LOCKED)|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(
      String(code),
    )
  );
}
