/**
 * A real keystore with meters on file, and `checkFrames` asked of it: without a database.
 *
 * @module
 */
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { createRootKeyFile, openKeystore, type Profile } from "../../keystore/index.ts";
import type { EntryDraft } from "../../src/activity/entries/entry.ts";
import { checkFrames } from "../../src/frames/check/check.ts";
import type { RawAddress } from "../../src/meters/address.ts";
import { addressKey, type KnownMeter } from "../../src/meters/directory.ts";
import { temporaryFolder } from "./databases.ts";

const CALLER = {
  actor: "tok_check",
  role: "custodian",
  auth: "token",
  purpose: null,
  request: null,
  customer: null,
} as const;

/** What is on file of a meter. */
export interface Filed {
  readonly address: RawAddress;
  readonly profile: Profile;
  readonly key: Uint8Array;
  readonly authKey?: Uint8Array | undefined;
  readonly allowUnauthenticated?: boolean;
}

/** Answers a way to ask, and the entries that were made. */
export async function checkBench(t: ExecutionContext) {
  const rootKeyFile = join(temporaryFolder(t), "root.key");
  createRootKeyFile(rootKeyFile);
  const keystore = openKeystore({ rootKeyFile, threads: 1, keyCacheSeconds: 300 });
  t.teardown(() => keystore.close());
  const purposes = ["log-signing", "package-signing", "intake", "access", "fingerprint"] as const;
  await keystore.load(await Promise.all(purposes.map((p) => keystore.createServiceKey(p))));
  const customer = new Uint8Array(16).fill(7);
  const ref = { customer, version: 1, wrapped: await keystore.createCustomerKey(customer, 1) };
  const entries: EntryDraft[] = [];
  return {
    entries,
    async check(
      { address, profile, key, authKey, allowUnauthenticated = false }: Filed,
      frames: readonly Uint8Array[],
    ) {
      const uid = new Uint8Array(16).fill(1);
      const main = profile.startsWith("dlms") ? "guek" : "mk";
      const keys = [
        { uid, type: main, version: 1, key: Uint8Array.from(key) } as const,
        ...(authKey === undefined
          ? []
          : [{ uid, type: "gak", version: 1, key: Uint8Array.from(authKey) } as const]),
      ];
      const made = await keystore.importKeys(ref, keys);
      const rows = keys.map(({ type, version, key: { length } }, i) => {
        const { wrapped } = made[i]!;
        return {
          uid,
          type,
          version,
          origin: "imported",
          length,
          wrapped,
          state: "active",
        } as const;
      });
      const meter: KnownMeter = {
        row: 1,
        id: "mtr_1",
        uid,
        number: 1,
        address,
        addressText: "",
        name: null,
        profile,
        allowUnauthenticated,
        isRetired: false,
        customer: "cus_1",
        customerKey: ref,
        versions: [rows],
        isRotating: false,
      };
      const deps = {
        db: undefined as never,
        keystore,
        directory: {
          view: async () => ({
            get: (asked: RawAddress) => (addressKey(asked) === addressKey(address) ? meter : null),
            read: async () => undefined,
          }),
        },
        activity: {
          async commit<T>(
            work: (trx: never) => Promise<{ entries: readonly EntryDraft[]; result: T }>,
          ) {
            const { entries: drafts, result } = await work(undefined as never);
            entries.push(...drafts);
            return { result, first: 0, size: entries.length };
          },
        },
      };
      return await checkFrames(deps, CALLER, meter, frames);
    },
  };
}
