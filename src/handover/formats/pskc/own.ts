/**
 * What this project's own PSKC files say beyond the standard's fields: the schema has no place for
 * an address, a kind of key and its version, so a key's `Id` is `KAM-76348799;mk;1`.
 *
 * @module
 */
import type { PskcKey } from "./keys.ts";

export const ADDRESS =
  /^(?:[A-Z]{3}-[0-9A-F]{8}(?:\/[0-9A-F]{2}\/[0-9A-F]{2})?|(?:st|eui):[0-9A-F]{16})$/i;

export interface OwnId {
  readonly address: string;
  readonly type: string;
  readonly version: number;
}

/** Null for a key that another program has named. */
export function ownId({ id }: PskcKey): OwnId | null {
  const [, address = "", type = "", version = ""] =
    /^([^;]+);([a-z]+);([0-9]{1,9})$/.exec(id) ?? [];
  return ADDRESS.test(address) ? { address, type, version: Number(version) } : null;
}

/** Of a key that is there in several versions only the newest is in use. */
export function newestOnly(keys: readonly PskcKey[]): PskcKey[] {
  const newest = new Map<string, number>();
  for (const own of keys.map(ownId)) {
    if (own !== null) {
      newest.set(own.type, Math.max(own.version, newest.get(own.type) ?? 0));
    }
  }
  return keys.filter((key) => {
    const own = ownId(key);
    return own === null || newest.get(own.type) === own.version;
  });
}
