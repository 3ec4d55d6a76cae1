/**
 * The meter of each frame of a batch: by the address in it, or by the caller's word where it
 * carries none.
 *
 * @module
 */
import type { Caller } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { RawAddress } from "../meters/address.ts";
import type { DirectoryView, KnownMeter } from "../meters/directory.ts";
import { findMeter } from "../meters/find.ts";
import type { Parsed } from "./batch.ts";

/** Reads from the database only what the directory does not know yet. */
export async function findMeters(
  db: Knex,
  directory: DirectoryView,
  caller: Caller,
  parsed: readonly Parsed[],
): Promise<(KnownMeter | null)[]> {
  const named = await findNamed(db, caller, parsed);
  const addresses = parsed.map((item) => {
    const name = nameNeeded(item);
    return name === null ? (item.candidates[0]?.address ?? null) : (named.get(name) ?? null);
  });
  const found = addresses.map((address) => (address === null ? null : directory.get(address)));
  if (found.every((meter) => meter !== undefined)) {
    return found;
  }
  await directory.read(addresses.filter((address) => address !== null));
  return addresses.map((address) => (address === null ? null : (directory.get(address) ?? null)));
}

/** The caller's word, for a frame that carries no address; else null. */
function nameNeeded({ candidates, request }: Parsed): string | null {
  return candidates[0]?.address === null ? request.meter : null;
}

async function findNamed(
  db: Knex,
  caller: Caller,
  parsed: readonly Parsed[],
): Promise<ReadonlyMap<string, RawAddress | null>> {
  const named = new Map<string, RawAddress | null>();
  for (const item of parsed) {
    const name = nameNeeded(item);
    if (name !== null && !named.has(name)) {
      named.set(name, await addressByName(db, caller, name));
    }
  }
  return named;
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
