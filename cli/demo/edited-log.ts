/**
 * An attacker with the database in hand: edits one entry in a copy, triggers dropped, leaf hash
 * recomputed, and asks the verifier.
 *
 * @module
 */
import { cpSync, rmSync } from "node:fs";
import { leafHash } from "../../src/activity/hashing.ts";
import type { Config } from "../../src/base/config.ts";
import { coreDatabase } from "../../src/base/paths.ts";
import { openDatabase } from "../../src/db/open.ts";
import { verifyDataDirectory } from "../../src/programs/verify-log.ts";

/** Answers which index was edited and what the verifier says of the copy. */
export async function editLog(config: Config) {
  const copy = { ...config, data: `${config.data}-edited` };
  cpSync(config.data, copy.data, { recursive: true });
  const db = openDatabase(coreDatabase(copy));
  const [row] = await db("log_entries").whereLike("body", '%"frames.decrypted"%').limit(1);
  await db.raw("DROP TRIGGER log_entries_u");
  const body = String(row.body).replace('"role":"data-management"', '"role":"auditor"');
  await db("log_entries")
    .where({ idx: row.idx })
    .update({ body, leaf_hash: leafHash(body) });
  await db.destroy();
  const report = await verifyDataDirectory(copy, {}, () => undefined);
  rmSync(copy.data, { recursive: true, force: true });
  return { index: Number(row.idx), report };
}
