/**
 * Some of a package's meters as their recipient will read them, and their keys' check values.
 *
 * @module
 */
import { ByteSink } from "./byte-sink.ts";
import { KeystoreError } from "./errors.ts";
import { keyCheckValue } from "./kcv.ts";
import { type NamedKey, openProtocolKeys } from "./open-keys.ts";
import { openMeters } from "./packed-seal.ts";
import type { InnerValue } from "./recipients/inner-file.ts";
import type { SecretKey } from "./secret-key.ts";
import type { WrappingKey } from "./wrap.ts";

/** Meters as JSON with commas between them. */
export interface MeterRows {
  /** May hold keys: the owner wipes it. */
  readonly rows: Uint8Array;
  /** The same for the inner layer; null where there is none. */
  readonly inner: Uint8Array | null;
  /** Six digits a key. */
  readonly kcvs: Uint8Array;
  readonly meterCount: number;
  readonly keyCount: number;
}

/** Rows are longer than the packed meters they come from, but not twice as long, with one key. */
const GROWTH = 2;

/**
 * Writes the meters of a slice. With an inner layer, its keys stand there alone.
 *
 * @throws {@link KeystoreError} `KEY_INTEGRITY`, `KEY_MISSING`
 */
export function writeMeters(
  under: WrappingKey,
  slice: ArrayBuffer,
  innerValue: InnerValue | null,
): MeterRows {
  const from = openMeters(slice);
  const sink = new ByteSink(GROWTH * slice.byteLength);
  const inner = innerValue === null ? null : new ByteSink(GROWTH * slice.byteLength);
  const kcvs = new ByteSink(slice.byteLength >> 4);
  let meterCount = 0;
  let keyCount = 0;
  try {
    for (let meter = from.next(); meter !== null; meter = from.next(), meterCount++) {
      beginMeter(sink, meterCount === 0, meter.description);
      beginMeter(inner, meterCount === 0, meter.description);
      const keys = openProtocolKeys(under, meter.profile, meter.keys);
      if (keys.length === 0) {
        throw new KeystoreError("KEY_MISSING", "package: a meter has no key of its profile");
      }
      const version = meter.keys[0]?.version ?? 0;
      keys.forEach((named, i) => {
        kcvs.ascii(writeKey(sink, inner, innerValue, named, version, i === 0));
      });
      keyCount += keys.length;
      endMeter(sink);
      endMeter(inner);
    }
    const written = { rows: sink.written, inner: inner?.written ?? null, kcvs: kcvs.written };
    return { ...written, meterCount, keyCount };
  } catch (error) {
    sink.wipe();
    inner?.wipe();
    throw error;
  }
}

/** Wipes rows. */
export function wipeRows({ rows, inner }: MeterRows): void {
  rows.fill(0);
  inner?.fill(0);
}

/** Writes a key to the package and, if there is one, to the inner layer; answers its check value. */
function writeKey(
  sink: ByteSink,
  inner: ByteSink | null,
  innerValue: InnerValue | null,
  { type, key }: NamedKey,
  version: number,
  isFirst: boolean,
): string {
  using secret: SecretKey = key;
  const kcv = keyCheckValue(secret);
  const comma = isFirst ? "" : ",";
  const name = `${comma}{"type":"${type}","algorithm":"AES-${8 * secret.length}","keyVersion":${version},`;
  const end = `"kcv":"${kcv}"}`;
  secret.use((bytes) => {
    sink.ascii(name);
    if (inner === null || innerValue === null) {
      sink.ascii('"value":"');
      sink.hex(bytes);
      sink.ascii('",');
    } else {
      inner.ascii(name);
      innerValue(inner, bytes);
      inner.ascii(end);
    }
    sink.ascii(end);
  });
  return kcv;
}

function beginMeter(sink: ByteSink | null, isFirst: boolean, description: Uint8Array): void {
  sink?.ascii(isFirst ? "" : ",");
  sink?.bytes(description);
  sink?.ascii(',"keys":[');
}

function endMeter(sink: ByteSink | null): void {
  sink?.ascii("]}");
}
