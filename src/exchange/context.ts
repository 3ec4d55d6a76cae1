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
import type { LinkLimit } from "./limits.ts";
import type { Refusals } from "./refusals.ts";
import type { Resync } from "./resync.ts";
import type { WalCutter } from "./wal-cutter.ts";

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
  readonly linkLimit: LinkLimit;
  readonly logger: Logger;
  readonly resync: Resync;
  readonly wal: WalCutter;
  /** Keys of ended links that may still lie in the files: after a start, or a failure. */
  readonly leftKeys: { some: boolean; lookedAt: number };
}
