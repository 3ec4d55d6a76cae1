/**
 * `meterseal log verify`: the log, and the rows it vouches for, from a data directory.
 *
 * It needs no network and no root key, and reads one snapshot of the database, so the core may be
 * running or not.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { tokenAudit } from "../access/audit.ts";
import { identityAudit } from "../access/identities/logged.ts";
import { readHead } from "../activity/append/head-store.ts";
import { parseVkey } from "../activity/hashing.ts";
import type { VerifierKey } from "../activity/tree/note.ts";
import { verifyIndex } from "../activity/verify/derived/derived-index.ts";
import { createTreeLevels, verifySubtrees } from "../activity/verify/derived/derived-subtrees.ts";
import {
  createFindings,
  type LogProblem,
  type OutsideHead,
} from "../activity/verify/log-problem.ts";
import { type Restored, restoredEntries } from "../activity/verify/loss/restored.ts";
import { beginningProblems, headRowProblems, storedLog } from "../activity/verify/stored-log.ts";
import { openAhead } from "../activity/verify/threads/ahead.ts";
import { type Verification, verifyLog } from "../activity/verify/verify.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { coreDatabase, headStoreFile, vkeyFile } from "../base/paths.ts";
import { type DatabaseLocation, type Knex, openDatabase } from "../db/open.ts";
import { recipientAudit } from "../handover/recipients/audit.ts";
import { meterAudit } from "../meters/audit.ts";
import { lifeAudit } from "../meters/life-audit.ts";

export interface VerifyReport {
  readonly ok: boolean;
  readonly size: number;
  /** Root of the tree, base64. */
  readonly root: string;
  /** `pinned key` with a given key, else `data directory`. */
  readonly trust: string;
  /** Entries after the last checkpoint. */
  readonly unsigned: number;
  readonly problems: readonly LogProblem[];
  /** What the log itself says of losses; absent where it is not read from a database. */
  readonly restored?: readonly Restored[];
}

/** @throws {@link ConfigError} when the key cannot be used. */
export async function verifyDataDirectory(
  config: Config,
  pins: { readonly vkey?: string; readonly checkpoint?: string },
  progress: (entries: number) => void,
): Promise<VerifyReport> {
  const key = parseVkey(pins.vkey ?? readVkey(config));
  if (key === null) {
    throw new ConfigError("log key: expected a C2SP verifier key, name+hash+base64");
  }
  // Read before the database: the head store is written after it, so it can only be behind.
  const head = readHead(headStoreFile(config));
  const outside: OutsideHead[] = [
    ...(head === null ? [] : [{ what: "head store", note: head }]),
    ...(pins.checkpoint === undefined ? [] : [{ what: "given checkpoint", note: pins.checkpoint }]),
  ];
  const location = coreDatabase(config);
  const db = openDatabase(location);
  try {
    const { found, problems, restored } = await db.transaction(
      (snapshot) => verifySnapshot(snapshot, key, { location, head, outside, progress }),
      // SQLite's transaction is a snapshot by itself.
      config.databaseUrl === undefined ? {} : { isolationLevel: "repeatable read" },
    );
    return {
      ok: problems.length === 0,
      size: found.size,
      root: Buffer.from(found.tree.root()).toString("base64"),
      trust: pins.vkey === undefined ? "data directory" : "pinned key",
      unsigned: found.size - (found.checkpoint?.size ?? 0),
      problems,
      restored,
    };
  } finally {
    await db.destroy();
  }
}

interface Given {
  readonly location: DatabaseLocation;
  readonly head: string | null;
  readonly outside: readonly OutsideHead[];
  readonly progress: (entries: number) => void;
}

async function verifySnapshot(
  db: Knex,
  key: VerifierKey,
  { location, head, outside, progress }: Given,
): Promise<{
  readonly found: Verification;
  readonly problems: readonly LogProblem[];
  readonly restored: readonly Restored[];
}> {
  const restored = restoredEntries();
  const visitors = [
    meterAudit(db),
    lifeAudit(db),
    tokenAudit(db),
    recipientAudit(db),
    identityAudit(db),
    restored,
  ];
  const levels = createTreeLevels();
  const { completed } = levels;
  const ahead = await openAhead(db, { location, visitors, withIndex: true });
  const options = { outside, visitors, progress, completed, ahead };
  const found = await verifyLog(storedLog(db), key, options).finally(() => ahead?.crew.close());
  const { report, isClean, list } = createFindings();
  for (const { index, code, detail } of [
    ...found.problems,
    ...(await headRowProblems(db, found.size)),
    ...beginningProblems(found.size, head),
  ]) {
    report(index, code, detail);
  }
  // What is derived from a log that is not whole proves nothing. A database of an earlier release
  // is verified as it is.
  if (isClean() && (await db.schema.hasTable("log_segments"))) {
    const { isRight, end } = await verifyIndex(db, found, report, progress);
    if (isRight) {
      await verifySubtrees(db, levels, { end, size: found.size }, report);
    }
  }
  return { found, problems: list(), restored: restored.all };
}

function readVkey(config: Config): string {
  try {
    return readFileSync(vkeyFile(config.data), "utf8").trim();
  } catch {
    throw new ConfigError("data: there is no log.vkey here: give the key, or the right directory");
  }
}
