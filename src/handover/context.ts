/**
 * What the core's side of the hand-over needs, and its rows.
 *
 * @module
 */
import type { Keystore } from "../../keystore/index.ts";
import type { Activity } from "../activity/activity.ts";
import type { Knex } from "../db/open.ts";

/** The exchange as the core knows it, from `init` or by its fingerprint. */
export interface ExchangePeer {
  /** Ed25519; also names the exchange. */
  readonly publicKey: Uint8Array;
  /** Where customers reach it: the front of every link. */
  readonly publicUrl: string;
  /** Where the core reaches it; https off loopback, no path. */
  readonly intakeUrl: string;
}

export interface HandoverContext {
  readonly db: Knex;
  readonly activity: Activity;
  readonly keystore: Pick<Keystore, "seal" | "sign" | "mac">;
  readonly clock: () => Date;
  readonly exchange: ExchangePeer;
  /** Public half of the service key `intake`. */
  readonly intakePublicKey: Uint8Array;
  /** Public half of the service key `package-signing`. */
  readonly issuerPublicKey: Uint8Array;
  /** Somebody wants to be told: what happens goes to the webhooks' outbox as well. */
  readonly notifies: boolean;
}

export const LINK_STATES = [
  "draft",
  "open",
  "claimed",
  "confirmed",
  "expired",
  "revoked",
  "locked",
  "lapsed",
  "superseded",
  "uncertain",
] as const;

export type LinkState = (typeof LINK_STATES)[number];

export interface LinkRow {
  readonly number: number;
  readonly link_id: Buffer;
  readonly reference: string;
  readonly short_id: string;
  readonly exchange: string;
  readonly customer: string;
  readonly state: LinkState;
  readonly remote_state: LinkState | null;
  readonly disclosed: boolean | number;
  readonly meters: number;
  readonly keys: number;
  readonly recipient: string | null;
  readonly recipient_salt: Buffer | null;
  readonly purpose: string | null;
  readonly purpose_salt: Buffer | null;
  readonly package_hash: Buffer;
  readonly kcv_hash: Buffer;
  readonly receipt_hash: Buffer;
  readonly created_at: string;
  readonly expires_at: string;
  readonly claimed_at: string | null;
  readonly confirmed_at: string | null;
  readonly revoked_at: string | null;
  readonly opened: number;
  readonly leaves: number;
  readonly folded: number;
  readonly sig_pk: Buffer | null;
  readonly receipt: Buffer | null;
  /** Wrong PINs, as the exchange counts them. */
  readonly tries: number;
  readonly replayed: number;
  readonly conflicts: number;
  readonly first_opened_at: string | null;
  readonly last_opened_at: string | null;
  readonly window_ends_at: string | null;
  readonly ended_at: string | null;
  /** References of the links before and after a re-issue. */
  readonly supersedes: string | null;
  readonly superseded_by: string | null;
  /** Id of the enrolled recipient, or null. */
  readonly enrolled: string | null;
  readonly order_ref: string | null;
  /** Over what it was made of; null for links of a release before. */
  readonly seal: Buffer | null;
}
