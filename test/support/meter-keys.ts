/**
 * The keys that a meter in the field would hold, for tests that play the meter.
 *
 * Opens the rows of a deployment with its root key: what nothing outside the keystore may do.
 *
 * @module
 */
import { deriveProtocolKey, PROTOCOL_KEYS } from "../../keystore/derive.ts";
import type { Profile } from "../../keystore/index.ts";
import { readRootKeyFile } from "../../keystore/roots/key-file.ts";
import { NO_ID, unwrapKey } from "../../keystore/wrap.ts";
import type { Config } from "../../src/base/config.ts";
import { parseId } from "../../src/base/ids.ts";
import { coreDatabase, rootKeyFile } from "../../src/base/paths.ts";
import { openDatabase } from "../../src/db/open.ts";

/** The protocol keys of one version of a generated meter key, in the profile's order. */
export async function meterKeys(
  config: Config,
  meter: string,
  version: number,
  profile: Profile,
): Promise<Uint8Array[]> {
  const db = openDatabase(coreDatabase(config));
  try {
    const uid = parseId("mtr", meter) ?? NO_ID;
    const [row] = await db("meters")
      .where({ "meters.uid": Buffer.from(uid), version })
      .join("customers", "customers.num", "meters.customer")
      .join("meter_keys", "meter_keys.meter", "meters.id")
      .select("customers.uid as customer", "key_version", "key_wrapped", "wrapped");
    const common = { origin: "generated", length: 32 } as const;
    const customer = new Uint8Array(row.customer);
    using root = unwrapKey(
      readRootKeyFile(rootKeyFile(config)),
      {
        ...common,
        purpose: "customer",
        type: "none",
        customer,
        uid: NO_ID,
        version: row.key_version,
      },
      row.key_wrapped,
    );
    using own = unwrapKey(
      { id: customer, version: row.key_version, key: root },
      { ...common, purpose: "meter", type: "root", customer, uid, version },
      row.wrapped,
    );
    return PROTOCOL_KEYS[profile].map((key) =>
      deriveProtocolKey(own, uid, version, key).use((bytes) => Uint8Array.from(bytes)),
    );
  } finally {
    await db.destroy();
  }
}
