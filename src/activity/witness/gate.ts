/**
 * What is refused while witnesses are overdue and the policy says stop.
 *
 * Refused is what lets keys or plaintext out, told by the entries about it: decrypting, handing
 * over, and answers that say whether a key fits. All else goes on: what comes in (enrolment,
 * imports, events of the exchange, receipts) and what takes away (revoking, retiring) makes nobody
 * know more, and refusals, starts and stops must be recorded whatever happens. A package that was
 * dispatched before is delivered: its entry was there in time.
 *
 * @module
 */
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { Activity } from "../activity.ts";
import type { EntryDraft } from "../entries/entry.ts";

/** Acts that release; a bulk act is also known by its access set. */
const RELEASES: ReadonlySet<string> = new Set([
  "frames.decrypted",
  "link.dispatched",
  "key.checked",
  "key.tried",
]);

export function isRelease({ action, outcome, fields }: EntryDraft): boolean {
  const keys = fields?.["keys"];
  const isAccessSet = Array.isArray(keys) && Array.isArray(keys[0]);
  return outcome === "ok" && (RELEASES.has(action) || isAccessSet);
}

/**
 * The log as domains get it. A release is refused inside its transaction, so nothing of it stays;
 * its callers release only after `commit` has resolved.
 */
export function gateReleases(
  activity: Activity,
  isOverdue: (trx: Knex.Transaction) => Promise<boolean>,
): Activity {
  return {
    ...activity,
    commit: (work) =>
      activity.commit(async (trx) => {
        const done = await work(trx);
        if (done.entries.some(isRelease) && (await isOverdue(trx))) {
          throw new Problem(
            503,
            "WITNESS_OVERDUE",
            "nothing is released: the log's witnesses have not cosigned it for too long",
          );
        }
        return done;
      }),
  };
}
