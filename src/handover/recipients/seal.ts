/**
 * From a stored recipient to what the keystore seals to, and what the log says of it.
 *
 * @module
 */
import type { SealRecipient } from "../../../keystore/index.ts";
import type { Json } from "../../activity/entries/entry.ts";
import { parseId } from "../../base/ids.ts";
import { ageBytes } from "./key.ts";
import type { RecipientRow } from "./rows.ts";

/** An enrolled recipient on its way into a package. */
export interface EnrolledRecipient {
  readonly id: string;
  readonly seal: SealRecipient;
  /** SHA-256 of the certificate that the exchange demands, or null. */
  readonly clientCertificate: Uint8Array | null;
  /** Fields of `link.dispatched`. */
  readonly logged: { readonly [name: string]: Json };
}

/** Prepares a row that `requireRecipient` has let pass. */
export function enrolledRecipient(row: RecipientRow): EnrolledRecipient {
  const { id, kind, fingerprint, client_certificate: clientCertificate } = row;
  const uid = parseId("rcp", id);
  const key = kind === "age" ? ageBytes(Buffer.from(row.key).toString("ascii")) : row.key;
  if (uid === null || key === null) {
    throw new TypeError("recipient: a sealed row is of its form");
  }
  return {
    id,
    seal: {
      kind,
      uid,
      fingerprint,
      key: new Uint8Array(key),
      demandsCertificate: clientCertificate !== null,
    },
    clientCertificate,
    logged: { recipient: id, recipientKind: kind, recipientFingerprint: fingerprint },
  };
}
