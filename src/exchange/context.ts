/**
 * What the parts of the exchange share.
 *
 * @module
 */
import type { Logger } from "pino";
import type { Knex } from "../db/open.ts";
import type { DayKeys } from "./day-keys.ts";
import type { ExchangeKey } from "./exchange-key.ts";
import type { HighWater } from "./high-water.ts";
import type { Refusals } from "./refusals.ts";

export interface ExchangeContext {
  readonly db: Knex;
  readonly key: ExchangeKey;
  readonly dayKeys: DayKeys;
  readonly highWater: HighWater;
  /** Never runs backwards; decides on expiry. */
  readonly now: () => Date;
  /** The machine's clock; decides on the age of signatures. */
  readonly clock: () => Date;
  readonly corePublicKey: Uint8Array;
  readonly refusals: Refusals;
  readonly logger: Logger;
  readonly resync: Resync;
}

/** Whether the core has seen since the start that this chain holds its last head. */
export interface Resync {
  done: boolean;
  /** Set when the chain turned out to be an older one. */
  rolledBack: boolean;
}
