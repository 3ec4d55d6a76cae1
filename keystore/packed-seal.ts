/**
 * The meters of a package as slices of bytes from the main thread to a worker.
 *
 * A package may have a hundred thousand of them: cloned as objects they would hold the main
 * thread for a second. Packed in slices, they let it answer others in between, and the workers
 * share them out.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { Profile, SealMeter, StoredKey } from "./contract.ts";
import { packRow, unpackRow } from "./packed.ts";
import { member, PackedReader, PackedWriter } from "./packed-bytes.ts";
import { PROFILES } from "./packed-codes.ts";

/** So many meters take a millisecond or two to pack, and a worker some ten to write. */
const SLICE = 1000;
/** A meter with one key, generously. */
const TYPICAL = 384;

/** A meter on the worker's side. */
export interface PackedMeter {
  /** JSON of what the package says of the meter, without the brace that closes it. */
  readonly description: Uint8Array;
  readonly profile: Profile;
  readonly keys: readonly StoredKey[];
}

/** Packs meters, each slice in a buffer of its own; gives way to others in between. */
export async function packMeters(meters: readonly SealMeter[]): Promise<ArrayBuffer[]> {
  const out = new PackedWriter(64 + Math.min(SLICE, meters.length) * TYPICAL);
  const slices: ArrayBuffer[] = [];
  for (let at = 0; at < meters.length; at += SLICE) {
    for (const meter of meters.slice(at, at + SLICE)) {
      out.bytes(description(meter));
      out.u8(PROFILES.indexOf(meter.profile));
      out.list(meter.keys, (row) => packRow(out, row));
    }
    slices.push(out.finish());
    await setImmediate();
  }
  return slices;
}

/** Reads the meters of a slice one by one, so that only one is ever an object. */
export function openMeters(slice: ArrayBuffer) {
  const from = new PackedReader(slice);
  return {
    next: (): PackedMeter | null =>
      from.isAtEnd
        ? null
        : {
            description: from.bytes(),
            profile: member(PROFILES, from.u8()),
            keys: from.list(() => unpackRow(from)),
          },
  };
}

function description({ address, meter, name, profile, manufacturer, serial }: SealMeter): Buffer {
  const text = JSON.stringify({ address, meter, name, profile, manufacturer, serial });
  return Buffer.from(text.slice(0, -1), "utf8");
}
