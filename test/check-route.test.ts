/**
 * `meter check` over the real listeners: who may, what is recorded, and that no plaintext leaves.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import type { Role } from "../src/access/roles.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { meterseal } from "./support/command.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { apdu, dlms, KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { meterKeys } from "./support/meter-keys.ts";
import { ndjson, type Parsed, parseNdjson, request, startService } from "./support/service.ts";

const METER = "KAM-12345678";
/** Of the plaintext that `mode5` encrypts. */
const PLAINTEXT = /0c1378563412/i;
const foreign = { manufacturer: "KAM", id: "99999999", key: new Uint8Array(16) };
const stranger = mode5(1, "none", foreign);
const spoilt = mode5(1, "none", { ...foreign, id: "12345678" });

for (const kind of databaseKinds()) {
  test(`a check answers a code for each frame, is recorded first and moves nothing (${kind})`, async (t) => {
    const { service, check, entries } = await deployment(t, kind);
    const custodian = await service.token("custodian");
    const answer = await check(custodian, [mode5(1), stranger, new Uint8Array(3)]);
    t.is(answer.status, 200);
    t.like(answer.body, { address: "KAM-12345678/01/02", ok: true });
    t.deepEqual(answer.body.frames.slice(0, 2), [
      {
        code: "KEY_FITS",
        detail:
          "opens with key version 1: a check (2F2F) of 16 bits fits, as a wrong key does once in 65 536 frames",
        verification: "check16",
        keyVersion: 1,
      },
      {
        code: "OTHER_METER",
        detail: "the frame is from KAM-99999999/01/02",
        verification: null,
        keyVersion: null,
      },
    ]);
    t.notRegex(answer.text, PLAINTEXT);
    const wrong = await check(custodian, [spoilt, mode5(1)]);
    t.like(wrong.body, { ok: false });
    t.is(wrong.body.frames[0].code, "KEY_WRONG");
    const tried = await entries("key.tried");
    t.deepEqual(
      tried.map(({ meter, frames, counts, role }) => [meter, frames, counts, role]),
      [
        [
          answer.body.meter,
          1,
          [
            ["FRAME_FORMAT", 1],
            ["KEY_FITS", 1],
            ["OTHER_METER", 1],
          ],
          "custodian",
        ],
        [
          answer.body.meter,
          2,
          [
            ["KEY_FITS", 1],
            ["KEY_WRONG", 1],
          ],
          "custodian",
        ],
      ],
    );
    const auditor = await service.token("auditor");
    const list = await service.call("GET", `/v1/activity?meter=${METER}`, auditor);
    t.is(list.body.items.filter(({ entry }: Parsed) => entry.action === "key.tried").length, 2);
    // The question was no decryption: the meter is unheard, the first real frame is new.
    const unheard = await service.call("GET", "/v1/meters?unheard=true", custodian);
    t.is(unheard.body.items.length, KNOWN_METERS.length);
    const machine = await service.token("data-management");
    const line = ndjson([{ frame: Buffer.from(mode5(1)).toString("hex") }]);
    const rows = await service.call("POST", "/v1/frames/decrypt", machine, line);
    t.is(parseNdjson(rows.text)[0].freshness, "unknown");
    await service.stop();
    t.deepEqual((await verifyDataDirectory(service.config, {}, () => undefined)).problems, []);
  });

  test(`a check needs the role and the scope, a meter in use and frames (${kind})`, async (t) => {
    const { service, customer, check, entries } = await deployment(t, kind);
    const allowed = new Set<Role>(["custodian", "data-management", "officer"]);
    for (const role of ["installer", "auditor", "admin", ...allowed] as const) {
      const token = await service.token(role, customer);
      const answer = await check(token, [mode5(1)]);
      t.is(answer.status, allowed.has(role) ? 200 : 403, role);
      const url = `${service.field}/v1/meters/${METER}/check`;
      t.is((await request(url, "POST", token, { frames: ["00"] })).status, 404, role);
    }
    const custodian = await service.token("custodian");
    const other = await service.token("custodian", await service.customer("Other"));
    const hidden = await check(other, [mode5(1)]);
    t.like(hidden.body, { status: 404, code: "METER_UNKNOWN" });
    const path = `/v1/meters/${METER}/check`;
    for (const body of [
      {},
      { frames: [] },
      { frames: new Array(101).fill("00") },
      { frames: [1] },
    ]) {
      t.is((await service.call("POST", path, custodian, body)).status, 400);
    }
    t.is((await entries("key.tried")).length, 3);
    await service.call("POST", `/v1/meters/${METER}/retire`, custodian);
    t.like((await check(custodian, [mode5(1)])).body, { status: 409, code: "METER_RETIRED" });
  });

  test(`a generated key is checked in every version in use, and none comes into force by it (${kind})`, async (t) => {
    const { service, customer } = await deployment(t, kind);
    const custodian = await service.token("custodian");
    const profile = "dlms-suite-1";
    const wanted = { customer, address: "st:4B414D4500000001", profile };
    const { meter } = (await service.call("POST", "/v1/meters", custodian, wanted)).body;
    await service.call("POST", `/v1/meters/${meter}/rotate`, custodian);
    const frames = await Promise.all(
      [1, 2, 3].map(async (version) => {
        const [ek, ak] = await meterKeys(service.config, meter, Math.min(version, 2), profile);
        const title = wanted.address.slice(3);
        const own = { ek: ek!, ak: ak!, title, counter: 1, suite: 1, text: "c401c100ff" } as const;
        const other = { ...own, ek: new Uint8Array(16), ak: new Uint8Array(16) };
        return Buffer.from(apdu(version === 3 ? other : own)).toString("hex");
      }),
    );
    const path = `/v1/meters/${meter}/check`;
    const answer = await service.call("POST", path, custodian, { frames });
    t.deepEqual(
      answer.body.frames.map(({ code, keyVersion }: Parsed) => [code, keyVersion]),
      [
        ["KEY_FITS", 1],
        ["KEY_FITS", 2],
        ["KEY_WRONG", null],
      ],
    );
    const shown = await service.call("GET", `/v1/meters/${meter}`, custodian);
    t.deepEqual(
      shown.body.keys.map(({ version, state }: Parsed) => `${version} ${state}`),
      ["2 new", "1 active"],
    );
  });

  test(`a check answers nothing without its entry, and a damaged row is named (${kind})`, async (t) => {
    const { service, check, entries } = await deployment(t, kind);
    const custodian = await service.token("custodian");
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    await db.schema.renameTable("log_entries", "away");
    t.like((await check(custodian, [mode5(1)])).body, { status: 503, code: "LOG_UNAVAILABLE" });
    await db.schema.renameTable("away", "log_entries");
    const [row] = await db("meter_keys").where({ type: "guek" }).select("wrapped");
    await db("meter_keys").where({ type: "mk" }).update(row);
    const answer = await check(custodian, [mode5(1)]);
    t.like(answer.body, { status: 409, code: "KEY_INTEGRITY" });
    t.is((await entries("key.tried")).length, 0);
    t.is((await entries("key.integrity")).length, 1);
  });
}

test("the command says one sentence a frame and ends with 0 or 1", async (t) => {
  const { service } = await deployment(t, "sqlite");
  const custodian = await service.token("custodian");
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: custodian };
  const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex");
  const check = (input: string, ...options: readonly string[]) =>
    meterseal(["meter", "check", METER, "--frames", "-", ...options], { env, input });
  const good = await check(`${hex(mode5(1))}\n\n${hex(stranger)}\n`);
  t.is(good.status, 0);
  const lines = good.stdout.trimEnd().split("\n");
  t.regex(lines[0] ?? "", /^1 {2}KEY_FITS {5}opens with key version 1: /);
  t.is(lines.at(-1), "3  OTHER_METER  the frame is from KAM-99999999/01/02");
  t.true(lines.every((line) => line.length <= 100));
  const bad = await check(ndjson([{ ref: "roof", frame: hex(spoilt) }]));
  t.is(bad.status, 1);
  t.regex(bad.stdout, /^roof {2}KEY_WRONG {2}/);
  const json = await check(`${hex(mode5(1))}\n`, "--json");
  t.is(JSON.parse(json.stdout).frames[0].code, "KEY_FITS");
  const title = `st:${KNOWN_METERS[0]?.address.slice(3)}`;
  const args = ["meter", "check", title, "--frames", "-"];
  const tagged = await meterseal(args, { env, input: hex(dlms(1, "c401c100ff")) });
  t.regex(tagged.stdout, /^1 {2}KEY_FITS {2}opens with key version 1: a tag of 96 bits fits\n$/);
  for (const input of ["", "00\n".repeat(101), '{"ref":1}\n', "{\n"]) {
    const { status, stdout } = await check(input);
    t.is(status, 2);
    t.is(stdout, "");
  }
});

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const path = `/v1/meters/import?customer=${customer}`;
  await service.call("POST", path, custodian, ndjson(KNOWN_METERS));
  return {
    service,
    customer,
    check: (token: string, frames: readonly Uint8Array[]) =>
      service.call("POST", `/v1/meters/${METER}/check`, token, {
        frames: frames.map((frame) => Buffer.from(frame).toString("hex")),
      }),
    async entries(action: string): Promise<Parsed[]> {
      const auditor = await service.token("auditor");
      const log = await service.call("GET", `/v1/activity?action=${action}`, auditor);
      return log.body.items.map(({ entry }: Parsed) => entry);
    },
  };
}
