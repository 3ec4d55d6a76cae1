/**
 * Proof that this log has signed what it does not keep to, from a witness that has kept it.
 *
 * What a witness answers to a submission is its word alone. The checkpoint that it shows monitors
 * (C2SP tlog-witness) carries the log's own signature.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { storedTree } from "../ask/proofs/stored-tiles.ts";
import { openCheckpoint, PRIMITIVES } from "../hashing.ts";
import { utf8, type VerifierKey } from "../tree/note.ts";
import { sameBytes } from "../tree/primitives.ts";
import { call } from "./call.ts";
import type { AskedWitness } from "./submit.ts";

/** The witness's checkpoint of this log where the log contradicts it; else null. Never throws. */
export async function contradiction(
  db: Knex,
  log: VerifierKey,
  { url }: AskedWitness,
  timeoutMs: number,
): Promise<string | null> {
  try {
    const hash = Buffer.from(PRIMITIVES.sha256(utf8(log.name))).toString("hex");
    const path = `${url.replace(/\/+$/, "")}/${hash}/checkpoint`;
    const { status, text } = await call(path, null, { timeoutMs });
    const head = status === 200 ? openCheckpoint(text, log) : null;
    if (head === null) {
      return null;
    }
    const [{ size } = { size: 0 }] = await db("log_head").where({ id: 1 }).select("size");
    const isKept =
      head.size <= Number(size) && sameBytes(await storedTree(db, head.size).root(), head.root);
    return isKept ? null : text;
  } catch {
    return null;
  }
}
