/**
 * Warns of a key that two meters have, found by keyed fingerprint.
 *
 * The other meter is named only to a caller who may see it.
 *
 * @module
 */

import { formatId } from "../base/ids.ts";
import { asBuffer } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import type { NewKeyRow } from "./insert.ts";
import type { Remark } from "./remark.ts";

interface Imported {
  readonly line: number;
  readonly keys: readonly NewKeyRow[];
}

export async function sharedKeys(
  db: Knex,
  batch: readonly Imported[],
  maySee: (customer: string) => boolean,
): Promise<Remark[]> {
  const lines = new Map<string, number>();
  const remarks: Remark[] = [];
  const fingerprints: Buffer[] = [];
  for (const { line, keys } of batch) {
    for (const { fingerprint } of keys) {
      if (fingerprint === null) {
        continue;
      }
      const id = asBuffer(fingerprint).toString("latin1");
      const earlier = lines.get(id);
      if (earlier === undefined) {
        lines.set(id, line);
        fingerprints.push(asBuffer(fingerprint));
      } else {
        const where = earlier === line ? "this meter twice" : `line ${earlier}`;
        remarks.push({ line, code: "KEY_SHARED", detail: `the same key is used by ${where}` });
      }
    }
  }
  for (let at = 0; at < fingerprints.length; at += 5000) {
    const rows = await db("meter_keys")
      .whereIn("fingerprint", fingerprints.slice(at, at + 5000))
      .join("meters", "meters.id", "meter_keys.meter")
      .join("customers", "customers.num", "meters.customer")
      .select("meter_keys.fingerprint", "meters.uid", "customers.uid as owner");
    for (const row of rows) {
      const line = lines.get(asBuffer(row.fingerprint).toString("latin1")) ?? 0;
      const other = maySee(formatId("cus", row.owner))
        ? `meter ${formatId("mtr", row.uid)}`
        : "another meter";
      remarks.push({ line, code: "KEY_SHARED", detail: `the same key is used by ${other}` });
    }
  }
  return remarks;
}
