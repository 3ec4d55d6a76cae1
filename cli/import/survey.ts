/**
 * A first look at all rows of a file: what can only be seen when they are side by side.
 *
 * Keys are compared by a digest with a secret of this run and are not kept.
 *
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";
import type { MeterRow } from "../../src/handover/formats/read-contract.ts";
import { formatAddress, parseAddress } from "../../src/meters/address.ts";
import type { ImportSource, Remark } from "./source.ts";

export interface Survey {
  /** Places of the file that say anything. */
  readonly items: number;
  readonly hadKeys: boolean;
  /** By line: why this row and another one of the same meter exclude each other. */
  readonly conflicts: ReadonlyMap<number, Remark>;
  /** One remark for each row whose key an earlier row has. */
  readonly shared: readonly Remark[];
}

const KEYS = ["key", "auth_key", "master_key"] as const;

/** Goes through the file once; nothing is sent. */
export async function surveyRows(source: ImportSource): Promise<Survey> {
  const secret = randomBytes(32);
  const digest = (text: string): string =>
    createHmac("sha256", secret).update(text).digest("base64").slice(0, 22);
  const meters = new Map<string, { readonly line: number; readonly digest: string }>();
  const keys = new Map<string, { readonly line: number; readonly meter: string }>();
  const conflicts = new Map<number, Remark>();
  const shared: Remark[] = [];
  let items = 0;
  let hadKeys = false;
  for await (const item of source.items()) {
    items += 1;
    if (!("row" in item)) {
      continue;
    }
    const { line, row } = item;
    const meter = canonical(row.address);
    const own = KEYS.map((column) => plain(row[column]));
    hadKeys ||= own.some((key) => key !== "");
    const mark = digest(own.join(";"));
    const known = meters.get(meter);
    if (known === undefined) {
      meters.set(meter, { line, digest: mark });
    } else if (known.digest !== mark) {
      conflicts.set(line, conflict(source, line, known.line));
      conflicts.set(known.line, conflicts.get(known.line) ?? conflict(source, known.line, line));
    }
    for (const key of own.filter((one) => one !== "")) {
      const id = digest(key);
      const earlier = keys.get(id);
      if (earlier === undefined) {
        keys.set(id, { line, meter });
      } else if (earlier.meter !== meter || earlier.line === line) {
        const where =
          earlier.line === line ? "this meter twice" : `${source.place} ${earlier.line}`;
        shared.push({ line, code: "KEY_SHARED", detail: `the same key is used by ${where}` });
      }
    }
  }
  return { items, hadKeys, conflicts, shared };
}

function conflict({ place }: ImportSource, line: number, other: number): Remark {
  const detail = `${place} ${other} has another key for the same meter: neither is taken`;
  return { line, code: "KEY_CONFLICT", detail };
}

/** Addresses that are none are told apart as they stand; the service refuses them. */
function canonical(address: string): string {
  try {
    return formatAddress(parseAddress(address));
  } catch {
    return address;
  }
}

function plain(key: MeterRow["key"]): string {
  return (key ?? "").replace(/[\s:-]/g, "").toLowerCase();
}
