/**
 * Where the log lies that is to be verified: one place, named by one option.
 *
 * @module
 */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { clientSettings } from "../../src/base/config.ts";
import { vkeyFile } from "../../src/base/paths.ts";
import { parseServiceUrl } from "../client.ts";
import type { Context } from "../context.ts";
import { Misuse } from "../errors.ts";

export type Source =
  | { readonly kind: "data" }
  | { readonly kind: "dir"; readonly dir: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "proofs"; readonly files: readonly string[]; readonly keeper: KeyKeeper };

/** Where a key comes from that was not pinned. */
export interface KeyKeeper {
  readonly trust: string;
  vkey(): Promise<string>;
}

/** @throws {@link Misuse} when more than one place is named. */
export function oneSource(context: Context): Source {
  const { option, options } = context;
  const dir = option("dir");
  const url = option("url");
  const data = option("data");
  const files = options("proof");
  const named = [dir, url, data].filter((name) => name !== undefined).length;
  if (named > 1 || (files.length > 0 && url !== undefined)) {
    throw new Misuse("expected one of --data, --dir, --url and --proof");
  }
  if (files.length > 0) {
    return { kind: "proofs", files, keeper: keyKeeper(context, dir, data) };
  }
  if (dir !== undefined) {
    demandDirectory(dir);
    return { kind: "dir", dir };
  }
  return url === undefined ? { kind: "data" } : { kind: "url", url };
}

function demandDirectory(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Misuse("--dir: there is no such directory");
  }
}

/** A proof says nothing without the key that it is held against. */
function keyKeeper(context: Context, dir: string | undefined, data: string | undefined): KeyKeeper {
  if (dir !== undefined) {
    demandDirectory(dir);
    return {
      trust: "directory",
      async vkey() {
        const { directoryKey } = await import("../../src/programs/verify-elsewhere.ts");
        return await directoryKey(dir);
      },
    };
  }
  if (data === undefined && context.option("key") === undefined) {
    throw new Misuse("--proof: expected the log's key with --key, or --data or --dir to read it");
  }
  return {
    trust: "data directory",
    async vkey() {
      try {
        return await readFile(vkeyFile(context.config().data), "utf8");
      } catch {
        throw new Misuse("--data: there is no log.vkey here, give the key with --key");
      }
    },
  };
}

/** A token goes over https, or stays within this machine; without one any address will do. */
export function logAddress(address: string): { readonly url: URL; readonly token?: string } {
  const token = clientSettings().token?.trim();
  if (token !== undefined) {
    return { url: parseServiceUrl(address, "--url"), token };
  }
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== "") {
    throw new Misuse("--url: expected an address like https://meterseal.example");
  }
  return { url };
}
