/**
 * Files of meters, and single meters, over HTTP: what is taken, what is refused, what is said.
 *
 * @module
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { isRegularKey } from "../src/meters/weak-keys.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { ndjson, type Parsed, request, startService } from "./support/service.ts";

const K16 = "000102030405060708090a0b0c0d0e0f";
const K32 = K16 + K16.replaceAll("0", "f");
const OTHER = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

for (const kind of databaseKinds()) {
  test(`the profile follows from the address and the length of the key (${kind})`, async (t) => {
    const { load, get } = await deployment(t, kind);
    const rows = [
      { address: "KAM-00000001" },
      { address: "st:4b414d0000000001" },
      { address: "KAM-00000002", key: K16 },
      { address: "st:4b414d0000000002", key: OTHER },
      { address: "st:4b414d0000000003", key: K32 },
      { address: "st:4b414d0000000004", key: OTHER.replace("a", "b"), profile: "dlms-suite-1" },
      { address: "KAM-00000003", profile: "ell" },
      { address: "eui:70b3d57ed0000001", key: OTHER.replace("a", "c"), auth_key: K16 },
      { address: "eui:70b3d57ed0000002", profile: "cose", key: K32.replace("f", "e") },
    ];
    const report = await load(rows);
    t.deepEqual([report.imported, report.rejected], [9, []]);
    const assumed = report.warnings.filter(({ code }: Parsed) => code === "PROFILE_ASSUMED");
    t.deepEqual(assumed.map(({ line }: Parsed) => line).sort(ascending), [3, 4, 5, 8]);
    const profiles = await Promise.all(
      rows.map(async ({ address }) => (await get(address)).body.profile),
    );
    t.deepEqual(profiles, [
      "wmbus",
      "dlms-suite-2",
      "wmbus",
      "dlms-suite-0",
      "dlms-suite-2",
      "dlms-suite-1",
      "ell",
      "lorawan",
      "cose",
    ]);
    // First 3 bytes of AES-CMAC(K16, 16 zero bytes), by `openssl mac`.
    t.is((await get("KAM-00000002")).body.keyCheckValue, "be7ed6");
  });

  test(`a row that cannot be taken is named by line and code, the others stay (${kind})`, async (t) => {
    const { service, custodian, customer, load, get } = await deployment(t, kind);
    const lines: readonly (readonly [unknown, string | null])[] = [
      [{ address: "KAM-00000001", key: K16 }, null],
      [{ address: "KAM-1" }, "ADDRESS_FORMAT"],
      [{ address: "eui:70b3d57ed0001234", key: K16 }, "KEY_MISSING"],
      [{ address: "eui:70b3d57ed0001234", auth_key: K16 }, "KEY_MISSING"],
      [{ address: "eui:70b3d57ed0001234", key: K16, auth_key: K32 }, "KEY_LENGTH"],
      [{ address: "eui:70b3d57ed0001234", master_key: K32 }, "KEY_LENGTH"],
      [{ address: "KAM-00000002", profile: "oms-z" }, "PROFILE_UNKNOWN"],
      [{ address: "KAM-00000002", profile: "dlms-suite-0" }, "PROFILE_ADDRESS"],
      [{ address: "KAM-00000002", key: K32 }, "KEY_LENGTH"],
      [{ address: "KAM-00000002", key: "0g" }, "KEY_FORMAT"],
      [{ address: "KAM-00000002", key: K16.slice(1) }, "KEY_FORMAT"],
      [{ address: "KAM-00000002", key: OTHER, auth_key: K16 }, "PROFILE_MISMATCH"],
      [{ address: "st:4b414d0000000001", auth_key: K16 }, "KEY_MISSING"],
      [{ address: "st:4b414d0000000001", key: K16, auth_key: K32 }, "KEY_LENGTH"],
      [{ address: "KAM-00000002", key: "00".repeat(16) }, "KEY_WEAK"],
      [{ address: "KAM-00000002", secret: K16 }, "ROW_FORMAT"],
      [{ address: "KAM-00000002", customer: "cus_x" }, "CUSTOMER_UNKNOWN"],
      ["not an object", "ROW_FORMAT"],
      [{ address: "KAM-00000001" }, "METER_EXISTS"],
      [{ address: "KAM-00000003", name: "x".repeat(9000) }, "ROW_FORMAT"],
      [{ address: "KAM-00000004", customer }, null],
    ];
    const text = `${ndjson(lines.map(([row]) => row))}\n{"address": "KAM-00000005"\n`;
    const path = `/v1/meters/import?customer=${customer}`;
    const answer = await service.call("POST", path, custodian, text);
    t.is(answer.body.imported, 2);
    const expected = lines.flatMap(([, code], i) => (code === null ? [] : [`${i + 1} ${code}`]));
    t.deepEqual(
      answer.body.rejected.map(({ line, code }: Parsed) => `${line} ${code}`),
      [...expected, `${lines.length + 2} ROW_FORMAT`],
    );
    t.notRegex(answer.text, new RegExp(`${K16}|${K32}|0g`));
    t.is((await get("KAM-00000002")).status, 404);
    // The caller's own line numbers, of its CSV file.
    const numbered = await load([{ line: 812, address: "KAM-9" }]);
    t.is(numbered.rejected[0].line, 812);
    t.is((await load([])).imported, 0);
  });

  test(`an address is taken once, in either form (${kind})`, async (t) => {
    const { load, enrol } = await deployment(t, kind);
    t.is((await enrol({ address: "KAM-00000001" })).status, 201);
    t.is((await enrol({ address: "KAM-00000002/01/07" })).status, 201);
    t.is((await enrol({ address: "KAM-00000002/02/07" })).status, 201);
    for (const address of ["KAM-00000001", "kam-00000001/01/07", "KAM-00000002"]) {
      const refused = await enrol({ address });
      t.like(refused.body, { status: 409, code: "METER_EXISTS", pointer: "/address" }, address);
    }
    const rows = ["KAM-00000003", "KAM-00000003/01/07", "KAM-00000004/01/07", "KAM-00000004"];
    const report = await load(rows.map((address) => ({ address })));
    t.is(report.imported, 2);
    t.deepEqual(
      report.rejected.map(({ line }: Parsed) => line),
      [2, 4],
    );
  });

  test(`a published key is refused unless it is asked for (${kind})`, async (t) => {
    const { load } = await deployment(t, kind);
    const rows = [{ address: "KAM-00000001", key: "00112233445566778899AABBCCDDEEFF" }];
    const refused = await load(rows);
    t.like(refused, { imported: 0, rejected: [{ line: 1, code: "KEY_WEAK" }] });
    const allowed = await load(rows, "&allowWeak=true");
    t.is(allowed.imported, 1);
    t.true(allowed.warnings.some(({ code }: Parsed) => code === "KEY_WEAK"));
  });

  test(`a key that two meters have is told, the other meter only within scope (${kind})`, async (t) => {
    const { service, customer, load, get } = await deployment(t, kind);
    const shared = (report: Parsed): string[] =>
      report.warnings
        .filter(({ code }: Parsed) => code === "KEY_SHARED")
        .map(({ line, detail }: Parsed) => `${line}: ${detail}`);
    t.deepEqual(shared(await load([{ address: "KAM-00000001", key: K16 }])), []);
    const { meter } = (await get("KAM-00000001")).body;
    const rows = [
      { address: "KAM-00000002", key: K16 },
      { address: "KAM-00000003", key: OTHER },
      { address: "KAM-00000004", key: OTHER },
    ];
    t.deepEqual(shared(await load(rows)).sort(byText), [
      `1: the same key is used by meter ${meter}`,
      "3: the same key is used by line 2",
    ]);
    const stranger = await service.customer("Other");
    const scoped = await service.token("custodian", stranger);
    const own = await service.token("custodian", customer);
    for (const [token, address, other] of [
      [scoped, "KAM-00000005", "another meter"],
      [own, "KAM-00000006", `meter ${meter}`],
    ] as const) {
      const row = ndjson([{ address, key: K16 }]);
      const { text, body } = await service.call("POST", "/v1/meters/import", token, row);
      t.true(shared(body).includes(`1: the same key is used by ${other}`));
      t.is(text.includes(meter), token === own);
    }
  });

  test(`an installer enrols, and may not bring keys (${kind})`, async (t) => {
    const { service, customer, get } = await deployment(t, kind);
    const installer = await service.token("installer");
    const url = `${service.field}/v1/meters/import?customer=${customer}`;
    const row = (n: number) => ({ address: `KAM-${String(n).padStart(8, "0")}` });
    const many = Array.from({ length: 1000 }, (_, n) => row(n));
    const padding = Array.from({ length: 20_000 }, () => ({ ...row(1), name: "x".repeat(190) }));
    for (const rows of [
      [{ ...row(1), key: K16 }],
      [...many, { ...row(2000), auth_key: K16 }],
      // Megabytes that nobody reads any more: the answer arrives all the same.
      [{ ...row(1), key: K16 }, ...padding],
    ]) {
      const refused = await request(url, "POST", installer, ndjson(rows));
      t.like(refused.body, { status: 403, code: "FORBIDDEN" });
      t.is((await get("KAM-00000001")).status, 404);
    }
    const done = await request(url, "POST", installer, ndjson([{ ...row(1), key: "" }]));
    t.deepEqual(done.body, { imported: 1, rejected: [], warnings: [] });
  });

  test(`20 000 meters take a bounded number of bytes each (${kind})`, async (t) => {
    const { service, load } = await deployment(t, kind);
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const size = async (): Promise<number> => {
      if (kind === "sqlite") {
        await db.raw("PRAGMA wal_checkpoint(TRUNCATE)");
        return statSync(join(service.config.data, "core.sqlite")).size;
      }
      const { rows } = await db.raw("SELECT pg_database_size(current_database()) AS bytes");
      return Number(rows[0].bytes);
    };
    const before = await size();
    const rows = Array.from({ length: 20_000 }, (_, n) => ({
      address: `KAM-${10_000_000 + n}/1B/16`,
    }));
    t.is((await load(rows)).imported, 20_000);
    const perMeter = ((await size()) - before) / 20_000;
    t.log(`${perMeter.toFixed(0)} bytes of database per generated meter`);
    t.true(perMeter < 1000);
  });
}

test("a key that nobody drew at random is known by its look, a random one never is", (t) => {
  const number = Buffer.from("76348799", "hex");
  const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
  const regular = [
    ...["ff".repeat(16), "01".repeat(32), K16, "f0e0d0c0b0a090807060504030201000"],
    ...["fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0", "76348799".repeat(4), "99873476".repeat(8)],
    ...[`76348799${"00".repeat(12)}`, `${"ff".repeat(12)}99873476`],
    Buffer.from("7634879976348799").toString("hex"),
    `${Buffer.from("76348799").toString("hex")}${"20".repeat(8)}`,
  ];
  for (const key of regular) {
    t.true(isRegularKey(hex(key), number), key);
  }
  // Half a byte off, and the number once in bytes that were drawn: it stands there by chance.
  for (const key of [`0${"76348799".repeat(3)}0000000`, `76348799${DRAWN.toString("hex", 4)}`]) {
    t.false(isRegularKey(hex(key), number), key);
  }
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      // Mixed with drawn bytes: fast-check likes zeros more than chance does.
      const key = bytes.map((byte, i) => byte ^ DRAWN[i]!);
      t.false(isRegularKey(key, number));
    }),
  );
});

const DRAWN = Buffer.from("d1a2b3c4e5f60718293a4b5c6d7e8f90", "hex");

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  return {
    service,
    customer,
    custodian,
    async load(rows: readonly unknown[], more = ""): Promise<Parsed> {
      const path = `/v1/meters/import?customer=${customer}${more}`;
      return (await service.call("POST", path, custodian, ndjson(rows))).body;
    },
    enrol: (meter: { readonly address: string }) =>
      service.call("POST", "/v1/meters", custodian, { customer, ...meter }),
    get: (name: string) => service.call("GET", `/v1/meters/${encodeURIComponent(name)}`, custodian),
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
