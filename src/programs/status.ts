/**
 * Puts the status together from what the parts of the core know of themselves.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import type { Activity } from "../activity/activity.ts";
import type { Witnesses } from "../activity/witness/witnesses.ts";
import type { Config } from "../base/config.ts";
import { adminTokenFile, rootKeyFile } from "../base/paths.ts";
import { rolesAreProtected } from "../db/core/ddl.ts";
import { dialectOf, type Knex } from "../db/open.ts";
import type { HandoverContext } from "../handover/context.ts";
import { exchangeReport } from "../handover/exchange/state.ts";
import { linkStatus } from "../handover/links/status.ts";
import { webhookStatus } from "../handover/webhooks/outbox.ts";
import type { CertificateStatus, ServiceStatus, StatusWarning } from "../http/service-status.ts";
import { warningsOf } from "../http/status-warnings.ts";

export interface StatusParts {
  readonly config: Config;
  readonly db: Knex;
  readonly activity: Pick<Activity, "head" | "lock">;
  readonly handover: HandoverContext;
  /** Null without a policy. */
  readonly witnesses: Pick<Witnesses, "status"> | null;
  readonly version: string;
  readonly startedAt: Date;
}

const DAY_MS = 86_400_000;

export async function serviceStatus(parts: StatusParts): Promise<ServiceStatus> {
  const { config, db, activity, handover, witnesses, version, startedAt } = parts;
  const now = handover.clock();
  const lock = activity.lock();
  const { bavail, bsize, blocks } = statfsSync(config.data);
  let database = true;
  /** Null when the database does not answer; whatever else goes wrong is no answer either. */
  async function asked<T>(part: () => Promise<T>): Promise<T | null> {
    try {
      // One that is out of reach is waited for once.
      return database ? await part() : null;
    } catch {
      database = false;
      return null;
    }
  }
  const unheard = { state: null, lastSeen: null };
  const exchange = (await asked(() => exchangeReport(handover))) ?? unheard;
  const links = await asked(() => linkStatus(db));
  const standing = (await asked(() => standingWarnings(config, db))) ?? [];
  const read = {
    exchange: { url: handover.exchange.publicUrl, ...exchange },
    links,
    webhooks: handover.notifies ? await asked(() => webhookStatus(db)) : null,
    witness: witnesses === null ? null : await asked(() => witnesses.status()),
  };
  const status = {
    locked: lock !== null,
    lock,
    version,
    startedAt: startedAt.toISOString(),
    log: activity.head(),
    disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize },
    certificates: certificates(config, now),
    ...read,
    database,
  };
  return { ...status, warnings: warningsOf(status, standing, now) };
}

/** Ends of the certificates that the listeners show. */
export function certificates({ tlsCertFile }: Config, now: Date): CertificateStatus[] {
  if (tlsCertFile === undefined) {
    return [];
  }
  const setting = "tlsCertFile";
  try {
    const end = new Date(new X509Certificate(readFileSync(tlsCertFile)).validTo);
    const daysLeft = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
    return [{ setting, notAfter: end.toISOString(), daysLeft }];
  } catch {
    return [{ setting, notAfter: null, daysLeft: null }];
  }
}

/** What the deployment does not protect against, for as long as it is set up like this. */
export async function standingWarnings(config: Config, db: Knex): Promise<StatusWarning[]> {
  const warnings: StatusWarning[] = [];
  if (existsSync(adminTokenFile(config.data))) {
    const detail =
      "the first admin token is still in admin.token: make tokens of your own, delete it";
    warnings.push({ code: "ADMIN_TOKEN", detail });
  }
  if (rootKeyFile(config).startsWith(config.data)) {
    const detail =
      "the root key lies beside the database: a stolen directory is not protected (rootKeyFile)";
    warnings.push({ code: "ROOT_KEY_BESIDE", detail });
  }
  if (dialectOf(db) === "postgres" && !(await rolesAreProtected(db))) {
    const detail =
      "the database role owns the log's tables: it could drop the insert-only triggers";
    warnings.push({ code: "LOG_ROLE", detail });
  }
  if (process.versions.node.startsWith("20.")) {
    const detail = "Node 20 is past its end of life: run 24 LTS";
    warnings.push({ code: "NODE_END_OF_LIFE", detail });
  }
  return warnings;
}
