/**
 * `meterseal log verify` of what has left the service: a directory, a URL, proof files.
 *
 * Needs no database, no root key and nothing of a deployment but its log's key.
 *
 * @module
 */
import { parseVkey } from "../activity/hashing.ts";
import type { VerifierKey } from "../activity/tree/note.ts";
import { directoryFiles } from "../activity/verify/files/directory-files.ts";
import { httpFiles } from "../activity/verify/files/http-files.ts";
import { type LogFiles, LogFilesError } from "../activity/verify/files/log-files.ts";
import { verifyFiles } from "../activity/verify/files/verify-files.ts";
import { crewFor } from "../activity/verify/threads/crew.ts";
import { type GivenProof, verifyProofs } from "../activity/verify/verify-proofs.ts";
import { ConfigError } from "../base/config.ts";
import type { VerifyReport } from "./verify-log.ts";

/** What an auditor brings along. */
export interface Pins {
  readonly vkey?: string;
  readonly checkpoint?: string;
}

/** Where the files of a log lie. */
export type Place = { readonly dir: string } | { readonly url: URL; readonly token?: string };

const MAX_VKEY = 2000;

/**
 * @throws {@link ConfigError} when the key cannot be used
 * @throws {@link LogFilesError} when the files cannot be had
 */
export async function verifyPlace(
  place: Place,
  pins: Pins,
  progress: (entries: number, size: number) => void,
): Promise<VerifyReport> {
  const files = await filesAt(place);
  const key = pins.vkey === undefined ? await ownKey(files) : givenKey(pins.vkey);
  const { size, root, problems } = await verifyFiles(files, key, {
    outside: outsideOf(pins),
    progress,
    ...("dir" in place ? { crew: (entries) => crewFor(entries, { directory: place.dir }) } : {}),
  });
  const own = "dir" in place ? "directory" : "the log's own server";
  return reportOf(size, root, pins.vkey === undefined ? own : "pinned key", problems);
}

/** `keeper` = where the key is taken from when none is pinned. */
export async function verifyProofFiles(
  proofs: readonly GivenProof[],
  pins: Pins,
  keeper: { readonly trust: string; readonly vkey: () => Promise<string> },
): Promise<VerifyReport> {
  const key = givenKey(pins.vkey ?? (await keeper.vkey()));
  const { size, root, problems } = verifyProofs(proofs, key, outsideOf(pins));
  return reportOf(size, root, pins.vkey === undefined ? keeper.trust : "pinned key", problems);
}

/** The `vkey` file of a directory. */
export async function directoryKey(dir: string): Promise<string> {
  return await vkeyText(directoryFiles(dir));
}

async function filesAt(place: Place): Promise<LogFiles> {
  return "dir" in place
    ? directoryFiles(place.dir)
    : await httpFiles(place.url, { token: place.token });
}

async function ownKey(files: LogFiles): Promise<VerifierKey> {
  return givenKey(await vkeyText(files));
}

async function vkeyText(files: LogFiles): Promise<string> {
  const bytes = await files.read("vkey", MAX_VKEY);
  if (bytes === null) {
    throw new LogFilesError("NO_KEY", "there is no vkey beside the log: give the key with --key");
  }
  return Buffer.from(bytes).toString("utf8");
}

function givenKey(text: string): VerifierKey {
  const key = parseVkey(text);
  if (key === null) {
    throw new ConfigError("log key: expected a C2SP verifier key, name+hash+base64");
  }
  return key;
}

function outsideOf({ checkpoint }: Pins) {
  return checkpoint === undefined ? [] : [{ what: "given checkpoint", note: checkpoint }];
}

function reportOf(
  size: number,
  root: Uint8Array | null,
  trust: string,
  problems: VerifyReport["problems"],
): VerifyReport {
  const text = root === null ? "" : Buffer.from(root).toString("base64");
  return { ok: problems.length === 0, size, root: text, trust, unsigned: 0, problems };
}
