/**
 * Headers of the pages and their files.
 *
 * A worker is bound by the policy of its own script's answer, not by the page's: so scripts are
 * served under the same policy as the page.
 *
 * @module
 */
import type { Response } from "express";

/** The one policy of Trusted Types: it makes the address of a page's worker. */
const WORKER_POLICY = "meterseal-worker";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${WORKER_POLICY}`,
].join("; ");

/** Everything a page could ask for is off, but for copying. */
const PERMISSIONS = [
  "accelerometer=()",
  "camera=()",
  "display-capture=()",
  "geolocation=()",
  "gyroscope=()",
  "magnetometer=()",
  "microphone=()",
  "payment=()",
  "usb=()",
  "clipboard-read=()",
  "clipboard-write=(self)",
].join(", ");

/** Sets what a document or script of the page needs beside the headers of every answer. */
export function setPageHeaders(res: Response): void {
  res.set({
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "X-Robots-Tag": "noindex",
  });
}
