/**
 * Exports into a directory, and what is in it then.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { createClient } from "../../cli/client.ts";
import { type Exported, exportLog } from "../../cli/log/export-log.ts";
import { openMirror } from "../../cli/log/mirror.ts";
import { type FakeService, TOKEN } from "./command.ts";
import type { MadeLog } from "./made-log.ts";

/** The code of a refusal. */
export async function codeOf(done: Promise<Exported>): Promise<string> {
  return await done.then(
    () => "done",
    (error: { code?: string }) => String(error.code),
  );
}

/** What the command does, without a process of its own. */
export async function exportTo(dir: string, { url }: FakeService, key?: string): Promise<Exported> {
  const client = createClient(new URL(url), TOKEN);
  return await exportLog(client, await openMirror(dir), key, async () => () => undefined);
}

/** The directory holds this log and nothing else. */
export function assertMirrors(t: ExecutionContext, dir: string, log: MadeLog): void {
  t.deepEqual(filesIn(dir), sorted(["checkpoint", "vkey", ...namesOf(log)]));
  for (const name of filesIn(dir)) {
    t.deepEqual(readFileSync(join(dir, name)), log.file(name), name);
  }
}

/** Tiles and bundles of a log below 65 536 entries. */
export function namesOf({ size }: MadeLog): string[] {
  const names = (level: string, count: number) =>
    Array.from({ length: Math.ceil(count / 256) }, (_, i) => {
      const width = Math.min(256, count - i * 256);
      const name = `tile/${level}/${String(i).padStart(3, "0")}`;
      return width === 256 ? name : `${name}.p/${width}`;
    });
  return [...names("0", size), ...names("1", Math.floor(size / 256)), ...names("entries", size)];
}

export function filesIn(dir: string): string[] {
  const names = existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: "utf8" }) : [];
  return sorted(names.filter((name) => statSync(join(dir, name)).isFile()));
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

export function contentOf(dir: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(dir).map((name) => [name, readFileSync(join(dir, name), "base64")]),
  );
}

export function flipped(bytes: Buffer | null): Buffer {
  const copy = Buffer.from(bytes ?? []);
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
