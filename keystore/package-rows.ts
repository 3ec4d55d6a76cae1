/**
 * The rows of a package as the recipient will read them: keys in the open, or a list of them and
 * an inner layer that only an enrolled recipient's own key opens.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ByteSink } from "./byte-sink.ts";
import type { SealRequest } from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import { keyCheckValue } from "./kcv.ts";
import { type NamedKey, openProtocolKeys } from "./open-keys.ts";
import { openMeters } from "./packed-seal.ts";
import { type InnerFile, openInnerFile } from "./recipients/inner-file.ts";
import type { SecretKey } from "./secret-key.ts";
import type { WrappingKey } from "./wrap.ts";

export interface PackageRows {
  /** JSON; may hold keys, the caller wipes it. */
  readonly sink: ByteSink;
  readonly meterCount: number;
  readonly keyCount: number;
  readonly kcvHash: Uint8Array;
}

/** A meter with one key in JSON, generously. */
const TYPICAL = 320;
const KCV_DIGITS = 6;

/** @throws {@link KeystoreError} `KEY_INTEGRITY`, `KEY_MISSING`, `RECIPIENT_KEY` */
export function packageRows(
  under: WrappingKey,
  request: Omit<SealRequest, "meters">,
  meters: ArrayBuffer,
): PackageRows {
  const from = openMeters(meters);
  const { count } = from;
  const sink = new ByteSink(1024 + count * TYPICAL);
  const kcvs = new ByteSink(KCV_DIGITS * count);
  const inner =
    request.recipient === undefined
      ? null
      : openInnerFile(under, request.recipient, deliveryOf(request), 1024 + count * TYPICAL);
  let keyCount = 0;
  try {
    sink.ascii(inner === null ? "[" : '{"v":1,"meters":[');
    for (let meter = from.next(), first = true; meter !== null; meter = from.next()) {
      beginMeter(sink, first, meter.description);
      inner?.sink.ascii(first ? "" : ",");
      beginMeter(inner?.sink ?? null, true, meter.description);
      const keys = openProtocolKeys(under, meter.profile, meter.keys);
      if (keys.length === 0) {
        throw new KeystoreError("KEY_MISSING", "package: a meter has no key of its profile");
      }
      const version = meter.keys[0]?.version ?? 0;
      keys.forEach((named, i) => {
        kcvs.ascii(writeKey(sink, inner, named, version, i === 0));
      });
      keyCount += keys.length;
      endMeter(sink);
      endMeter(inner?.sink ?? null);
      first = false;
    }
    sink.ascii("]");
    if (inner !== null) {
      sink.ascii(',"inner":');
      sink.bytes(inner.finish());
      sink.ascii("}");
    }
    const kcvHash = new Uint8Array(createHash("sha256").update(kcvs.written).digest());
    return { sink, meterCount: count, keyCount, kcvHash };
  } catch (error) {
    sink.wipe();
    throw error;
  } finally {
    inner?.close();
  }
}

/** Writes a key to the package and, if there is one, to the inner layer; answers its check value. */
function writeKey(
  sink: ByteSink,
  inner: InnerFile | null,
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
    if (inner === null) {
      sink.ascii('"value":"');
      sink.hex(bytes);
      sink.ascii('",');
    } else {
      inner.sink.ascii(name);
      inner.writeValue(bytes);
      inner.sink.ascii(end);
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

/** What every form of the document says of the delivery. */
function deliveryOf(request: Omit<SealRequest, "meters">): string {
  const { reference, customer, to, purpose, createdAt, checkpoint } = request;
  return JSON.stringify({ reference, customer, to, purpose, createdAt, checkpoint });
}
