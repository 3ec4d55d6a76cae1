/**
 * The meters of a package as one buffer from the main thread to a worker.
 *
 * A package may have a hundred thousand of them: cloned as objects they would hold the main
 * thread for a second. Packed in slices, they let it answer others in between.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { Profile, SealMeter, StoredKey } from "./contract.ts";
import { packRow, unpackRow } from "./packed.ts";
import { member, PackedReader, PackedWriter } from "./packed-bytes.ts";
import { PROFILES } from "./packed-codes.ts";

/** So many meters take about a millisecond. */
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

/** Packs meters; gives way to others between slices. */
export async function packMeters(meters: readonly SealMeter[]): Promise<ArrayBuffer> {
  const out = new PackedWriter(64 + meters.length * TYPICAL);
  out.u32(meters.length);
  for (let at = 0; at < meters.length; at += SLICE) {
    for (const meter of meters.slice(at, at + SLICE)) {
      out.bytes(description(meter));
      out.u8(PROFILES.indexOf(meter.profile));
      out.list(meter.keys, (row) => packRow(out, row));
    }
    await setImmediate();
  }
  return out.finish();
}

/** Reads meters one by one, so that only one is ever an object. */
export function openMeters(buffer: ArrayBuffer) {
  const from = new PackedReader(buffer);
  return {
    count: from.u32(),
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
