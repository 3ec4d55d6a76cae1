/**
 * The version of this release.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** As `package.json` has it. */
export function readVersion(): string {
  const file = new URL("../../../package.json", import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}
