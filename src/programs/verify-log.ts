/**
 * `meterseal log verify`: the log, and the rows it vouches for, from a data directory.
 *
 * @module
 */
import type { LogProblem } from "../activity/verify.ts";
import type { Config } from "../base/config.ts";

export interface VerifyReport {
  readonly ok: boolean;
  readonly size: number;
  /** Root of the tree, base64. */
  readonly root: string;
  /** `pinned key` with `--key`, else `data directory`. */
  readonly trust: string;
  /** Entries after the last checkpoint. */
  readonly unsigned: number;
  readonly problems: readonly LogProblem[];
}

/** No network, no root key; the core may be running or not. */
export async function verifyDataDirectory(
  config: Config,
  pins: { readonly vkey?: string; readonly checkpoint?: string },
  progress: (entries: number) => void,
): Promise<VerifyReport> {
  progress(0);
  throw new Error(`${config.data}${pins.vkey}`);
}
