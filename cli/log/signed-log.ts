/**
 * The log of a service, or an older copy of it, as far as its signed head vouches for it.
 *
 * @module
 */
import { openCheckpoint, parseVkey } from "../../src/activity/hashing.ts";
import type { SignedHead } from "../../src/activity/tree/checkpoint.ts";
import type { VerifierKey } from "../../src/activity/tree/note.ts";
import { type Client, pathOf } from "../client.ts";
import { Misuse, Refusal } from "../errors.ts";

/** Reads `checkpoint`, `vkey` or a tile of the running service. */
export function readLogFile(client: Client, path: string): Promise<Buffer> {
  return client.read(pathOf(["log", ...path.split("/")]));
}

/** The key to trust: the one that was kept, or else the service's own. */
export async function logKey(
  client: Client,
  kept: string | undefined,
): Promise<{ readonly key: VerifierKey; readonly vkey: string }> {
  const vkey = (kept ?? (await readLogFile(client, "vkey")).toString("utf8")).trim();
  const key = parseVkey(vkey);
  if (key === null) {
    throw kept === undefined
      ? new Refusal("BAD_ANSWER", "expected the log's verifier key from the service")
      : new Misuse("--key: expected a C2SP verifier key, as init printed it");
  }
  return { key, vkey };
}

/** @throws {@link Refusal} `CHECKPOINT_SIGNATURE` */
export function requireHead(note: string, key: VerifierKey, whose: string): SignedHead {
  const head = openCheckpoint(note, key);
  if (head === null) {
    throw new Refusal(
      "CHECKPOINT_SIGNATURE",
      `${whose}: expected a checkpoint signed by ${key.name}`,
    );
  }
  return head;
}
