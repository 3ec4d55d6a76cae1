/**
 * `GET /r`: one page, the same for every link; looking at it changes nothing.
 *
 * The fragment stays in the browser. The page runs no script yet: it says how to collect.
 *
 * @module
 */
import { Router } from "express";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
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

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Meter keys are waiting</title>
</head>
<body>
<main>
<h1>Meter keys are waiting for you</h1>
<p>Opening this page has collected nothing. Your link is still good.</p>
<p>Collecting in the browser comes later. For now, use the command-line tool on your own
computer: copy the whole address of this page, with the part after the # sign, and run</p>
<pre>meterseal link collect LINK --pin -</pre>
<p>It asks for the PIN, which the sender gives you by another way: by telephone, SMS or letter.
If you have no PIN, or somebody else seems to have collected the keys, call the sender.</p>
</main>
</body>
</html>
`;

export function pageRoute(): Router {
  return Router().get("/r", (_req, res) => {
    res.set({
      "Content-Security-Policy": POLICY,
      "Permissions-Policy": PERMISSIONS,
      "X-Robots-Tag": "noindex",
    });
    res.type("html").send(PAGE);
  });
}
