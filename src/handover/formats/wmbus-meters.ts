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
  /** 32 hex digits, lower case. */
  readonly key: string;
  /** As the sender calls it, or null. */
  readonly name: string | null;
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
  return sortMeters(bundle, (meter) => readWmbusMeter(meter, needsMaker), wmbusNumber);
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
  return key.value.length === AES_128_DIGITS ? { ...parsed, name, key: key.value } : "KEY_LENGTH";
}

/** What such programs tell meters apart by; they know neither version nor medium. */
export function wmbusNumber({ manufacturer, serial }: WmbusMeter): string {
  return `${manufacturer}-${serial}`;
}

/**
 * Applies a target's rule to each meter of a bundle. Of meters that the target would take for one
 * and the same, only the first is written: it could not name the others.
 *
 * @throws {@link FormatError} `NOTHING_WRITTEN` when no meter is left
 */
export function sortMeters<M extends object>(
  bundle: Bundle,
  read: (meter: PackageMeter) => M | RefusedMeter["code"],
  numberOf: (meter: M) => string,
): Sorted<M> {
  const meters: M[] = [];
  const refused: RefusedMeter[] = [];
  const numbers = new Set<string>();
  for (const [row, meter] of bundle.meters.entries()) {
    const result = read(meter);
    if (typeof result === "string" || numbers.has(numberOf(result))) {
      const code = typeof result === "string" ? result : "ADDRESS_KIND";
      refused.push({ row, serial: meter.serial, code });
    } else {
      numbers.add(numberOf(result));
      meters.push(result);
    }
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
  return meters.map((meter, i) => {
    const token = tokens[i] ?? "";
    const number = wmbusNumber(meter);
    return token === "" ? number : counts.get(token) === 1 ? token : `${token}-${number}`;
  });
}
