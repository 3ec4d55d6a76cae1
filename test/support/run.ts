/**
 * Runs the whole suite: unpacks a browser, starts one PostgreSQL, hands both to ava, stops it.
 *
 * Arguments go to ava (`npm test -- dist/test/log.test.js`). With TEST_FAST=1 the
 * server is left out and storage tests run on SQLite alone.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { chromiumEnvironment } from "./chromium.ts";
import { startPostgres } from "./postgres.ts";

const fast = process.env["TEST_FAST"] === "1";
const server = fast ? null : await startPostgres();
const browser = await chromiumEnvironment();
const ava = spawn(
  process.execPath,
  ["node_modules/ava/entrypoints/cli.mjs", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      ...browser,
      ...(server === null ? {} : { TEST_POSTGRES_URL: server.url }),
    },
  },
);
const code = await new Promise<number>((resolve) => ava.once("exit", (c) => resolve(c ?? 1)));
await server?.stop();
process.exitCode = code;
