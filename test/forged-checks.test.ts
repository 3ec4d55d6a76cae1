/**
 * Checks of 16 bits are hit by luck: however often one hit is varied, it takes no key into use, and
 * no number of hits takes one out.
 *
 * The forger of these tests has all the luck there can be: it knows the key, and changes whatever a
 * frame that happens to pass can be changed in without being lucky again.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { encodeMode7 } from "../bench/encode/oms.ts";
import { encodeEll, encodeMode5 } from "../bench/encode/wmbus.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { apdu } from "./support/known-meters.ts";
import { meterKeys } from "./support/meter-keys.ts";
import { ndjson, type Parsed, parseNdjson, startService } from "./support/service.ts";

const VARIANTS = 300;
const PLAINTEXT = Buffer.from("2f2f0c1378563412046d1a2b3c4d00112233445566778899", "hex");

/** Makes the n-th hit, varied; `i` is the number of the variant. */
type Forge = (own: { id: string; key: Uint8Array }, hit: number, i: number) => Uint8Array;

const FORGERIES: Readonly<Record<string, Forge>> = {
  // Only the first block says whether 2F2F comes out; its IV ends in version, medium, 8 × ACC.
  check16: ({ id, key }, hit, i) => {
    const plaintext = Buffer.from(PLAINTEXT);
    plaintext[2] = hit;
    const frame = encodeMode5({
      ...addressed(id),
      key,
      acc: 1,
      plaintext,
      clear: Uint8Array.from({ length: i % 3 }, () => i),
      header: "short",
      format: "none",
    });
    frame[8]! ^= i & 0x0f;
    frame[9]! ^= i >> 4;
    frame[11]! ^= i;
    frame[31]! ^= i;
    return frame;
  },
  // One keystream: under it any text has a right CRC. Bits 10 and 02 of CC do not enter it.
  crc16: ({ id, key }, hit, i) =>
    encodeEll({
      ...addressed(id),
      key,
      cc: [0x20, 0x30, 0x22, 0x32][i % 4]!,
      acc: i & 255,
      sn: hit,
      plaintext: Buffer.from(`any text, variant ${i}`),
      format: i % 2 === 0 ? "none" : "A",
    }),
  // One key of one message: more would need luck again, and is given here for nothing.
  mac16: ({ id, key }, hit, i) =>
    encodeMode7({
      ...addressed(id),
      version: i & 255,
      key,
      acc: i & 255,
      counter: hit,
      macLength: 2,
      plaintext: PLAINTEXT,
      clear: Buffer.from(`${i}`),
      control: [0x44, 0x46, 0x08][i % 3]!,
      header: "short",
      format: "none",
    }),
};

for (const kind of databaseKinds()) {
  test(`two lucky hits, however varied, take no key into use, and more end none (${kind})`, async (t) => {
    const { decrypt, states, rotated } = await deployment(t, kind);
    for (const [n, [verification, forge]] of Object.entries(FORGERIES).entries()) {
      const id = `0000000${n}`;
      const { meter, keys } = await rotated({ address: `KAM-${id}` });
      const [one, two] = keys;
      const forged = (hits: readonly number[]) =>
        Array.from({ length: VARIANTS }, (_, i) =>
          forge({ id, key: two }, hits[i % hits.length]!, i),
        );
      const isTaken = (rows: readonly Parsed[]) =>
        rows.every((row) => row.keyVersion === 2 && row.verification === verification);

      t.true(isTaken(await decrypt(forged([1, 2]))), verification);
      t.true(isTaken(await decrypt(forged([2, 1]).reverse())), verification);
      t.deepEqual(await states(meter), ["2 new", "1 active"], verification);
      // The third counts, and still another key is in force beside it.
      t.true(isTaken(await decrypt(forged([3]))), verification);
      t.deepEqual(await states(meter), ["2 active", "1 active"], verification);
      t.true(isTaken(await decrypt(forged([4, 5, 6, 7, 8]))), verification);
      t.deepEqual(await states(meter), ["2 active", "1 active"], verification);
      const [old] = await decrypt([forge({ id, key: one }, 9, 0)]);
      t.like(old, { keyVersion: 1, verification }, verification);
    }
  });

  test(`frames without any check are no proof of a key (${kind})`, async (t) => {
    const { decrypt, states, rotated } = await deployment(t, kind);
    const address = "4b414d4500000077";
    const profile = "dlms-suite-0";
    const wanted = { address: `st:${address}`, profile, allowUnauthenticated: true };
    const { meter, keys } = await rotated(wanted);
    const [, two] = keys;
    const frames = Array.from({ length: VARIANTS }, (_, counter) =>
      apdu({ ek: two, ak: two, title: address, counter, suite: 0, protection: "enc" }),
    );
    const rows = await decrypt(frames);
    t.true(rows.every((row) => row.keyVersion === 1 && row.verification === "none"));
    t.deepEqual(await states(meter), ["2 new", "1 active"]);
  });
}

function addressed(id: string) {
  return { manufacturer: "KAM", id, version: 1, medium: 2 };
}

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  return {
    async decrypt(frames: readonly Uint8Array[]): Promise<Parsed[]> {
      const lines = ndjson(frames.map((frame) => ({ frame: Buffer.from(frame).toString("hex") })));
      return parseNdjson((await service.call("POST", "/v1/frames/decrypt", machine, lines)).text);
    },
    async states(meter: string): Promise<string[]> {
      const { keys } = (await service.call("GET", `/v1/meters/${meter}`, custodian)).body;
      return keys.map(({ version, state }: Parsed) => `${version} ${state}`);
    },
    /** A meter with a second version that waits for its first frame; its encryption keys. */
    async rotated(wanted: object) {
      const enrolled = await service.call("POST", "/v1/meters", custodian, { customer, ...wanted });
      const { meter, profile } = enrolled.body;
      t.is((await service.call("POST", `/v1/meters/${meter}/rotate`, custodian)).status, 200);
      const versions = [1, 2].map((version) => meterKeys(service.config, meter, version, profile));
      const [[one], [two]] = (await Promise.all(versions)) as [Uint8Array[], Uint8Array[]];
      return { meter, keys: [one!, two!] as const };
    },
  };
}
