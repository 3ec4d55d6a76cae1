/**
 * Meters as programs for wireless M-Bus know them: a number, perhaps a maker, and one AES-128 key.
 *
 * @module
 */
import type { Bundle } from "../protocol/bundle.ts";
import type { PackageMeter } from "../protocol/manifest.ts";
import { parseAddressText, type WmbusAddress } from "./address.ts";
import { FormatError, type RefusedMeter } from "./contract.ts";
import { nameToken } from "./markup.ts";

export interface WmbusMeter extends WmbusAddress {
  /** `KAM-76348799`: what such programs tell meters apart by, whatever version and medium. */
  readonly number: string;
  /** 32 hex digits, lower case. */
  readonly key: string;
  /** As the sender calls it, or null. */
  readonly name: string | null;
}

/** What every target asks of a meter that it can write. */
export interface SortedMeter {
  readonly number: string;
  /** Its other keys are written. */
  readonly lacksMasterKey?: boolean;
}

export interface Sorted<M> {
  readonly meters: readonly M[];
  readonly refused: readonly RefusedMeter[];
}

/** Keys that open a frame; a meter with any other key cannot be written whole. */
const FRAME_KEYS: ReadonlySet<string> = new Set(["mk", "dek"]);
const AES_128_DIGITS = 32;

/**
 * Sorts a bundle's meters into those that such a program can hold and those that it cannot.
 *
 * @throws {@link FormatError} `NOTHING_WRITTEN` when it can hold none
 */
export function wmbusMeters(bundle: Bundle, needsMaker: boolean): Sorted<WmbusMeter> {
  return sortMeters(bundle, (meter) => readWmbusMeter(meter, needsMaker));
}

/** Reads one meter, or says why it cannot be written. */
export function readWmbusMeter(
  { address, name, keys }: PackageMeter,
  needsMaker: boolean,
): WmbusMeter | RefusedMeter["code"] {
  const parsed = parseAddressText(address);
  if (parsed?.kind !== "wmbus" || (needsMaker && parsed.manufacturer.length !== 3)) {
    return "ADDRESS_KIND";
  }
  const [key] = keys;
  if (key === undefined || keys.length !== 1 || !FRAME_KEYS.has(key.type)) {
    return "KEY_TYPE";
  }
  if (key.value.length !== AES_128_DIGITS) {
    return "KEY_LENGTH";
  }
  const number = `${parsed.manufacturer}-${parsed.serial}`;
  return { ...parsed, number, name, key: key.value };
}

/**
 * Applies a target's rule to each meter of a bundle. Of meters that the target would take for one
 * and the same, only the first is written: it could not name the others.
 *
 * @throws {@link FormatError} `NOTHING_WRITTEN` when no meter is left
 */
export function sortMeters<M extends SortedMeter>(
  bundle: Bundle,
  read: (meter: PackageMeter) => M | RefusedMeter["code"],
): Sorted<M> {
  const meters: M[] = [];
  const refused: RefusedMeter[] = [];
  const numbers = new Set<string>();
  for (const [row, meter] of bundle.meters.entries()) {
    const result = read(meter);
    const { serial } = meter;
    if (typeof result === "string" || numbers.has(result.number)) {
      const code = typeof result === "string" ? result : "ADDRESS_KIND";
      refused.push({ row, serial, code });
      continue;
    }
    if (result.lacksMasterKey === true) {
      refused.push({ row, serial, code: "MASTER_KEY" });
    }
    numbers.add(result.number);
    meters.push(result);
  }
  if (meters.length === 0) {
    throw new FormatError("NOTHING_WRITTEN", "format: it can hold none of these meters", {
      refused,
    });
  }
  return { meters, refused };
}

/** Names that tell the meters of one file apart: by the number where the name does not. */
export function distinctNames(meters: readonly WmbusMeter[]): string[] {
  const tokens = meters.map(({ name }) => nameToken(name ?? ""));
  const counts = new Map<string, number>();
  for (const token of tokens) {
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return meters.map(({ number }, i) => {
    const token = tokens[i] ?? "";
    return token === "" ? number : counts.get(token) === 1 ? token : `${token}-${number}`;
  });
}
