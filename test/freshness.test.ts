/**
 * Fresh, duplicate, old, through the running service: restarts, gateways, activations.
 *
 * @module
 */
import test from "ava";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds } from "./support/databases.ts";
import { apdu, dlms, KNOWN_METERS, mode5, UNAUTHENTICATED } from "./support/known-meters.ts";
import { meterKeys } from "./support/meter-keys.ts";
import {
  ndjson,
  type Parsed,
  parseNdjson,
  resumeService,
  type Service,
  startService,
} from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`what was seen is known after a restart (${kind})`, async (t) => {
    const first = await startService(t, kind);
    const { machine } = await withMeters(first);
    const frame = (counter: number, text = "0f00") => dlms(counter, text);
    t.deepEqual(await freshness(first, machine, [frame(100), frame(101), frame(101)]), [
      "fresh",
      "fresh",
      "duplicate",
    ]);
    const plain = mode5(7);
    t.deepEqual(await freshness(first, machine, [plain, mode5(6)]), ["unknown", "unknown"]);
    const unchecked = (counter: number) => dlms(counter, "0f00", UNAUTHENTICATED, "enc");
    t.deepEqual(await freshness(first, machine, [unchecked(100), unchecked(5), unchecked(5)]), [
      "unknown",
      "unknown",
      "duplicate",
    ]);
    await first.stop();

    const second = await resumeService(t, first.config);
    const late = [frame(101), frame(101, "0f01"), frame(37), frame(38), frame(102), frame(102)];
    const judged = ["duplicate", "old", "old", "fresh", "fresh", "duplicate"];
    t.deepEqual(await freshness(second, machine, late), judged);
    t.deepEqual(await freshness(second, machine, [plain, mode5(8)]), ["duplicate", "unknown"]);
    t.deepEqual(await freshness(second, machine, [unchecked(100)]), ["duplicate"]);
  });

  test(`a frame is one frame with and without link CRCs, and every row has it (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { machine } = await withMeters(service);
    const [row, again] = await decrypt(service, machine, [mode5(1, "none"), mode5(1, "A")]);
    t.like(row, { verification: "check16", freshness: "unknown", keyVersion: 1 });
    t.is(again.freshness, "duplicate");
    t.is(again.plaintext, row.plaintext);
    const [tagged] = await decrypt(service, machine, [dlms(9)]);
    t.like(tagged, { verification: "tag96", counter: 9, plaintext: "0f00", freshness: "fresh" });
  });

  test(`a tag takes a rotated key into use and the one before out (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { machine, custodian, customer } = await withMeters(service);
    const address = "st:4B414D4500000001";
    const profile = "dlms-suite-1";
    const wanted = { customer, address, profile };
    const { meter } = (await service.call("POST", "/v1/meters", custodian, wanted)).body;
    const frame = async (version: number, counter: number) => {
      const [ek, ak] = await meterKeys(service.config, meter, version, profile);
      return apdu({ ek: ek!, ak: ak!, title: address.slice(3), counter, suite: 1 });
    };
    const [before] = await decrypt(service, machine, [await frame(1, 10)]);
    t.like(before, { keyVersion: 1, verification: "tag96", freshness: "fresh" });
    const rotated = await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
    t.is(rotated.body.keyVersion, 2);
    t.deepEqual(await states(service, custodian, meter), ["2 new", "1 active"]);
    // The old key goes on until the meter has changed over, and counts for itself.
    t.like((await decrypt(service, machine, [await frame(1, 11)]))[0], { keyVersion: 1 });
    const [after] = await decrypt(service, machine, [await frame(2, 1)]);
    t.like(after, { keyVersion: 2, verification: "tag96", freshness: "fresh" });
    t.deepEqual(await states(service, custodian, meter), ["2 active", "1 superseded"]);
    const [refused] = await decrypt(service, machine, [await frame(1, 12)]);
    t.is(refused.error.code, "TAG_FAILED");
    // A version that was drawn and never came into use ends with the one before it.
    await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
    await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
    t.like((await decrypt(service, machine, [await frame(4, 1)]))[0], { keyVersion: 4 });
    const ended = ["4 active", "3 superseded", "2 superseded", "1 superseded"];
    t.deepEqual(await states(service, custodian, meter), ended);
    const [abandoned] = await decrypt(service, machine, [await frame(3, 1)]);
    t.is(abandoned.error.code, "TAG_FAILED");
    await service.stop();
    t.deepEqual((await verifyDataDirectory(service.config, {}, () => undefined)).problems, []);
  });

  test(`a 16-bit check needs three different frames, and the old key stays (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { machine, custodian, customer } = await withMeters(service);
    const wanted = { customer, address: "KAM-76348799" };
    const { meter } = (await service.call("POST", "/v1/meters", custodian, wanted)).body;
    await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
    const keys = [1, 2].map((version) => meterKeys(service.config, meter, version, "wmbus"));
    const [[one], [two]] = (await Promise.all(keys)) as [Uint8Array[], Uint8Array[]];
    const frame = (key: Uint8Array, acc: number) =>
      mode5(acc, "none", { manufacturer: "KAM", id: "76348799", key });
    const seen: string[][] = [];
    for (const acc of [1, 1, 2, 2, 3]) {
      const [row] = await decrypt(service, machine, [frame(two!, acc)]);
      t.is(row.keyVersion, 2);
      seen.push(await states(service, custodian, meter));
      // One lucky hit, varied where the check does not look (access number, so the IV's end).
      const varied = Uint8Array.from(frame(two!, 1));
      varied[11]! ^= 0x80 | seen.length;
      t.is((await decrypt(service, machine, [varied]))[0].verification, "check16");
    }
    const waiting = ["2 new", "1 active"];
    t.deepEqual(seen, [waiting, waiting, waiting, waiting, ["2 active", "1 active"]]);
    t.like((await decrypt(service, machine, [frame(one!, 4)]))[0], { keyVersion: 1 });
    const action = "/v1/activity?action=key.activated";
    const found = await service.call("GET", action, await service.token("auditor"));
    t.like(found.body.items[0].entry, { meter, keyVersion: 2, outcome: "ok" });
    t.is(found.body.items.length, 1);
  });
}

async function withMeters(service: Service) {
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  await service.call(
    "POST",
    `/v1/meters/import?customer=${customer}`,
    custodian,
    ndjson(KNOWN_METERS),
  );
  return { customer, custodian, machine: await service.token("data-management") };
}

async function decrypt(service: Service, token: string, frames: readonly Uint8Array[]) {
  const lines = ndjson(frames.map((frame) => ({ frame: Buffer.from(frame).toString("hex") })));
  return parseNdjson((await service.call("POST", "/v1/frames/decrypt", token, lines)).text);
}

async function freshness(service: Service, token: string, frames: readonly Uint8Array[]) {
  return (await decrypt(service, token, frames)).map((row) => row.freshness ?? row.error.code);
}

async function states(service: Service, token: string, meter: string): Promise<string[]> {
  const { keys } = (await service.call("GET", `/v1/meters/${meter}`, token)).body;
  return keys.map(({ version, state }: Parsed) => `${version} ${state}`);
}
