/**
 * What the core's routes work with; wired together in `programs/core.ts`.
 *
 * @module
 */
import type { Logger } from "pino";
import type { RevokedTokens } from "../access/tokens.ts";
import type { Activity } from "../activity/activity.ts";
import type { Refusals } from "../activity/refusals.ts";
import type { Witnesses } from "../activity/witness/witnesses.ts";
import type { Decryptor } from "../frames/decrypt/decrypt.ts";
import type { UnknownAddresses } from "../frames/unknown/unknown.ts";
import type { HandoverContext } from "../handover/context.ts";
import type { RetiredRecipients } from "../handover/recipients/view.ts";
import type { MeterDeps } from "../meters/customers.ts";
import type { Directory } from "../meters/directory.ts";

export interface CoreContext extends MeterDeps {
  readonly activity: Activity;
  readonly revoked: RevokedTokens;
  readonly retiredRecipients: RetiredRecipients;
  readonly refusals: Refusals;
  /** Null without a policy. */
  readonly witnesses: Pick<Witnesses, "cover" | "witnessed" | "status"> | null;
  readonly directory: Directory;
  readonly decryptor: Decryptor;
  readonly unknown: UnknownAddresses;
  readonly handover: HandoverContext;
  /** Name of the sender, as recipients read it. */
  readonly sender: string;
  readonly claimWindowSeconds: number;
  readonly logger: Logger;
  /** Secret of this run: proves to a local client that it talks to this core. */
  readonly instanceKey: Uint8Array;
  readonly isReady: () => boolean;
  /** What `GET /v1/status` tells beyond the log. */
  readonly status: () => Promise<Record<string, unknown>>;
}

/** Which of the two listeners a route runs on. */
export type ListenerName = "internal" | "field";
