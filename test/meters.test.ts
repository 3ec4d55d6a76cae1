/**
 * A meter after enrolment: found by what people call it, proven, rotated, retired.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { dlms, KNOWN_METERS, mode5, UNAUTHENTICATED } from "./support/known-meters.ts";
import {
  type Answer,
  ndjson,
  type Parsed,
  parseNdjson,
  request,
  startService,
} from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`a meter is found by id, address or name (${kind})`, async (t) => {
    const { enrol, get } = await deployment(t, kind);
    const short: Parsed = (await enrol({ address: "KAM-00000001", name: "Cellar 4" })).body;
    const long: Parsed = (await enrol({ address: "kam-0000000a/1b/16" })).body;
    const title: Parsed = (await enrol({ address: "ST:4b414d0000000001" })).body;
    t.is(long.address, "KAM-0000000A/1B/16");
    t.is(title.address, "st:4B414D0000000001");
    for (const [name, meter] of [
      [short.meter, short],
      ["KAM-00000001", short],
      ["kam-00000001", short],
      // What the radio says, of a meter that was enrolled as printed.
      ["KAM-00000001/1B/16", short],
      ["Cellar 4", short],
      [long.meter, long],
      ["KAM-0000000A/1B/16", long],
      ["KAM-0000000A", long],
      ["st:4b414d0000000001", title],
    ] as const) {
      const answer = await get(name);
      t.is(answer.status, 200, name);
      t.deepEqual(answer.body, meter);
    }
    for (const name of ["KAM-0000000A/1B/17", "KAM-00000009", "cellar 5", `${short.meter}x`]) {
      t.like((await get(name)).body, { status: 404, code: "METER_UNKNOWN" }, name);
    }
  });

  test(`a name or a short address that fits several meters is ambiguous (${kind})`, async (t) => {
    const { enrol, get } = await deployment(t, kind);
    const [first] = await Promise.all([
      enrol({ address: "KAM-00000001/01/07", name: "Cellar" }),
      enrol({ address: "KAM-00000001/02/07", name: "Cellar" }),
    ]);
    for (const name of ["Cellar", "KAM-00000001"]) {
      t.like((await get(name)).body, { status: 409, code: "METER_AMBIGUOUS" });
    }
    t.is((await get(first.body.meter)).status, 200);
    t.is((await get("KAM-00000001/02/07")).status, 200);
  });

  test(`lists go on where they stopped, by customer and by order (${kind})`, async (t) => {
    const { service, custodian, load } = await deployment(t, kind);
    const rows = Array.from({ length: 25 }, (_, n) => ({
      address: `KAM-${String(n).padStart(8, "0")}`,
      order: n < 5 ? "4711" : "4712",
    }));
    await load(rows);
    const seen: string[] = [];
    let after = "";
    do {
      const page = await service.call("GET", `/v1/meters?limit=10${after}`, custodian);
      seen.push(...page.body.items.map((item: Parsed) => item.address));
      after = page.body.next === null ? "" : `&after=${page.body.next}`;
    } while (after !== "");
    t.deepEqual(
      seen,
      rows.map(({ address }) => address),
    );
    const order = await service.call("GET", "/v1/meters?order=4711", custodian);
    t.is(order.body.items.length, 5);
    const other = await service.customer("Other");
    const none = await service.call("GET", `/v1/meters?customer=${other}`, custodian);
    t.deepEqual(none.body, { items: [], next: null });
  });

  test(`a meter's first frame proves it, and the plaintext stays inside (${kind})`, async (t) => {
    const { service, load } = await deployment(t, kind);
    await load(KNOWN_METERS);
    await load([{ address: "KAM-99999999/01/02" }]);
    const installer = await service.token("installer");
    const prove = (name: string, frame: Uint8Array): Promise<Answer> => {
      const url = `${service.field}/v1/meters/${encodeURIComponent(name)}/proof`;
      return request(url, "POST", installer, { frame: Buffer.from(frame).toString("hex") });
    };
    const proven = await prove("KAM-12345678", mode5(1));
    t.is(proven.status, 200);
    t.like(proven.body, { proven: true, verification: "check16", keyVersion: 1 });
    t.deepEqual(Object.keys(proven.body).sort(byText), [
      "address",
      "keyVersion",
      "meter",
      "proven",
      "verification",
    ]);
    t.false(proven.text.includes("0c1378563412"));
    const tagged = await prove("st:4b414d4501349083", dlms(1));
    t.like(tagged.body, { proven: true, verification: "tag96" });
    // Without a tag any key "opens" a frame: that proves nothing.
    const unchecked = await prove(`st:${UNAUTHENTICATED}`, dlms(1, "0f00", UNAUTHENTICATED, "enc"));
    t.like(unchecked.body, { proven: false, verification: "none" });
    t.like((await prove("KAM-99999999", mode5(1))).body, { status: 422, code: "METER_UNKNOWN" });
    const stranger = { manufacturer: "KAM", id: "99999999", key: new Uint8Array(16) };
    const wrong = await prove("KAM-99999999", mode5(1, "none", stranger));
    t.like(wrong.body, { status: 422, code: "CHECK_FAILED", pointer: "/frame" });
    t.like((await prove("KAM-12345678", new Uint8Array(3))).body, { status: 422 });
    const auditor = await service.token("auditor");
    const log = await service.call("GET", "/v1/activity?action=frames.decrypted", auditor);
    t.true(log.body.items.every(({ entry }: Parsed) => entry.role === "installer"));
    // The frame of the other meter used no key.
    t.is(log.body.items.length, 4);
  });

  test(`a key is rotated as often as asked, each version with its check value (${kind})`, async (t) => {
    const { service, custodian, enrol, get } = await deployment(t, kind);
    const { meter, keyCheckValue } = (await enrol({ address: "KAM-00000001" })).body;
    const values = [keyCheckValue];
    for (const version of [2, 3]) {
      const rotated = await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
      t.is(rotated.body.keyVersion, version);
      t.regex(rotated.body.keyCheckValue, /^[0-9a-f]{6}$/);
      values.push(rotated.body.keyCheckValue);
    }
    t.is(new Set(values).size, 3);
    // Nothing has been heard under the new versions: the first is still the one in force.
    t.like((await get(meter)).body, { keyVersion: 1, keyCheckValue });
    const races = Array.from({ length: 8 }, () =>
      service.call("POST", `/v1/meters/${meter}/rotate`, custodian),
    );
    const answers = await Promise.all(races);
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body.keyVersion);
    t.is(new Set(won).size, won.length);
    t.true(won.length >= 1);
    t.true(answers.every(({ status, body }) => status === 200 || body.code === "KEY_CONFLICT"));
    t.is((await get(meter)).body.keys.length, 3 + won.length);
  });

  test(`a retired meter is out of use and keeps its address (${kind})`, async (t) => {
    const { service, custodian, load, enrol, get } = await deployment(t, kind);
    await load(KNOWN_METERS);
    const machine = await service.token("data-management");
    const line = ndjson([{ frame: Buffer.from(mode5(1)).toString("hex") }]);
    const row = async (): Promise<Parsed> =>
      parseNdjson((await service.call("POST", "/v1/frames/decrypt", machine, line)).text)[0];
    t.is((await row()).keyVersion, 1);
    const change = (verb: string) =>
      service.call("POST", `/v1/meters/KAM-12345678/${verb}`, custodian);
    t.is((await change("retire")).body.status, "retired");
    t.is((await get("KAM-12345678")).body.status, "retired");
    t.is((await row()).error.code, "NO_KEY");
    t.like((await change("retire")).body, { status: 409, code: "METER_RETIRED" });
    t.like((await change("rotate")).body, { status: 409, code: "METER_RETIRED" });
    t.is((await enrol({ address: "KAM-12345678/01/02" })).body.code, "METER_EXISTS");
  });

  test(`a key row that was exchanged does not open, and the others do (${kind})`, async (t) => {
    const { service, load, get } = await deployment(t, kind);
    await load(KNOWN_METERS);
    const machine = await service.token("data-management");
    const frames = [dlms(1), mode5(1)].map((f) => ({ frame: Buffer.from(f).toString("hex") }));
    const decrypt = async (): Promise<Parsed[]> =>
      parseNdjson((await service.call("POST", "/v1/frames/decrypt", machine, ndjson(frames))).text);
    t.true((await decrypt()).every((row) => row.keyVersion === 1));
    const { meter } = (await get("KAM-12345678")).body;
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const [other] = await db("meter_keys").where({ type: "guek" }).select("wrapped");
    await db("meter_keys").where({ type: "mk" }).update(other);
    const [tagged, swapped] = await decrypt();
    t.is(tagged.keyVersion, 1);
    t.is(swapped.error.code, "KEY_INTEGRITY");
    const shown = await get("KAM-12345678");
    t.like(shown.body, { status: 409, code: "KEY_INTEGRITY" });
    t.true(shown.body.detail.includes(meter));
    const auditor = await service.token("auditor");
    const log = await service.call("GET", "/v1/activity?action=key.integrity", auditor);
    t.like(log.body.items[0].entry, { meter, outcome: "failed", code: "KEY_INTEGRITY" });
  });
}

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  return {
    service,
    custodian,
    async load(rows: readonly unknown[]): Promise<Parsed> {
      const path = `/v1/meters/import?customer=${customer}`;
      return (await service.call("POST", path, custodian, ndjson(rows))).body;
    },
    enrol: (meter: { readonly address: string; readonly name?: string }) =>
      service.call("POST", "/v1/meters", custodian, { customer, ...meter }),
    get: (name: string) => service.call("GET", `/v1/meters/${encodeURIComponent(name)}`, custodian),
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
