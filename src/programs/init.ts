/**
 * `meterseal init`: makes a data directory.
 *
 * @module
 */
import type { Config } from "../base/config.ts";

export interface Initialised {
  readonly data: string;
  /** The first admin token; it also lies in `admin.token`. */
  readonly token: string;
  readonly vkey: string;
}

export async function initialise(config: Config): Promise<Initialised> {
  throw new Error(config.data);
}
