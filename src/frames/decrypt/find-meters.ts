/**
 * The meter of each frame of a batch: by the address in it, or by the caller's word where it
 * carries none.
 *
 * @module
 */
import { type Caller, inScope } from "../../access/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import { AddressError, parseAddress, type RawAddress } from "../../meters/address.ts";
import type { DirectoryView, KnownMeter } from "../../meters/directory.ts";
import { findMeter } from "../../meters/find.ts";
import type { FrameRequest } from "../request.ts";
import type { Parsed } from "./verdict.ts";

/** Meters by what the lines of a batch call them. */
export type NamedMeters = ReadonlyMap<string, KnownMeter>;

const NOBODY: NamedMeters = new Map();
/** Bytes of an address that fits one meter only. */
const FULL = 8;

/**
 * Looks each name up once. What lies outside the caller's scope looks as if it were not there: not
 * even its profile may decide how a frame is read.
 */
export async function findNamed(
  db: Knex,
  directory: DirectoryView,
  caller: Caller,
  requests: readonly FrameRequest[],
): Promise<NamedMeters> {
  const addresses = new Map<string, RawAddress | null>();
  for (let i = 0; i < requests.length; i++) {
    const name = requests[i]!.meter;
    if (name !== null && !addresses.has(name)) {
      addresses.set(name, fullAddress(name) ?? (await addressByName(db, caller, name)));
    }
  }
  if (addresses.size === 0) {
    return NOBODY;
  }
  const asked = [...addresses.values()].filter((address) => address !== null);
  if (asked.some((address) => directory.get(address) === undefined)) {
    await directory.read(asked);
  }
  const named = new Map<string, KnownMeter>();
  for (const [name, address] of addresses) {
    const meter = address === null ? null : directory.get(address);
    if (meter && inScope(caller, meter.customer)) {
      named.set(name, meter);
    }
  }
  return named;
}

/** Reads from the database only what the directory does not know yet. */
export async function findMeters(
  directory: DirectoryView,
  named: NamedMeters,
  parsed: readonly Parsed[],
): Promise<(KnownMeter | null)[]> {
  const find = ({ candidates, request }: Parsed): KnownMeter | null | undefined => {
    const first = candidates[0];
    if (first === undefined) {
      return null;
    }
    if (first.address !== null) {
      return directory.get(first.address);
    }
    return request.meter === null ? null : (named.get(request.meter) ?? null);
  };
  const found = parsed.map(find);
  if (found.every((meter) => meter !== undefined)) {
    return found;
  }
  await directory.read(parsed.flatMap(({ candidates: [first] }) => first?.address ?? []));
  return parsed.map((item) => find(item) ?? null);
}

/** An address that needs no search; null for an id, a name and a FLAG address without version. */
export function fullAddress(text: string): RawAddress | null {
  try {
    const address = parseAddress(text);
    return address.bytes.length === FULL ? address : null;
  } catch (error) {
    if (error instanceof AddressError) {
      return null;
    }
    throw error;
  }
}

async function addressByName(db: Knex, caller: Caller, name: string): Promise<RawAddress | null> {
  try {
    return (await findMeter(db, caller, name)).address;
  } catch (error) {
    if (error instanceof Problem) {
      return null;
    }
    throw error;
  }
}
