/**
 * LoRaWAN devices through the service: import, decryption with and without a join, roll-over of
 * the counter, refusals, hand-over and log.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { encodeJoin, encodeUplink } from "../bench/encode/lorawan.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { hex, toHex } from "./support/frame-vectors.ts";
import { meterKeys } from "./support/meter-keys.ts";
import { ndjson, type Parsed, parseNdjson, startService } from "./support/service.ts";

const DEVICE = "eui:70B3D57ED0001234";
const NWKSKEY = "44024241ed4ce9a68c6a8bc055233fd3";
const APPSKEY = "ec925802ae430ca77fd3dd73cb2cc588";
/** From lora-packet's README (MIT). */
const PUBLISHED = "40F17DBE4900020001954378762B11FF0D";
const DEV_ADDR = 0x49be7df1;

const uplink = (fcnt: number, more: { port?: number; confirmed?: boolean } = {}): string =>
  toHex(
    encodeUplink({
      nwkSKey: hex(NWKSKEY),
      appSKey: hex(APPSKEY),
      devAddr: DEV_ADDR,
      fcnt,
      port: 1,
      payload: hex("0102"),
      ...more,
    }),
  );

for (const kind of databaseKinds()) {
  test(`session keys open what their device sends, and nothing else (${kind})`, async (t) => {
    const { service, custodian, customer, decrypt } = await deployment(t, kind);
    const meter = DEVICE;
    const rows = await decrypt([
      { ref: "published", frame: PUBLISHED, meter },
      { ref: "again", frame: PUBLISHED, meter },
      { ref: "by name", frame: uplink(3, { confirmed: true }), meter: "pit 4" },
      { ref: "port 0", frame: uplink(4, { port: 0 }), meter },
      { ref: "flipped", frame: uplink(5).replace(/.$/, (d) => (d === "0" ? "1" : "0")), meter },
      { ref: "other", frame: PUBLISHED, meter: "eui:70B3D57ED0001235" },
      { ref: "unknown", frame: PUBLISHED, meter: "eui:70B3D57ED0009999" },
      { ref: "unnamed", frame: PUBLISHED },
      { ref: "downlink", frame: "60F17DBE4920020001F9D65D27", meter },
      { ref: "another profile", frame: PUBLISHED, meter: "KAM-12345678/01/02" },
    ]);
    const opened = { protocol: "lorawan", verification: "mac32", keyVersion: 1, address: meter };
    t.like(rows[0], { ...opened, plaintext: "74657374", counter: 2, freshness: "unknown" });
    t.like(rows[1], { ...opened, plaintext: "74657374", counter: 2, freshness: "duplicate" });
    t.like(rows[2], { ...opened, plaintext: "0102", counter: 3, name: "pit 4", customer });
    t.like(rows[3], { ...opened, plaintext: "0102", counter: 4 });
    t.deepEqual(
      rows.slice(4).map((row) => row.error.code),
      [
        "MAC_FAILED",
        "MAC_FAILED",
        "METER_UNKNOWN",
        "FRAME_FORMAT",
        "MODE_UNSUPPORTED",
        "FRAME_FORMAT",
      ],
    );
    // The name of a device takes no frame away from a meter that names itself.
    const own = { manufacturer: "KAM", id: "12345678", version: 1, medium: 2 };
    const plaintext = hex(`2f2f${"0c13785634122f2f".repeat(5)}`);
    const options = { ...own, key: hex(APPSKEY), acc: 1, plaintext, header: "short" } as const;
    const telegram = encodeMode5({ ...options, clear: hex("00112233"), format: "none" });
    t.is(telegram[0]! >> 5, 2);
    const [wmbus] = await decrypt([{ frame: toHex(telegram), meter: "KAM-12345678/01/02" }]);
    t.like(wmbus, { protocol: "wmbus", verification: "check16" });
    // Another customer's device is unknown, whatever the frame is.
    const stranger = await service.token("data-management", await service.customer("Other"));
    const foreign = await decrypt([{ frame: PUBLISHED, meter }], stranger);
    const nobody = await decrypt([{ frame: PUBLISHED, meter: "eui:0000000000000001" }], stranger);
    t.deepEqual(foreign, nobody);
    t.is(foreign[0].error.code, "METER_UNKNOWN");
    // An installer proves the device by its first uplink.
    const proof = `/v1/meters/${encodeURIComponent(meter)}/proof`;
    const proven = await service.call("POST", proof, custodian, { frame: PUBLISHED });
    t.like(proven.body, { proven: true, verification: "mac32", keyVersion: 1 });
    await service.stop();
    const report = await verifyDataDirectory(service.config, {}, () => undefined);
    t.like(report, { ok: true, problems: [] });
  });

  test(`the counter goes on beyond its 16 bits, and no replay leads it back (${kind})`, async (t) => {
    const { decrypt } = await deployment(t, kind);
    const counters = async (...fcnts: readonly number[]) => {
      const lines = fcnts.map((fcnt) => ({ frame: uplink(fcnt), meter: DEVICE }));
      return (await decrypt(lines)).map((row) => row.counter ?? row.error.code);
    };
    t.deepEqual(await counters(65535, 65536, 65537), [65535, 65536, 65537]);
    // The halves beside the last one are tried; each one found is a new beginning.
    t.deepEqual(await counters(0x30000, 0x20000), ["MAC_FAILED", 0x20000]);
    t.deepEqual(await counters(0x30000), [0x30000]);
    t.deepEqual(await counters(0x40000), [0x40000]);
    t.deepEqual(await counters(0x50000, 0x4ffff), [0x50000, 0x4ffff]);
    // Half 0 is tried always; half 1 is not near half 5 any more, and that did not go back.
    t.deepEqual(await counters(7, 0x10000, 0x60000), [7, "MAC_FAILED", 0x60000]);
  });

  test(`an AppKey opens what its join vouches for (${kind})`, async (t) => {
    const { service, custodian, customer, decrypt } = await deployment(t, kind);
    const generated = "eui:70B3D57ED0000001";
    const wanted = { customer, address: generated };
    const enrolled = await service.call("POST", "/v1/meters", custodian, wanted);
    t.like(enrolled.body, { profile: "lorawan", keyVersion: 1, kind: "meter" });
    const link = await service.call("POST", "/v1/links", custodian, {
      customer,
      meters: [generated],
      to: "Clerk",
      purpose: "order",
    });
    const { bundle } = await collectLink({
      link: link.body.link,
      pin: () => link.body.pin,
      issuer: link.body.issuer,
      clock: () => new Date(),
    });
    const [key] = bundle!.meters[0]!.keys;
    t.like(key, { type: "appkey", algorithm: "AES-128", kcv: enrolled.body.keyCheckValue });
    const [appKey] = await meterKeys(service.config, enrolled.body.meter, 1, "lorawan");
    t.is(key!.value, toHex(appKey!).toLowerCase());

    const joined = joinOf(appKey!, generated, 1);
    const frame = (fcnt: number, keys = joined) =>
      toHex(encodeUplink({ ...keys, devAddr: 7, fcnt, port: 2, payload: hex("2A") }));
    const join = { request: toHex(joined.request), accept: toHex(joined.accept) };
    const later = joinOf(appKey!, generated, 2);
    const rows = await decrypt([
      { frame: frame(1), meter: generated, join },
      { frame: frame(70_000), meter: generated, join },
      { frame: frame(2), meter: generated },
      { frame: frame(2), meter: DEVICE, join },
      { frame: frame(2), meter: generated, join: { ...join, request: toHex(later.request) } },
      { frame: frame(2), meter: generated, join: { ...join, request: "00" } },
      { frame: frame(2), join },
      { frame: frame(2), meter: "KAM-12345678/01/02", join },
      { frame: frame(2), meter: generated, join, challenge: "00".repeat(8) },
      { frame: frame(2), meter: generated, challenge: "00".repeat(8) },
    ]);
    t.like(rows[0], { plaintext: "2a", counter: 1, verification: "mac32", protocol: "lorawan" });
    t.like(rows[1], { plaintext: "2a", counter: 70_000 });
    t.deepEqual(
      rows.slice(2).map((row) => row.error.code),
      [
        "NO_KEY",
        "METER_UNKNOWN",
        "MAC_FAILED",
        "FRAME_FORMAT",
        "FRAME_FORMAT",
        "PROFILE_MISMATCH",
        "FRAME_FORMAT",
        "PROFILE_MISMATCH",
      ],
    );
    // An AppKey made elsewhere does the same, beside session keys or without.
    const imported = "eui:70B3D57ED0000002";
    const path = `/v1/meters/import?customer=${customer}`;
    const row = { address: imported, master_key: APPSKEY };
    t.is((await service.call("POST", path, custodian, ndjson([row]))).body.imported, 1);
    const own = joinOf(hex(APPSKEY), imported, 9);
    const messages = { request: toHex(own.request), accept: toHex(own.accept) };
    const [opened] = await decrypt([{ frame: frame(1, own), meter: imported, join: messages }]);
    t.like(opened, { plaintext: "2a", keyVersion: 1 });
  });
}

for (const kind of databaseKinds()) {
  test(`session keys are checked by uplinks, wherever the counter stands (${kind})`, async (t) => {
    const { service, custodian, customer, decrypt } = await deployment(t, kind);
    const check = async (meter: string, ...frames: readonly string[]) => {
      const path = `/v1/meters/${encodeURIComponent(meter)}/check`;
      const { body } = await service.call("POST", path, custodian, { frames });
      return body.frames.map(({ code }: Parsed) => code);
    };
    t.deepEqual(await check(DEVICE, uplink(1), "60F17DBE4920020001F9D65D27"), [
      "KEY_FITS",
      "MODE_UNSUPPORTED",
    ]);
    // AppSKey and NwkSKey exchanged, and an AppKey without a join.
    t.deepEqual(await check("eui:70B3D57ED0001235", uplink(1)), ["KEY_WRONG"]);
    const joining = "eui:70B3D57ED0000001";
    await service.call("POST", "/v1/meters", custodian, { customer, address: joining });
    t.deepEqual(await check(joining, uplink(1)), ["NO_KEY"]);
    // What decryption has learnt of the counter, a check knows; it learns nothing itself.
    t.deepEqual(await check(DEVICE, uplink(0x40000)), ["KEY_WRONG"]);
    t.deepEqual(await check(DEVICE, uplink(0x30000)), ["KEY_FITS"]);
    t.deepEqual(await check(DEVICE, uplink(0x40000)), ["KEY_WRONG"]);
    await decrypt([{ frame: uplink(0x30000), meter: DEVICE }]);
    t.deepEqual(await check(DEVICE, uplink(0x40000)), ["KEY_FITS"]);
  });
}

function joinOf(appKey: Uint8Array, device: string, devNonce: number) {
  return encodeJoin({
    appKey,
    joinEui: hex("70B3D57ED0000000"),
    devEui: hex(device.slice(4)),
    devNonce,
    appNonce: 0x010203,
    netId: 0x13,
    devAddr: 7,
  });
}

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  const meters = [
    { address: DEVICE, key: APPSKEY, auth_key: NWKSKEY, name: "pit 4" },
    { address: "eui:70B3D57ED0001235", key: NWKSKEY, auth_key: APPSKEY },
    { address: "KAM-12345678/01/02", key: APPSKEY },
  ];
  const path = `/v1/meters/import?customer=${customer}`;
  t.deepEqual((await service.call("POST", path, custodian, ndjson(meters))).body.rejected, []);
  return {
    service,
    custodian,
    customer,
    async decrypt(lines: readonly unknown[], token = machine): Promise<Parsed[]> {
      const answer = await service.call("POST", "/v1/frames/decrypt", token, ndjson(lines));
      return parseNdjson(answer.text);
    },
  };
}
