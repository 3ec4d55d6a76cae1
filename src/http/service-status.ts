/**
 * How the service is, as `GET /v1/status` and `/metrics` tell it.
 *
 * @module
 */
import type { LogHead, LogLock } from "../activity/activity.ts";
import type { WitnessStatus } from "../activity/witness/ledger.ts";
import type { ExchangeReport } from "../handover/exchange/state.ts";
import type { LinkStatus } from "../handover/links/status.ts";
import type { WebhookStatus } from "../handover/webhooks/outbox.ts";

/** Something that a person should act on; every code has its heading in `docs/runbook.md`. */
export interface StatusWarning {
  readonly code: WarningCode;
  readonly detail: string;
}

export type WarningCode =
  | "DATABASE_AWAY"
  | "DISK_LOW"
  | "CERTIFICATE_EXPIRING"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_UNREADABLE"
  | "CHECKPOINT_LATE"
  | "EXCHANGE_SILENT"
  | "EXCHANGE_FORK"
  | "LINKS_CONFLICT"
  | "LINKS_LOCKED"
  | "LINKS_UNCERTAIN"
  | "WEBHOOK_FAILING"
  | "WITNESS_OVERDUE"
  | "WITNESS_REFUSES"
  | "ADMIN_TOKEN"
  | "ROOT_KEY_BESIDE"
  | "LOG_ROLE"
  | "NODE_END_OF_LIFE";

export interface CertificateStatus {
  /** The setting whose file it is. */
  readonly setting: "tlsCertFile";
  /** RFC 3339; null when the file cannot be read as a certificate. */
  readonly notAfter: string | null;
  readonly daysLeft: number | null;
}

export interface ServiceStatus {
  readonly locked: boolean;
  readonly lock: LogLock | null;
  readonly version: string;
  readonly startedAt: string;
  readonly log: LogHead;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  /** False when it did not answer: what would be read from it is null. */
  readonly database: boolean;
  readonly exchange: { readonly url: string } & (
    | ExchangeReport
    | { readonly state: null; readonly lastSeen: null }
  );
  /** Null without witnesses. */
  readonly witness: WitnessStatus | null;
  readonly certificates: readonly CertificateStatus[];
  readonly links: LinkStatus | null;
  readonly webhooks: WebhookStatus | null;
  readonly warnings: readonly StatusWarning[];
}
