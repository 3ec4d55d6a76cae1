/**
 * AES keys of ioBroker's adapter wireless-mbus, as they stand in its instance object.
 *
 * The adapter finds a device by what its id begins with, `KAM-76348799`
 * ({@link https://github.com/lvogt/ioBroker.wireless-mbus | README, AES keys}).
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { wmbusMeters } from "../wmbus-meters.ts";

/** Writes `{native: {aeskeys: [{id, key}]}}`. */
export async function writeIobroker(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = wmbusMeters(bundle, true);
  const aeskeys = meters.map(({ number, key }) => ({ id: number, key }));
  return {
    bytes: new TextEncoder().encode(`${JSON.stringify({ native: { aeskeys } }, null, 2)}\n`),
    fileName: fileNameOf(bundle, "iobroker.json"),
    mediaType: "application/json",
    refused,
  };
}
