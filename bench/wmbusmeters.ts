/**
 * The decoder of the field, where it is on the PATH, on the frames that the pipeline gets.
 *
 * It does more than decrypt: it decodes every telegram into readings. It keeps no log, looks keys
 * up by walking a list, and gets them in clear.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { childEnvironment } from "../src/base/config.ts";
import { addressText } from "./modes.ts";
import type { Sample } from "./samples.ts";

const LIMIT_MS = 5000;
const NEWLINE = 0x0a;
const DRIVER = "iperl";

/** Its version, or null where it is not installed. */
export function wmbusmetersVersion(): string | null {
  const { status, stdout } = spawnSync("wmbusmeters", ["--version"], {
    encoding: "utf8",
    env: childEnvironment({}),
  });
  return status === 0 ? (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? "") : null;
}

/** Telegrams per second with every meter and its key configured; null when it decodes none. */
export async function configuredRate(
  meters: number,
  samples: readonly Sample[],
): Promise<number | null> {
  const known = samples.slice(0, meters).flatMap(({ place, keys }) => {
    const id = addressText(place).slice(4, 12);
    return [`m${id}`, DRIVER, id, Buffer.from(keys.key).toString("hex")];
  });
  const lines = samples.map(({ bytes }) => Buffer.from(bytes).toString("hex"));
  return await rateOf(["stdin:hex", ...known], lines, meters);
}

/** Telegrams per second with the key on each line; null when it decodes none. */
export async function keyedRate(
  meters: number,
  samples: readonly Sample[],
): Promise<number | null> {
  const lines = samples.map(({ bytes, keys }) =>
    JSON.stringify({
      _: "decode",
      telegram: Buffer.from(bytes).toString("hex"),
      key: Buffer.from(keys.key).toString("hex"),
    }),
  );
  return await rateOf(["stdin:jsonl"], lines, meters);
}

/** Times what comes after the first `warm` lines, for at most some seconds. */
async function rateOf(
  args: readonly string[],
  lines: readonly string[],
  warm: number,
): Promise<number | null> {
  const child = spawn("wmbusmeters", ["--silent", "--format=json", ...args], {
    stdio: ["pipe", "pipe", "ignore"],
    env: childEnvironment({}),
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  // It is stopped while it still has lines to read.
  child.stdin.on("error", () => undefined);
  let answered = 0;
  let start = 0;
  let last = 0;
  let isDecoded = false;
  const timer = setTimeout(() => child.kill("SIGKILL"), 2 * LIMIT_MS);
  child.stdout.on("data", (chunk: Buffer) => {
    isDecoded ||= chunk.includes('"total_m3"');
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      answered++;
      if (answered === warm) {
        start = performance.now();
      }
    }
    last = performance.now();
    if (answered === lines.length || (start > 0 && last - start > LIMIT_MS)) {
      child.kill("SIGKILL");
    }
  });
  child.stdin.write(`${lines.join("\n")}\n`);
  await ended;
  clearTimeout(timer);
  return isDecoded && answered > warm ? (answered - warm) / ((last - start) / 1000) : null;
}
