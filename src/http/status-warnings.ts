/**
 * What of a status somebody should act on, and in which words.
 *
 * @module
 */
import type { ServiceStatus, StatusWarning, WarningCode } from "./service-status.ts";

/** A log that writes needs room for its next entries, and for the copy that a backup makes. */
const DISK_LOW_BYTES = 2 ** 30;
const DISK_LOW_SHARE = 0.05;
const EXPIRING_DAYS = 21;
/** Checkpoints are signed every second while the log grows. */
const LATE_MS = 60_000;

/** Warnings in the order in which they hurt. */
export function warningsOf(
  status: Omit<ServiceStatus, "warnings">,
  standing: readonly StatusWarning[],
  now: Date,
): StatusWarning[] {
  const found: StatusWarning[] = [];
  const warn = (code: WarningCode, detail: string): void => {
    found.push({ code, detail });
  };
  const { log, disk, database, exchange, witness, certificates, links, webhooks } = status;
  if (!database) {
    warn("DATABASE_AWAY", "the database does not answer: nothing is recorded, nothing is released");
  }
  if (disk.freeBytes < Math.max(DISK_LOW_BYTES, disk.totalBytes * DISK_LOW_SHARE)) {
    warn("DISK_LOW", `${(disk.freeBytes / 2 ** 30).toFixed(1)} GiB are free in the data directory`);
  }
  if (log.signed < log.size && isLate(log.signedAt ?? status.startedAt, now)) {
    warn("CHECKPOINT_LATE", `${log.size - log.signed} entries wait for a signed checkpoint`);
  }
  if (witness?.quorum.overdue === true) {
    const since = witness.quorum.seenAt ?? "it was set up";
    warn("WITNESS_OVERDUE", `no quorum of witnesses has seen the log's end since ${since}`);
  }
  for (const { name, code } of witness?.witnesses ?? []) {
    if (code === "WITNESS_AHEAD" || code === "WITNESS_FORK") {
      warn("WITNESS_REFUSES", `${name} says that this log contradicts what it has seen (${code})`);
    }
  }
  for (const { setting, notAfter, daysLeft } of certificates) {
    if (daysLeft === null) {
      warn("CERTIFICATE_UNREADABLE", `${setting}: the file is not a certificate that can be read`);
    } else if (daysLeft < 0) {
      warn("CERTIFICATE_EXPIRED", `${setting}: since ${notAfter} no client accepts it`);
    } else if (daysLeft < EXPIRING_DAYS) {
      warn("CERTIFICATE_EXPIRING", `${setting}: ends on ${notAfter}, in ${daysLeft} days`);
    }
  }
  if (exchange.state === "forked") {
    warn("EXCHANGE_FORK", "the exchange has told two histories, and gets no packages any more");
  } else if (exchange.state === "silent") {
    warn("EXCHANGE_SILENT", `the exchange has not answered since ${exchange.lastSeen}`);
  }
  const counted: readonly (readonly [WarningCode, number, string])[] = [
    [
      "LINKS_CONFLICT",
      links?.conflicts ?? 0,
      "links were tried by somebody else after their collection",
    ],
    ["LINKS_LOCKED", links?.locked ?? 0, "links are locked after five wrong PINs"],
    ["LINKS_UNCERTAIN", links?.uncertain ?? 0, "links may have been collected unseen"],
    ["WEBHOOK_FAILING", webhooks?.givenUp ?? 0, "messages were given up"],
  ];
  for (const [code, count, what] of counted) {
    if (count > 0) {
      warn(code, `${count} ${what}`);
    }
  }
  return [...found, ...standing];
}

function isLate(since: string, now: Date): boolean {
  return now.getTime() - Date.parse(since) > LATE_MS;
}
