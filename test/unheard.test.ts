/**
 * Who is enrolled and silent, and who sends and is not enrolled.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import type { Role } from "../src/access/roles.ts";
import { migrateCore } from "../src/db/core/migrations.ts";
import { createUnknownAddresses } from "../src/frames/unknown/unknown.ts";
import { parseAddress } from "../src/meters/address.ts";
import { meterseal } from "./support/command.ts";
import { type DatabaseKind, databaseKinds, onEveryDatabase } from "./support/databases.ts";
import { apdu, dlms, KNOWN_METERS, mode5, UNAUTHENTICATED } from "./support/known-meters.ts";
import {
  ndjson,
  type Parsed,
  parseNdjson,
  request,
  resumeService,
  type Service,
  startService,
} from "./support/service.ts";

const ROLES: readonly Role[] = [
  "installer",
  "custodian",
  "data-management",
  "auditor",
  "officer",
  "admin",
];
const WIDE = { customer: null };
const key = new Uint8Array(16);

const stranger = (id: string) => mode5(1, "none", { manufacturer: "KAM", id, key });

for (const kind of databaseKinds()) {
  test(`unheard: in use and never opened; refused frames and retired meters do not count (${kind})`, async (t) => {
    const { service, custodian, decrypt } = await deployment(t, kind);
    await enrol(service, custodian, "KAM-00000001");
    await enrol(service, custodian, "KAM-00000002");
    await service.call("POST", "/v1/meters/KAM-00000002/retire", custodian);
    const unheard = async () => {
      const list = await service.call("GET", "/v1/meters?unheard=true", custodian);
      return list.body.items.map((item: Parsed) => item.address);
    };
    const titles = KNOWN_METERS.slice(0, 2).map(({ address }) => address.toUpperCase());
    const written = titles.map((title) => title.replace("ST:", "st:"));
    t.deepEqual(await unheard(), [...written, "KAM-12345678/01/02", "KAM-00000001"]);
    const isOpened = async (frame: Uint8Array) => "plaintext" in (await decrypt([frame]))[0];
    t.true(await isOpened(mode5(1)));
    t.true(await isOpened(dlms(1, "0f00", UNAUTHENTICATED, "enc")));
    t.false(await isOpened(stranger("00000001")));
    t.deepEqual(await unheard(), [written[0], "KAM-00000001"]);
    const all = await service.call("GET", "/v1/meters?unheard=false", custodian);
    t.is(all.body.items.length, 5);
    t.is((await service.call("GET", "/v1/meters?unheard=maybe", custodian)).status, 400);
    const page = await service.call("GET", "/v1/meters?unheard=true&limit=1", custodian);
    const rest = `/v1/meters?unheard=true&after=${page.body.next}`;
    t.is((await service.call("GET", rest, custodian)).body.items[0].address, "KAM-00000001");

    const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: custodian };
    const printed = await meterseal(["meter", "list", "--unheard"], { env });
    t.is(printed.stderr, "2 meters never heard\n");
    const lines = printed.stdout.trimEnd().split("\n");
    t.is(lines.length, 3);
    t.true(lines.every((line) => line.length <= 100));
  });

  test(`unknown: address, first and last time, count; a restart keeps them (${kind})`, async (t) => {
    const { service, custodian, decrypt } = await deployment(t, kind);
    const before = new Date().toISOString();
    await decrypt([stranger("00000001"), stranger("00000002"), stranger("00000001")]);
    const title = "4b414d4500000009";
    const foreign = apdu({ ek: key, ak: key, title, counter: 1, suite: 0 });
    // Known, unreadable, and one whose meter only the caller could name: none is an address.
    await decrypt([mode5(1), new Uint8Array(20), foreign]);
    const first = await unknown(service, custodian);
    t.is(first.body.dropped, 0);
    t.is(first.body.next, null);
    t.deepEqual(
      first.body.items.map(({ address, customer, count }: Parsed) => [address, customer, count]),
      [
        ["st:4B414D4500000009", null, 1],
        ["KAM-00000001/01/02", null, 2],
        ["KAM-00000002/01/02", null, 1],
      ],
    );
    for (const { firstHeard, lastHeard } of first.body.items) {
      t.true(before <= firstHeard && firstHeard <= lastHeard);
      t.true(lastHeard <= new Date().toISOString());
    }
    await decrypt([stranger("00000002")]);
    await service.stop();

    const second = await resumeService(t, service.config);
    const [top, ...others] = (await unknown(second, custodian)).body.items;
    t.like(top, { address: "KAM-00000002/01/02", count: 2 });
    t.is(top.firstHeard, first.body.items[2].firstHeard);
    t.deepEqual(others, first.body.items.slice(0, 2));
    const page = await unknown(second, custodian, "?limit=2");
    t.deepEqual(page.body.items, [top, others[0]]);
    const rest = await unknown(second, custodian, `?limit=2&after=${page.body.next}`);
    t.deepEqual([rest.body.items, rest.body.next], [[others[1]], null]);

    const env = { METERSEAL_URL: second.internal, METERSEAL_TOKEN: custodian };
    const printed = await meterseal(["meter", "unknown"], { env });
    t.is(printed.stderr, "3 unknown meters\n");
    t.regex(printed.stdout, /^ADDRESS +LAST HEARD +FIRST HEARD +FRAMES +SENT FOR\nKAM-00000002/);
    t.true(printed.stdout.split("\n").every((line) => line.length <= 100));
    // Nothing of it is an access to a key: the log has the count of refused frames, no address.
    const auditor = await second.token("auditor");
    const log = await second.call("GET", "/v1/activity?limit=1000", auditor);
    t.false(log.text.includes("00000002"));
    t.true(log.body.items.some(({ entry }: Parsed) => entry.action === "frames.refused"));
  });

  test(`unknown: who is enrolled leaves the list, by the full or the printed address (${kind})`, async (t) => {
    const { service, custodian, decrypt } = await deployment(t, kind);
    await decrypt(["00000001", "00000002", "00000003"].map(stranger));
    const addresses = async (query = "") =>
      (await unknown(service, custodian, query)).body.items.map(({ address }: Parsed) => address);
    t.is((await addresses()).length, 3);
    await enrol(service, custodian, "KAM-00000003/01/02");
    await enrol(service, custodian, "KAM-00000002");
    t.deepEqual(await addresses("?limit=1"), ["KAM-00000001/01/02"]);
    t.deepEqual(await addresses(), ["KAM-00000001/01/02"]);
    // Heard again it is a wrong key, not an unknown address.
    t.is((await decrypt([stranger("00000002")]))[0].error.code, "CHECK_FAILED");
    t.deepEqual(await addresses(), ["KAM-00000001/01/02"]);
  });

  test(`unknown: nobody learns more than its own sender has heard (${kind})`, async (t) => {
    const { service, custodian, customer } = await deployment(t, kind);
    const other = await service.customer("Other");
    const own = await service.token("data-management", other);
    const send = (token: string, frame: Uint8Array) =>
      service.call("POST", "/v1/frames/decrypt", token, hexLine(frame));
    await send(await service.token("data-management"), stranger("00000001"));
    // The first customer's meter looks to the other one as if it were not there.
    await send(own, mode5(1));
    await send(own, stranger("00000002"));
    const seen = async (token: string) =>
      (await unknown(service, token)).body.items.map((item: Parsed) => [
        item.address,
        item.customer,
      ]);
    const theirs = [
      ["KAM-00000002/01/02", other],
      ["KAM-12345678/01/02", other],
    ];
    t.deepEqual(await seen(own), theirs);
    t.deepEqual(await seen(await service.token("auditor", customer)), []);
    t.deepEqual(await seen(custodian), [...theirs, ["KAM-00000001/01/02", null]]);
    // Enrolled for somebody else it stays unknown here.
    await enrol(service, custodian, "KAM-00000002");
    t.deepEqual(await seen(own), theirs);
    const allowed = new Set<Role>(["custodian", "data-management", "auditor", "officer"]);
    for (const role of ROLES) {
      const token = await service.token(role, customer);
      t.is((await unknown(service, token)).status, allowed.has(role) ? 200 : 403, role);
      const field = await request(`${service.field}/v1/meters/unknown`, "GET", token);
      t.is(field.status, 404, role);
    }
  });
}

onEveryDatabase("unknown: of too many those go that were not heard for longest", async (t, db) => {
  await migrateCore(db);
  const unknown = createUnknownAddresses(db, (error) => t.fail(String(error)), 5);
  const note = (n: number) => {
    unknown.note(WIDE, parseAddress(`KAM-${String(n).padStart(8, "0")}/01/02`));
  };
  const list = async () => {
    const { items, dropped } = await unknown.list(WIDE, undefined, 100);
    return [items.map(({ address }) => Number(address.slice(4, 12))), dropped];
  };
  for (const n of [1, 2, 3, 4, 5]) {
    note(n);
  }
  t.deepEqual(await list(), [[5, 4, 3, 2, 1], 0]);
  note(1);
  note(6);
  // 2 was silent for longest.
  t.deepEqual(await list(), [[6, 1, 5, 4, 3], 1]);
  // Also within one write: 10 to 12 give way to 13 to 17.
  for (const n of [10, 11, 12, 13, 14, 15, 16, 17]) {
    note(n);
  }
  t.deepEqual(await list(), [[17, 16, 15, 14, 13], 1 + 3 + 5]);
  // Another scope has a measure of its own.
  const { items } = await unknown.list({ customer: `cus_${"0".repeat(22)}` }, undefined, 100);
  t.deepEqual(items, []);
  await unknown.close();
});

onEveryDatabase("unknown: what could not be written is written later", async (t, db) => {
  await migrateCore(db);
  const unknown = createUnknownAddresses(db, () => undefined);
  const address = parseAddress("KAM-00000001/01/02");
  unknown.note(WIDE, address);
  await db.schema.renameTable("unknown_addresses", "away");
  await t.throwsAsync(unknown.list(WIDE, undefined, 1));
  unknown.note(WIDE, address);
  await db.schema.renameTable("away", "unknown_addresses");
  const { items } = await unknown.list(WIDE, undefined, 1);
  t.like(items[0], { count: 2 });
});

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const path = `/v1/meters/import?customer=${customer}`;
  await service.call("POST", path, custodian, ndjson(KNOWN_METERS));
  const machine = await service.token("data-management");
  return {
    service,
    customer,
    custodian,
    async decrypt(frames: readonly Uint8Array[]): Promise<Parsed[]> {
      const body = frames.map(hexLine).join("");
      return parseNdjson((await service.call("POST", "/v1/frames/decrypt", machine, body)).text);
    },
  };
}

function hexLine(frame: Uint8Array): string {
  return ndjson([{ frame: Buffer.from(frame).toString("hex") }]);
}

function unknown(service: Service, token: string, query = "") {
  return service.call("GET", `/v1/meters/unknown${query}`, token);
}

async function enrol(service: Service, token: string, address: string): Promise<void> {
  const customers = await service.call("GET", "/v1/customers", token);
  const { customer } = customers.body.items[0];
  await service.call("POST", "/v1/meters", token, { customer, address });
}
