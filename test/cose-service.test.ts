/**
 * Collectors through the service: enrolled and handed over as meters are, their messages opened
 * together with the frames inside, every key used in the log.
 *
 * @module
 */
import test from "ava";
import { encodeCose } from "../bench/encode/cose.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import {
  COLLECTOR,
  collectorService,
  STRANGER,
  strangersFrame,
} from "./support/collector-service.ts";
import { databaseKinds } from "./support/databases.ts";
import { hex, toHex } from "./support/frame-vectors.ts";
import { dlms, KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { meterKeys } from "./support/meter-keys.ts";
import { ndjson, type Parsed, parseNdjson } from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`a collector's message is one row with the rows of its frames (${kind})`, async (t) => {
    const { service, customer, other, key, decrypt, message } = await collectorService(t, kind);
    const frames = [mode5(1), dlms(7), mode5(2, "A"), hex("ffff"), new Uint8Array(0)];
    const nested = encodeCose({ key, kid: COLLECTOR, iv: new Uint8Array(12), frames: [] });
    const sent = message({ frames: [...frames, nested, strangersFrame()] });
    const empty = message({ frames: [] });
    const rows = await decrypt([
      { ref: "a", frame: sent },
      { ref: "b", frame: toHex(mode5(3)) },
      { ref: "c", frame: sent },
      { ref: "d", frame: empty },
    ]);
    t.like(rows[0], {
      ref: "a",
      address: COLLECTOR,
      customer,
      protocol: "cose",
      keyVersion: 1,
      verification: "tag128",
      counter: null,
      freshness: "unknown",
    });
    t.false("plaintext" in rows[0]);
    const seen = (row: Parsed) => row.frames.map((one: Parsed) => one.error?.code ?? one.freshness);
    const codes = ["FRAME_FORMAT", "FRAME_LENGTH", "MODE_UNSUPPORTED"];
    t.deepEqual(seen(rows[0]), ["unknown", "fresh", "unknown", ...codes, "unknown"]);
    t.true(rows[0].frames.every((one: Parsed) => !("ref" in one)));
    const [first, second] = rows[0].frames;
    t.like(first, { address: "KAM-12345678/01/02", protocol: "wmbus", verification: "check16" });
    t.is(first.plaintext, "2f2f0c13785634122f2f2f2f2f2f2f2f");
    t.like(second, { protocol: "dlms", plaintext: "0f00", counter: 7, verification: "tag96" });
    t.is(rows[0].frames[6].customer, other);
    t.like(rows[1], { ref: "b", protocol: "wmbus" });
    t.is(rows[2].freshness, "duplicate");
    const again = ["duplicate", "duplicate", "duplicate", ...codes, "duplicate"];
    t.deepEqual(seen(rows[2]), again);
    t.deepEqual(rows[3].frames, []);

    const auditor = await service.token("auditor");
    for (const [meter, of] of [
      [COLLECTOR, customer],
      ["KAM-12345678/01/02", customer],
      [STRANGER, other],
    ]) {
      const path = `/v1/activity?action=frames.decrypted&meter=${encodeURIComponent(meter!)}`;
      const { items } = (await service.call("GET", path, auditor)).body;
      t.is(items.length, 1, meter);
      t.is(items[0].entry.customer, of);
      // The collector's customer: 3 messages, 1 line of its own, 3 frames in each of 2 messages.
      t.is(items[0].entry.frames, of === customer ? 10 : 2);
    }
    await service.stop();
    const report = await verifyDataDirectory(service.config, {}, () => undefined);
    t.like(report, { ok: true, problems: [] });
  });

  test(`scope, wrong keys and foul contents are told frame by frame (${kind})`, async (t) => {
    const { service, customer, key, custodian, machine, decrypt, message } = await collectorService(
      t,
      kind,
    );
    const scoped = await service.token("data-management", customer);
    const mixed = message({ frames: [mode5(1), strangersFrame()] });
    const [own] = await decrypt([{ frame: mixed }], scoped);
    t.like(own.frames[0], { verification: "check16" });
    t.deepEqual(own.frames[1].error.code, "METER_UNKNOWN");
    const stranger = await service.token("data-management", await service.customer("Third"));
    const [foreign] = await decrypt([{ frame: mixed }], stranger);
    t.is(foreign.error.code, "METER_UNKNOWN");

    const rows = await decrypt([
      { frame: message({ frames: [], key: Uint8Array.from(key).reverse() }) },
      { frame: message({ frames: [], plaintext: hex("a0") }) },
      { frame: message({ frames: [], plaintext: hex("9fff") }) },
      { frame: message({ frames: [], plaintext: hex(`990101${"40".repeat(257)}`) }) },
      { frame: message({ frames: [], kid: "KAM-99999999" }) },
      { frame: message({ frames: [], kid: "KAM-12345678/01/02" }) },
      { frame: message({ frames: [], kid: null }) },
      { frame: message({ frames: [mode5(9)], kid: null }), meter: COLLECTOR },
    ]);
    t.deepEqual(
      rows.slice(0, 7).map((row) => row.error.code),
      [
        "TAG_FAILED",
        "FRAME_FORMAT",
        "FRAME_FORMAT",
        "FRAME_LENGTH",
        "METER_UNKNOWN",
        "PROFILE_MISMATCH",
        "METER_UNKNOWN",
      ],
    );
    t.like(rows[7].frames[0], { verification: "check16" });
    // Each frame inside is written as a telegram, the message itself is none.
    const body = ndjson([{ frame: message({ frames: [mode5(4)] }) }]);
    const asked = "/v1/frames/decrypt?as=telegram";
    const [plain] = parseNdjson((await service.call("POST", asked, machine, body)).text);
    t.false("telegram" in plain);
    t.regex(plain.frames[0].telegram, /0c13785634122f/i);
    // Bytes that travel in clear inside a frame come out with it.
    const partly = encodeMode5({
      ...{ manufacturer: "KAM", id: "12345678", version: 1, medium: 2, acc: 77 },
      ...{ key: hex(KNOWN_METERS[2]!.key), plaintext: hex("2f2f0c1378563412") },
      ...{ clear: hex("0f1234"), header: "short", format: "none" },
    });
    const [outer] = await decrypt([{ frame: message({ frames: [partly] }) }]);
    t.is(outer.frames[0].plaintext, "2f2f0c13785634122f2f2f2f2f2f2f2f0f1234");

    // An installer proves a collector; what its meters sent stays closed.
    const proof = `/v1/meters/${encodeURIComponent(COLLECTOR)}/proof`;
    const frame = message({ frames: [strangersFrame()] });
    const proven = await service.call("POST", proof, custodian, { frame });
    t.like(proven.body, { proven: true, verification: "tag128" });
    const auditor = await service.token("auditor");
    const path = `/v1/activity?action=frames.decrypted&meter=${encodeURIComponent(STRANGER)}`;
    t.deepEqual((await service.call("GET", path, auditor)).body.items, []);
  });

  test(`a message sent again with its key repeats the verdicts inside it (${kind})`, async (t) => {
    const { service, machine, message } = await collectorService(t, kind);
    const body = ndjson([
      { frame: message({ frames: [dlms(5), mode5(1), hex("ffff"), dlms(5)] }) },
      { frame: toHex(dlms(6)) },
      { frame: message({ frames: [] }) },
      { frame: message({ frames: [dlms(7)] }) },
    ]);
    const send = async (key: string): Promise<unknown[]> => {
      const answer = await fetch(`${service.internal}/v1/frames/decrypt`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${machine}`,
          "content-type": "application/x-ndjson",
          "idempotency-key": key,
        },
        body,
      });
      return parseNdjson(await answer.text()).map(verdictsOf);
    };
    const firstTime = [
      ["unknown", "fresh", "unknown", "FRAME_FORMAT", "duplicate"],
      ["fresh"],
      ["unknown"],
      ["unknown", "fresh"],
    ];
    t.deepEqual(await send("one"), firstTime);
    t.deepEqual(await send("one"), firstTime);
    t.deepEqual(await send("two"), [
      ["duplicate", "duplicate", "duplicate", "FRAME_FORMAT", "duplicate"],
      ["duplicate"],
      ["duplicate"],
      ["duplicate", "duplicate"],
    ]);
  });

  test(`a collector's key is checked by its messages, and nothing inside is opened (${kind})`, async (t) => {
    const { service, collector, custodian, key, message } = await collectorService(t, kind);
    const reversed = Uint8Array.from(key).reverse();
    const frames = [message({ frames: [mode5(1)] }), message({ frames: [], key: reversed })];
    const path = `/v1/meters/${collector}/check`;
    const { body } = await service.call("POST", path, custodian, { frames });
    t.deepEqual(
      body.frames.map(({ code, verification }: Parsed) => [code, verification]),
      [
        ["KEY_FITS", "tag128"],
        ["KEY_REVERSED", "tag128"],
      ],
    );
  });

  test(`a rotated collector's key comes into use with its first message (${kind})`, async (t) => {
    const { service, collector, custodian, decrypt, message } = await collectorService(t, kind);
    await service.call("POST", `/v1/meters/${collector}/rotate`, custodian);
    const [next] = await meterKeys(service.config, collector, 2, "cose");
    const [before] = await decrypt([{ frame: message({ frames: [mode5(1)] }) }]);
    t.is(before.keyVersion, 1);
    const [row] = await decrypt([{ frame: message({ frames: [mode5(2)], key: next! }) }]);
    t.like(row, { keyVersion: 2, verification: "tag128" });
    const [late] = await decrypt([{ frame: message({ frames: [] }) }]);
    t.is(late.error.code, "TAG_FAILED");
  });
}

/** What is said of the freshness of a row, and of the frames inside it. */
function verdictsOf({ freshness, error, frames = [] }: Parsed): unknown[] {
  return [freshness ?? error.code, ...frames.flatMap(verdictsOf)];
}
