/**
 * The rows of a package as the recipient will read them: keys in the open, or a list of them and
 * an inner layer that only an enrolled recipient's own key opens.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { MessagePort } from "node:worker_threads";
import type { SealRequest } from "./contract.ts";
import { type MeterRows, wipeRows } from "./meter-rows.ts";
import { type InnerFile, openInnerFile } from "./recipients/inner-file.ts";
import { wrapInnerKek } from "./recipients/recipient-kek.ts";
import { writeAll } from "./seal-helpers.ts";
import type { WrappingKey } from "./wrap.ts";

export interface PackageRows {
  /** JSON in pieces; may hold keys, the caller wipes them. */
  readonly pieces: readonly Uint8Array[];
  readonly meterCount: number;
  readonly keyCount: number;
  readonly kcvHash: Uint8Array;
}

/** Rows are longer than the packed meters they come from, but not twice as long, with one key. */
const GROWTH = 2;
const NOTHING = new Uint8Array();

/** @throws {@link KeystoreError} `KEY_INTEGRITY`, `KEY_MISSING`, `RECIPIENT_KEY` */
export async function packageRows(
  under: WrappingKey,
  request: Omit<SealRequest, "meters">,
  slices: readonly ArrayBuffer[],
  helpers: readonly MessagePort[],
): Promise<PackageRows> {
  const { customerKey, recipient } = request;
  const size = slices.reduce((sum, slice) => sum + slice.byteLength, 0);
  const inner =
    recipient === undefined
      ? null
      : await openInnerFile(under, recipient, deliveryOf(request), 1024 + GROWTH * size);
  try {
    const kek = inner === null || inner.kek === null ? null : wrapInnerKek(under, inner.kek);
    const task = { customerKey, inner: inner === null ? null : { kek } };
    const written = await writeAll(under, task, slices, helpers);
    return {
      pieces: joined(written, inner),
      meterCount: sumOf(written, ({ meterCount }) => meterCount),
      keyCount: sumOf(written, ({ keyCount }) => keyCount),
      kcvHash: hashOf(written),
    };
  } finally {
    inner?.close();
  }
}

/** @throws {@link KeystoreError} `RECIPIENT_KEY` */
function joined(written: readonly MeterRows[], inner: InnerFile | null): Uint8Array[] {
  try {
    written.forEach((part, i) => {
      inner?.sink.ascii(i === 0 ? "" : ",");
      inner?.sink.bytes(part.inner ?? NOTHING);
      part.inner?.fill(0);
    });
    const rows = written.flatMap((part, i) => (i === 0 ? [part.rows] : [ascii(","), part.rows]));
    return inner === null
      ? [ascii("["), ...rows, ascii("]")]
      : [ascii('{"v":1,"meters":['), ...rows, ascii('],"inner":'), inner.finish(), ascii("}")];
  } catch (error) {
    written.forEach(wipeRows);
    throw error;
  }
}

function hashOf(written: readonly MeterRows[]): Uint8Array {
  const hash = createHash("sha256");
  for (const { kcvs } of written) {
    hash.update(kcvs);
  }
  return new Uint8Array(hash.digest());
}

function sumOf(written: readonly MeterRows[], count: (part: MeterRows) => number): number {
  return written.reduce((sum, part) => sum + count(part), 0);
}

/** Bytes of their own: what is sealed is wiped. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (symbol) => symbol.charCodeAt(0));
}

/** What every form of the document says of the delivery. */
function deliveryOf(request: Omit<SealRequest, "meters">): string {
  const { reference, customer, to, purpose, createdAt, checkpoint } = request;
  return JSON.stringify({ reference, customer, to, purpose, createdAt, checkpoint });
}
