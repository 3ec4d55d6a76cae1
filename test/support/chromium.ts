/**
 * A real Chromium for the tests of pages: the one named by `CHROMIUM`, or the one that comes from
 * the npm registry, unpacked once before any test starts.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Environment for the tests: where the browser is, and libraries that this machine lacks. */
export async function chromiumEnvironment(): Promise<Record<string, string>> {
  const own = process.env["CHROMIUM"];
  if (own !== undefined) {
    return { CHROMIUM: own };
  }
  const before = { ...process.env };
  // The package brings its libraries only where it believes to be in its maker's usual place.
  process.env["AWS_EXECUTION_ENV"] = `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`;
  const { default: chromium } = await import("@sparticuz/chromium");
  const path = await chromium.executablePath();
  // It changes the environment for itself; the tests' own stays as it was.
  process.env = before;
  const runs = spawnSync(path, ["--version"], { stdio: "ignore" });
  const libraries = join(tmpdir(), "al2023", "lib");
  return { CHROMIUM: path, ...(runs.status === 0 ? {} : { CHROMIUM_LIBRARIES: libraries }) };
}
