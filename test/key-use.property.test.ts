/**
 * A frame that only looks like a meter's reaches no key but that of the meter whose address it
 * bears: the log lists exactly these meters, versions and counts, whatever a batch is made of.
 *
 * @module
 */
import { createHash } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeEll, encodeMode5 } from "../bench/encode/wmbus.ts";
import { decodeAccessSet } from "../src/activity/entries/access-set.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { ndjson, type Parsed, parseNdjson, startService } from "./support/service.ts";

const FAMILIES = ["oms-a", "oms-b", "oms-d", "ell", "dlms-suite-0"] as const;
const METERS_OF_FAMILY = 4;
const COUNT = FAMILIES.length * METERS_OF_FAMILY;
/** The second meter of two families whose proofs leave no room for luck gets another version. */
const ROTATED = [FAMILIES.indexOf("oms-b"), FAMILIES.indexOf("dlms-suite-0")].map(
  (family) => family + FAMILIES.length,
);
const PLAINTEXT = Buffer.from("2f2f0c1378563412", "hex");

interface Line {
  readonly request: Readonly<Record<string, string>>;
  /** Whose address stands in the frame; null for nobody's. */
  readonly holder: number | null;
  /** Under whose key it was encrypted. */
  readonly sender: number;
}

function keyOf(meter: number, use = "encryption"): Buffer {
  return createHash("sha256").update(`${use} ${meter}`).digest().subarray(0, 16);
}

function wmbusOf(meter: number) {
  return { manufacturer: "KEY", id: String(meter).padStart(8, "0"), version: 1, medium: 7 };
}

function titleOf(meter: number): Buffer {
  return Buffer.from(`4b455900${String(meter).padStart(8, "0")}`, "hex");
}

function rowOf(meter: number) {
  const profile = FAMILIES[meter % FAMILIES.length];
  const key = keyOf(meter).toString("hex");
  return profile === "dlms-suite-0"
    ? {
        address: `st:${titleOf(meter).toString("hex")}`,
        profile,
        key,
        auth_key: keyOf(meter, "authentication").toString("hex"),
      }
    : { address: `KEY-${wmbusOf(meter).id}/01/07`, profile, key };
}

/** A frame that bears the address of one meter, comes by another's, and is under a third's key. */
function frameOf(holder: number, sender: number, carrier: number): Uint8Array {
  const profile = FAMILIES[holder % FAMILIES.length];
  const common = {
    ...wmbusOf(holder),
    header: "long",
    format: "none",
    linkAddress: wmbusOf(carrier),
    key: keyOf(sender),
    acc: 7,
    counter: 9,
    plaintext: PLAINTEXT,
  } as const;
  switch (profile) {
    case "oms-a":
      return encodeMode5(common);
    case "oms-b":
      return encodeMode7({ ...common, macLength: 8 });
    case "oms-d":
      return encodeMode10({ ...common, tagLength: 8 });
    case "ell":
      return encodeEll({
        ...common,
        ...wmbusOf(carrier),
        second: wmbusOf(holder),
        cc: 0x20,
        sn: 9,
      });
    default:
      return encodeDlms({
        systemTitle: titleOf(holder),
        suite: 0,
        protection: "auth-enc",
        ek: keyOf(sender),
        ak: keyOf(sender, "authentication"),
        invocationCounter: 9,
        apdu: PLAINTEXT,
        transport: "bare",
        form: "general-glo",
      });
  }
}

const meter = fc.nat(COUNT - 1);
/** Of the holder's family, so that the frame is as plausible as can be. */
const line = fc
  .tuple(meter, fc.nat(METERS_OF_FAMILY - 1), meter, fc.constantFrom("as is", "nobody", "cut"))
  .map(([holder, step, carrier, how]): Line => {
    const sender = (holder + step * FAMILIES.length) % COUNT;
    const isNobody = how === "nobody";
    const bytes = frameOf(isNobody ? holder + COUNT : holder, sender, carrier);
    const frame = Buffer.from(how === "cut" ? bytes.subarray(0, -1) : bytes).toString("hex");
    return { request: { frame }, holder: how === "as is" ? holder : null, sender };
  });

test("the log lists the meters whose addresses stand in frames, and no other key was used", async (t) => {
  const { decrypt, uses, numbers } = await deployment(t);
  const law = fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (lines) => {
    const rows = await decrypt(lines.map(({ request }) => request));
    const expected: Record<string, [number, number]> = {};
    const count = (holder: number, version: number, isOpened: boolean) => {
      const use = `${numbers[holder]} v${version}`;
      const [opened, failed] = expected[use] ?? [0, 0];
      expected[use] = isOpened ? [opened + 1, failed] : [opened, failed + 1];
    };
    for (const [i, { holder, sender }] of lines.entries()) {
      const { plaintext, error } = rows[i];
      t.is(plaintext !== undefined, holder === sender);
      t.is(plaintext === undefined, error !== undefined);
      if (holder !== null) {
        if (ROTATED.includes(holder)) {
          count(holder, 2, false);
        }
        count(holder, 1, holder === sender);
      }
    }
    t.deepEqual(await uses(), expected);
  });
  await fc.assert(law, { numRuns: 60 });
});

async function deployment(t: ExecutionContext) {
  const service = await startService(t, "sqlite");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  for (const name of ["Stadtwerke", "Wohnbau"]) {
    const customer = await service.customer(name);
    const own = Array.from({ length: COUNT }, (_, i) => i).filter(
      (i) => i < COUNT / 2 === (name === "Stadtwerke"),
    );
    const path = `/v1/meters/import?customer=${customer}`;
    const imported = await service.call("POST", path, custodian, ndjson(own.map(rowOf)));
    t.is(imported.body.imported, own.length, imported.text);
  }
  const db = openDatabase(coreDatabase(service.config));
  t.teardown(() => db.destroy());
  const numbers: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const path = `/v1/meters/${encodeURIComponent(rowOf(i).address)}`;
    const { meter: id, customer } = (await service.call("GET", path, custodian)).body;
    if (ROTATED.includes(i)) {
      const rotated = await service.call("POST", `/v1/meters/${id}/rotate`, custodian);
      t.is(rotated.body.keyVersion, 2);
    }
    // Internal numbers are given in the order of import, customer by customer.
    numbers.push(`${customer} ${(i % (COUNT / 2)) + 1}`);
  }
  let seen = Number((await db("log_entries").max({ last: "idx" }))[0]?.["last"]);
  return {
    numbers,
    async decrypt(requests: readonly object[]): Promise<Parsed[]> {
      const answer = await service.call("POST", "/v1/frames/decrypt", machine, ndjson(requests));
      return parseNdjson(answer.text);
    },
    /** Counts by customer, number and version, of all entries since the last call. */
    async uses(): Promise<Record<string, readonly number[]>> {
      const entries = await db("log_entries").where("idx", ">", seen).orderBy("idx");
      const found: Record<string, readonly number[]> = {};
      for (const { idx, body } of entries) {
        seen = idx;
        const { action, customer, keys } = JSON.parse(body);
        for (const { number, version, counts } of decodeAccessSet(keys) ?? []) {
          found[`${customer} ${number} v${version}`] = action === "frames.decrypted" ? counts : [];
        }
      }
      return found;
    },
  };
}
