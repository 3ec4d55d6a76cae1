import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { ConfigSchema } from "../src/base/config.ts";
import { temporaryFolder } from "./support/databases.ts";
import { commandEnvironment } from "./support/process.ts";

const README = readFileSync("README.md", "utf8");

/** The shell blocks that are no installation: those run in .ci/run, once. */
const blocks = [...README.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map((match) => match[1] ?? "")
  .filter((block) => !block.startsWith("npm ci"));

test("the commands of the README work in a row, as they stand", (t) => {
  t.timeout(120_000);
  t.true(blocks.length >= 5);
  const folder = temporaryFolder(t);
  const script = [
    "set -euo pipefail",
    // Ends what `serve &` has started, also when a command fails.
    'trap "kill %1; wait %1" EXIT',
    ...blocks,
  ].join("\n");
  // The files that a reader would make lie in a folder of their own; npx finds the checkout.
  const run = spawnSync("bash", ["-c", script.replaceAll("npx meterseal", command())], {
    cwd: folder,
    encoding: "utf8",
    env: commandEnvironment({
      METERSEAL_INTERNAL_PORT: "0",
      METERSEAL_FIELD_PORT: "0",
      METERSEAL_EXCHANGE_PORT: "0",
    }),
  });
  const said = `${run.stdout}\n${run.stderr}`;
  t.is(run.status, 0, said);
  t.regex(run.stdout, /2f2f0c13785634122f2f2f2f2f2f2f2f/, said);
  t.regex(run.stdout, /KAM-76348799\/1B\/16/, said);
  t.regex(run.stdout, /frames\.decrypted/, said);
});

test("`npx meterseal` runs the command of a checkout", (t) => {
  const run = spawnSync("npx", ["meterseal", "--version"], {
    encoding: "utf8",
    env: commandEnvironment(),
  });
  t.is(run.stdout.trim(), JSON.parse(readFileSync("package.json", "utf8")).version, run.stderr);
});

test("the README's table has every setting and no other", (t) => {
  const table = README.slice(README.indexOf("## Configuration"), README.indexOf("## Layout"));
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap((match) => [...(match[1] ?? "").matchAll(/`([a-zA-Z]+)`/g)])
    .map((match) => match[1]);
  const byName = (a = "", b = "") => (a < b ? -1 : 1);
  t.deepEqual(named.sort(byName), Object.keys(ConfigSchema.shape).sort(byName));
});

test("SECURITY.md names every dependency and only tests that exist", (t) => {
  const security = readFileSync("SECURITY.md", "utf8");
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    t.true(security.includes(`\`${name}\``) || name.startsWith("@types/"), name);
  }
  for (const [, file = ""] of security.matchAll(/`([a-z.-]+\.test\.ts)`/g)) {
    t.true(existsSync(join("test", file)), file);
  }
});

test("README.md is at most 200 lines and refers to files that exist", (t) => {
  t.true(README.split("\n").length <= 201);
  for (const [, path = ""] of README.matchAll(/\]\(([A-Za-z0-9/._-]+)\)/g)) {
    t.true(readFileSync(path, "utf8").length > 0, path);
  }
});

function command(): string {
  return `${process.execPath} ${join(process.cwd(), "dist/cli/main.js")}`;
}
