/**
 * What the core's routes work with; wired together in `programs/core.ts`.
 *
 * @module
 */
import type { Logger } from "pino";
import type { RestrictedIds, RevokedTokens } from "../access/tokens.ts";
import type { Activity } from "../activity/activity.ts";
import type { LogIndex } from "../activity/ask/log-index.ts";
import type { Refusals } from "../activity/refusals.ts";
import type { Prunes } from "../activity/retention/prunes.ts";
import type { Witnesses } from "../activity/witness/witnesses.ts";
import type { Decryptor } from "../frames/decrypt/decrypt.ts";
import type { UnknownAddresses } from "../frames/unknown/unknown.ts";
import type { HandoverContext } from "../handover/context.ts";
import type { RetiredRecipients } from "../handover/recipients/view.ts";
import type { MeterDeps } from "../meters/customers.ts";
import type { Directory } from "../meters/directory.ts";
import type { Metrics } from "./metrics.ts";
import type { ServiceStatus } from "./service-status.ts";

export interface CoreContext extends MeterDeps {
  readonly activity: Activity;
  /** Answers questions about the log. */
  readonly index: LogIndex;
  readonly revoked: RevokedTokens;
  /** Of whom nothing is done but kept. */
  readonly restricted: RestrictedIds;
  readonly retiredRecipients: RetiredRecipients;
  readonly refusals: Refusals;
  readonly prunes: Prunes;
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
  /** What `GET /v1/status` tells. */
  readonly status: () => Promise<ServiceStatus>;
  readonly metrics: Metrics;
}

/** Which of the two listeners a route runs on. */
export type ListenerName = "internal" | "field";
