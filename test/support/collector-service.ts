/**
 * A service with a collector and with meters of two customers, for the tests of messages.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import { type CoseOptions, encodeCose } from "../../bench/encode/cose.ts";
import { collectLink } from "../../src/handover/collect/collect.ts";
import type { DatabaseKind } from "./databases.ts";
import { hex, toHex } from "./frame-vectors.ts";
import { KNOWN_METERS, mode5 } from "./known-meters.ts";
import { ndjson, type Parsed, parseNdjson, startService } from "./service.ts";

export const COLLECTOR = "KAM-90000001/01/31";
/** A meter of the other customer. */
export const STRANGER = "KAM-55555555/01/02";

/** Makes a telegram of the other customer's meter. */
export function strangersFrame(): Uint8Array {
  const key = hex(KNOWN_METERS[2]!.key);
  return mode5(1, "none", { manufacturer: "KAM", id: "55555555", key });
}

/** Starts it; the collector's key has been handed over to the test. */
export async function collectorService(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const [customer, other] = [await service.customer("One"), await service.customer("Two")];
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  const load = (owner: string, rows: readonly unknown[]) =>
    service.call("POST", `/v1/meters/import?customer=${owner}`, custodian, ndjson(rows));
  t.is((await load(customer, KNOWN_METERS)).body.imported, KNOWN_METERS.length);
  t.is((await load(other, [{ address: STRANGER, key: KNOWN_METERS[2]!.key }])).body.imported, 1);
  const wanted = { customer, address: COLLECTOR, profile: "cose" };
  const enrolled = (await service.call("POST", "/v1/meters", custodian, wanted)).body;
  t.like(enrolled, { kind: "collector", profile: "cose", keyVersion: 1 });
  const listed = (await service.call("GET", `/v1/meters?customer=${customer}`, custodian)).body;
  t.deepEqual(
    listed.items.map((item: Parsed) => item.kind),
    ["meter", "meter", "meter", "collector"],
  );

  const order = { customer, meters: [COLLECTOR], to: "Clerk", purpose: "order" };
  const link = (await service.call("POST", "/v1/links", custodian, order)).body;
  const { bundle } = await collectLink({
    link: link.link,
    pin: () => link.pin,
    issuer: link.issuer,
    clock: () => new Date(),
  });
  const [handed] = bundle!.meters[0]!.keys;
  t.like(handed, { type: "cek", algorithm: "AES-256", kcv: enrolled.keyCheckValue });
  const key = hex(handed!.value);
  let iv = 0;
  return {
    service,
    customer,
    other,
    custodian,
    machine,
    collector: enrolled.meter as string,
    key,
    /** A message in hex, of the collector unless told otherwise. */
    message(options: Partial<CoseOptions> & Pick<CoseOptions, "frames">): string {
      const unique = Uint8Array.from({ length: 12 }, (_, i) => (i === 11 ? ++iv : 0));
      return toHex(encodeCose({ key, kid: COLLECTOR, iv: unique, ...options }));
    },
    async decrypt(lines: readonly unknown[], token = machine): Promise<Parsed[]> {
      const answer = await service.call("POST", "/v1/frames/decrypt", token, ndjson(lines));
      return parseNdjson(answer.text);
    },
  };
}
