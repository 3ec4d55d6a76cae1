/**
 * `meterseal log resume`: the ceremony in which an officer accepts that the end of the log is lost.
 *
 * @module
 */
import { revokedTokens } from "../access/audit.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { identityMarks, restrictedIds } from "../access/identities/logged.ts";
import { isAllowed } from "../access/roles.ts";
import type { TokenRow } from "../access/token-row.ts";
import { authenticate, type RestrictedIds, type RevokedTokens } from "../access/tokens.ts";
import { resumeLog } from "../activity/append/resume.ts";
import type { Loss } from "../activity/verify/loss/loss.ts";
import { whatWasFound } from "../activity/verify/loss/refused.ts";
import { inspectLog, type LogState } from "../activity/verify/start.ts";
import { microsecondClock } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import { type OpenStores, openStores } from "./open-stores.ts";
import { refuseSecondCore } from "./run-file.ts";

export interface ResumeReport {
  /** Index of the entry `log.restored`. */
  readonly index: number;
  readonly reason: Loss["reason"];
  readonly from: number;
  readonly to: number | null;
  /** Entries from here on were under no signature of their own. */
  readonly signed: number;
  /** The new signed head. */
  readonly checkpoint: string;
  /** File with the head that was signed over what is lost. */
  readonly evidence: string | null;
  /** Tokens that open this service now, among them those whose revocation was lost. */
  readonly tokensAlive: number;
}

/** @throws {@link Problem} with a code that says what stands against it. */
export async function resumeAfterLoss(
  config: Config,
  token: string,
  from: number,
  progress: (entries: number) => void,
): Promise<ResumeReport> {
  await refuseSecondCore(config.data);
  const stores = await openStores({ ...config, keystoreThreads: 1 });
  const { db, keystore, log } = stores;
  try {
    const revoked = revokedTokens();
    const { marks, ...identities } = identityMarks();
    const key = { name: log.origin, publicKey: log.publicKey };
    const state = await inspectLog(db, key, log.headStore, {
      visitors: [revoked, identities],
      progress,
    });
    const caller = await requireOfficer(stores, revoked.ids, await restrictedIds(db, marks), token);
    const loss = requireLoss(state, from);
    const { index, checkpoint, evidence } = await resumeLog({
      ...log,
      db,
      keystore,
      clock: microsecondClock,
      state,
      loss,
      by: actorOf(caller),
    });
    const { reason, to } = loss;
    const signed = state.found.checkpoint?.size ?? 0;
    const tokensAlive = await countAlive(db, revoked.ids);
    return { index, reason, from, to, signed, checkpoint: checkpoint.note, evidence, tokensAlive };
  } finally {
    await stores.close();
  }
}

async function requireOfficer(
  { db, keystore }: OpenStores,
  revoked: RevokedTokens,
  restricted: RestrictedIds,
  token: string,
): Promise<Caller> {
  const clock = () => new Date();
  const caller = await authenticate(
    { db, revoked, restricted, keystore, clock },
    token.trim(),
    null,
  );
  if (caller === null) {
    throw new Problem(
      401,
      "UNAUTHENTICATED",
      "METERSEAL_TOKEN: expected an officer's token that this database knows; one that was made after the backup is not in it",
    );
  }
  if (!isAllowed(caller.role, "activity.resume") || caller.customer !== null) {
    throw new Problem(
      403,
      "FORBIDDEN",
      `expected the token of an officer for all customers, got one of role ${caller.role}`,
    );
  }
  return caller;
}

function requireLoss({ problems, loss }: LogState, from: number): Loss {
  if (problems.length === 0) {
    throw new Problem(409, "LOG_RESUME_NOTHING", "the log is whole: there is nothing to resume");
  }
  if (loss === null) {
    throw new Problem(
      409,
      "LOG_EDITED",
      `${whatWasFound(problems)}. What is left must verify by itself: restore a backup that does, then resume; nothing was changed`,
    );
  }
  if (loss.from !== from) {
    throw new Problem(
      409,
      "LOG_RESUME_INDEX",
      `--accept-loss-from: expected ${loss.from}, from where on the log is refused, got ${from}; nothing was changed`,
    );
  }
  return loss;
}

async function countAlive(db: Knex, revoked: RevokedTokens): Promise<number> {
  const rows: Pick<TokenRow, "id" | "expires_at">[] = await db("tokens")
    .whereNull("revoked_at")
    .select("id", "expires_at");
  return rows.filter(
    ({ id, expires_at }) => !revoked.has(id) && Date.parse(expires_at) > Date.now(),
  ).length;
}
