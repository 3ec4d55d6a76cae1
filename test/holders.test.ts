/**
 * Who holds a copy of a key, and how old keys are.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { formatId } from "../src/base/ids.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { linkHolders } from "../src/handover/holders.ts";
import { keyAges } from "../src/meters/key-ages.ts";
import { migrate } from "../src/programs/open-core.ts";
import { databaseKinds, onEveryDatabase } from "./support/databases.ts";
import { ndjson, type Parsed, startService } from "./support/service.ts";

const OWN = "KAM-10000001";
const BOUGHT = "KAM-10000002";

for (const kind of databaseKinds()) {
  test(`every recipient of a key is named, with receipt and entry, and nobody else (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("One");
    const custodian = await service.token("custodian");
    const auditor = await service.token("auditor");
    const rows = [{ address: OWN }, { address: BOUGHT, key: "0f".repeat(7).padEnd(32, "a1b2c3") }];
    const path = `/v1/meters/import?customer=${customer}`;
    t.is((await service.call("POST", path, custodian, ndjson(rows))).body.imported, 2);
    const send = async (to: string, meters: readonly string[]) => {
      const wanted = { customer, meters, to, purpose: `order for ${to}` };
      return (await service.call("POST", "/v1/links", custodian, wanted)).body;
    };
    const holders = async (meter: string): Promise<Parsed> =>
      (await service.call("GET", `/v1/meters/${meter}/holders`, auditor)).body;

    t.deepEqual((await holders(OWN)).holders, []);
    const collected = await send("Ada", [OWN, BOUGHT]);
    const waiting = await send("Bob", [OWN]);
    const revoked = await send("Eve", [OWN]);
    await send("Mallory", [BOUGHT]);
    await service.call("DELETE", `/v1/links/${revoked.reference}`, custodian);
    const opened = await collectLink({
      link: collected.link,
      pin: () => collected.pin,
      issuer: collected.issuer,
      clock: () => new Date(),
    });
    await opened.confirm("Ada L.");
    let answer = await holders(OWN);
    for (let i = 0; i < 100 && answer.holders[0].confirmedAt === null; i++) {
      await setTimeout(50);
      answer = await holders(OWN);
    }
    t.is(answer.address, OWN);
    t.deepEqual(
      answer.holders.map((one: Parsed) => [one.to, one.holds, one.keyVersions]),
      [
        ["Ada", "yes", [1]],
        ["Bob", "waiting", [1]],
        ["Eve", "no", [1]],
      ],
    );
    const [ada] = answer.holders;
    t.like(ada, { reference: collected.reference, state: "confirmed", purpose: "order for Ada" });
    t.like(ada.receipt, { verified: true, name: "Ada L." });
    t.is(answer.holders[1].reference, waiting.reference);
    const entry = (await service.call("GET", `/v1/activity/${ada.entry}`, auditor)).body.entry;
    t.like(entry, { action: "link.dispatched", reference: collected.reference });
    const bought = (await holders(BOUGHT)).holders.map((one: Parsed) => [one.kind, one.holds]);
    t.deepEqual(bought, [
      ["supplier", "unknown"],
      ["recipient", "yes"],
      ["recipient", "waiting"],
    ]);

    const rotated = await service.call("POST", `/v1/meters/${OWN}/rotate`, custodian);
    t.is(rotated.body.keyVersion, 2);
    const again = await send("Ada", [OWN]);
    const latest = (await holders(OWN)).holders.at(-1);
    // The version in force; the next one is not, until a frame is heard under it.
    t.like(latest, { reference: again.reference, keyVersions: [1] });
    const groups = (await service.call("GET", "/v1/keys/ages", auditor)).body.groups;
    t.true(groups.every((group: Parsed) => group.fromDays === 0 && group.toDays === 30));
    t.deepEqual(
      groups.map((group: Parsed) => group.origin),
      ["generated", "imported"],
    );

    const other = await service.token("auditor", await service.customer("Two"));
    t.is((await service.call("GET", `/v1/meters/${OWN}/holders`, other)).status, 404);
    t.deepEqual((await service.call("GET", "/v1/keys/ages", other)).body.groups, []);
    const machine = await service.token("data-management");
    t.is((await service.call("GET", `/v1/meters/${OWN}/holders`, machine)).status, 403);
  });
}

for (const kind of databaseKinds()) {
  test(`a holder is named whose entry was pruned, or whose revocation nobody has heard (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("One");
    const custodian = await service.token("custodian");
    const path = `/v1/meters/import?customer=${customer}`;
    await service.call("POST", path, custodian, ndjson([{ address: OWN }, { address: BOUGHT }]));
    const send = async (to: string, meters: readonly string[]) =>
      await service.call("POST", "/v1/links", custodian, { customer, meters, to, purpose: "x" });
    await send("Ada", [OWN, BOUGHT]);
    await send("Bob", [BOUGHT]);
    const { reference } = (await send("Eve", [OWN])).body;
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const meter = { customer, number: (await db("meters").orderBy("number").first()).number };
    const shown = async (isPruned: boolean) =>
      (await linkHolders(db, meter, [], isPruned)).map(({ to, holds, entry, keyVersions }) => {
        return [to, holds, entry, keyVersions];
      });
    t.deepEqual(await shown(false), []);
    t.deepEqual(await shown(true), [
      ["Ada", "waiting", null, [1]],
      ["Eve", "waiting", null, [1]],
    ]);
    await db("links").where({ reference }).update({ state: "revoked", remote_state: "open" });
    t.deepEqual((await shown(true))[1], ["Eve", "unknown", null, [1]]);
    await db("links").where({ reference }).update({ remote_state: "revoked" });
    t.deepEqual((await shown(true))[1], ["Eve", "no", null, [1]]);
  });
}

onEveryDatabase("a key is as old as its meter, or as the rotation that made it", async (t, db) => {
  await migrate(db);
  const now = new Date("2026-01-31T12:00:00Z");
  await db("customers").insert({
    uid: Buffer.alloc(16, 1),
    name: "One",
    created_at: "",
    key_version: 1,
    key_wrapped: Buffer.alloc(0),
    next_number: 9,
  });
  const [{ num }] = await db("customers").select("num");
  const meter = async (id: number, createdAt: string, versions: readonly string[]) => {
    await db("meters").insert({
      id,
      customer: num,
      number: id,
      uid: Buffer.alloc(16, id),
      salt: Buffer.alloc(16),
      profile: "wmbus",
      allow_unauthenticated: 0,
      status: id === 9 ? "retired" : "enrolled",
      created_at: createdAt,
    });
    for (const [i, state] of versions.entries()) {
      const row = { meter: id, version: i + 1, type: "root", origin: "generated", state };
      await db("meter_keys").insert({ ...row, length: 32, wrapped: Buffer.alloc(0) });
    }
  };
  await meter(1, "2026-01-30T00:00:00.000Z", ["active"]);
  await meter(2, "2025-12-01T00:00:00.000Z", ["active"]);
  await meter(3, "2010-01-01T00:00:00.000Z", ["active"]);
  await meter(4, "2010-01-01T00:00:00.000Z", ["superseded", "active"]);
  await meter(9, "2010-01-01T00:00:00.000Z", ["active"]);

  const rotation = {
    meter: formatId("mtr", new Uint8Array(16).fill(4)),
    version: 2,
    at: "2025-06-01T00:00:00.000000Z",
  };
  const groups = await keyAges(db, null, [rotation], now);
  t.deepEqual(
    groups.map(({ fromDays, toDays, keys }) => [fromDays, toDays, keys]),
    [
      [0, 30, 1],
      [30, 90, 1],
      [90, 365, 1],
      [3650, null, 1],
    ],
  );
});
