/**
 * Signs the log's head: one checkpoint at a time, stored, then into the head store.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import type { Knex } from "../../db/open.ts";
import { ActivityError, type Checkpoint, type LogHead } from "../activity.ts";
import { emptyRoot, signedNote } from "../hashing.ts";
import { toBase64 } from "../tree/base64.ts";
import { checkpointText } from "../tree/checkpoint.ts";
import type { Tree } from "../tree/merkle.ts";
import { writeHead } from "./head-store.ts";
import type { LogStart } from "./log-start.ts";

export interface CheckpointerOptions {
  readonly db: Knex;
  readonly keystore: Pick<Keystore, "sign">;
  readonly origin: string;
  readonly publicKey: Uint8Array;
  readonly headStore: string;
  readonly start: LogStart;
}

export interface Checkpointer {
  /** Counts a leaf that is in the tree: the next checkpoint keeps its hash. */
  cover(leaf: Uint8Array): void;
  /** The last checkpoint. */
  last(): Pick<LogHead, "signed" | "root" | "signedAt">;
  /** Signs the tree as it is, or answers the last checkpoint when nothing has come since. */
  sign(): Promise<Checkpoint>;
}

export function createCheckpointer(options: CheckpointerOptions, tree: Tree): Checkpointer {
  const { db, keystore, origin, publicKey, headStore } = options;
  let unsigned = [...options.start.unsigned];
  let signed = options.start.checkpoint;
  // A crash may have left the head store one behind.
  let isHeadStored = false;
  let signing: Promise<Checkpoint> | null = null;
  let signedAt: string | null = null;

  async function advance(): Promise<Checkpoint> {
    if (signed === null || signed.size !== tree.size) {
      signed = await signHead();
      signedAt = new Date().toISOString();
      isHeadStored = false;
    }
    if (!isHeadStored) {
      writeHead(headStore, signed.note);
      isHeadStored = true;
    }
    return signed;
  }

  async function signHead(): Promise<Checkpoint> {
    const size = tree.size;
    const root = tree.root();
    const leaves = [...unsigned];
    const text = checkpointText({ origin, size, root });
    const signature = await keystore.sign("log-signing", Buffer.from(text, "utf8"));
    const note = signedNote(text, { name: origin, publicKey }, signature);
    try {
      await db("log_checkpoints").insert({ size, note, leaf_hashes: Buffer.concat(leaves) });
    } catch (cause) {
      // An answer may have been lost: Ed25519 is deterministic, so ours is the same to the byte.
      const [stored] = await db("log_checkpoints").where({ size }).select("note");
      if (stored?.note !== note) {
        throw new ActivityError("log: the checkpoint could not be stored", { cause });
      }
    }
    // `unsigned` may have grown meanwhile.
    unsigned = unsigned.slice(leaves.length);
    return { size, root, note };
  }

  return {
    cover(leaf) {
      unsigned.push(leaf);
    },
    last: () => ({
      signed: signed?.size ?? 0,
      root: toBase64(signed?.root ?? emptyRoot),
      signedAt,
    }),
    async sign() {
      // One at a time; a caller must not get one that was begun before its entry was committed.
      while (signing !== null) {
        await signing.catch(() => undefined);
      }
      signing = advance();
      try {
        return await signing;
      } finally {
        signing = null;
      }
    },
  };
}
