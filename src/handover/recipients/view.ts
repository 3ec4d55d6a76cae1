/**
 * Enrolled recipients as people see them.
 *
 * @module
 */
import type { RecipientRow } from "./rows.ts";

/**
 * Ids of retired recipients, from the verified log: whoever puts an earlier row back into the
 * table, valid seal and all, does not revive one.
 */
export type RetiredRecipients = Set<string>;

/** A recipient as people see it. */
export interface RecipientView {
  readonly id: string;
  readonly customer: string;
  /** Null once it is erased. */
  readonly name: string | null;
  readonly kind: string;
  readonly fingerprint: string;
  readonly clientCertificate: string | null;
  readonly state: "unconfirmed" | "confirmed" | "expired" | "retired";
  readonly addedAt: string;
  readonly confirmedAt: string | null;
  readonly expiresAt: string | null;
  readonly retiredAt: string | null;
}

/** Shows a recipient; never its key, of which the fingerprint says enough. */
export function recipientView(
  { clock, retired }: { readonly clock: () => Date; readonly retired: RetiredRecipients },
  row: RecipientRow,
): RecipientView {
  const expired = row.expires_at !== null && Date.parse(row.expires_at) <= clock().getTime();
  const confirmed = row.confirmed_at === null ? "unconfirmed" : "confirmed";
  return {
    id: row.id,
    customer: row.customer,
    name: row.name === "" ? null : row.name,
    kind: row.kind,
    fingerprint: row.fingerprint,
    clientCertificate: hexOrNull(row.client_certificate),
    state: isRetired({ retired }, row) ? "retired" : expired ? "expired" : confirmed,
    addedAt: row.added_at,
    confirmedAt: row.confirmed_at,
    expiresAt: row.expires_at,
    retiredAt: row.retired_at,
  };
}

/** Tells whether a recipient was retired, by its row or by the log. */
export function isRetired(
  { retired }: { readonly retired: RetiredRecipients },
  row: RecipientRow,
): boolean {
  return row.retired_at !== null || retired.has(row.id);
}

/** Bytes in hex, or null. */
export function hexOrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("hex");
}
