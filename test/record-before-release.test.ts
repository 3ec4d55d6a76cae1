/**
 * No durable entry, no release: what happens when the log takes nothing.
 *
 * @module
 */
import { request as httpRequest } from "node:http";
import test, { type ExecutionContext } from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import { dialectOf, openDatabase } from "../src/db/open.ts";
import { databaseKinds } from "./support/databases.ts";
import { dlms, KNOWN_METERS } from "./support/known-meters.ts";
import { ndjson, parseNdjson, type Service, startService } from "./support/service.ts";

const PLAINTEXT = "0f00aabbccddeeff00112233445566778899";

for (const kind of databaseKinds()) {
  test(`a log that takes nothing: 503, nothing released, no state moved (${kind})`, async (t) => {
    const { service, machine, custodian, customer, block, repair } = await deployment(t, kind);
    const lines = lineOf(dlms(7, PLAINTEXT));
    await block();
    for (let i = 0; i < 2; i++) {
      const refused = await service.call("POST", "/v1/frames/decrypt", machine, lines);
      t.is(refused.status, 503);
      t.is(refused.body.code, "LOG_UNAVAILABLE");
      t.truthy(refused.headers.get("retry-after"));
      t.false(refused.text.includes(PLAINTEXT));
    }
    const meter = { customer, address: "KAM-11111111" };
    t.is((await service.call("POST", "/v1/meters", custodian, meter)).status, 503);
    t.is((await service.call("POST", "/v1/tokens", service.admin, { role: "admin" })).status, 503);
    await repair();

    const [row] = parseNdjson(
      (await service.call("POST", "/v1/frames/decrypt", machine, lines)).text,
    );
    t.like(row, { plaintext: PLAINTEXT, freshness: "fresh", counter: 7 });
    t.is((await service.call("GET", "/v1/meters/KAM-11111111", custodian)).status, 404);
    const enrolled = await service.call("POST", "/v1/meters", custodian, meter);
    t.is(enrolled.status, 201);
    t.is((await service.call("GET", "/v1/tokens", service.admin)).body.items.length, 4);
  });

  test(`a log that fails under way breaks the answer off (${kind})`, async (t) => {
    const { service, machine, block, repair } = await deployment(t, kind);
    const stream = openStream(service, machine);
    stream.write(lineOf(dlms(1, PLAINTEXT)));
    await stream.until(/\n/);
    await block();
    stream.write(lineOf(dlms(2, PLAINTEXT)));
    const { text, isComplete } = await stream.end();
    const [first, last, ...more] = parseNdjson(text);
    t.like(first, { counter: 1, plaintext: PLAINTEXT });
    t.deepEqual(last, { error: { code: "LOG_UNAVAILABLE" } });
    t.deepEqual(more, []);
    t.false(isComplete);
    await repair();
    const again = await service.call(
      "POST",
      "/v1/frames/decrypt",
      machine,
      lineOf(dlms(1, PLAINTEXT)) + lineOf(dlms(2, PLAINTEXT)),
    );
    t.deepEqual(
      parseNdjson(again.text).map((row) => row.freshness),
      ["duplicate", "fresh"],
    );
  });
}

async function deployment(t: ExecutionContext, kind: "sqlite" | "postgres") {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const path = `/v1/meters/import?customer=${customer}`;
  await service.call("POST", path, custodian, ndjson(KNOWN_METERS));
  const machine = await service.token("data-management");
  const auditor = await service.token("auditor");
  const db = openDatabase(coreDatabase(service.config));
  t.teardown(() => db.destroy());
  const isSqlite = dialectOf(db) === "sqlite";
  const refuse = isSqlite
    ? "BEGIN SELECT RAISE(ABORT, 'full'); END"
    : "FOR EACH ROW EXECUTE FUNCTION refuse()";
  if (!isSqlite) {
    await db.raw(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full'; END $$",
    );
  }
  return {
    service,
    customer,
    custodian,
    machine,
    auditor,
    block: () => db.raw(`CREATE TRIGGER block BEFORE INSERT ON log_entries ${refuse}`),
    repair: () => db.raw(`DROP TRIGGER block${isSqlite ? "" : " ON log_entries"}`),
  };
}

function lineOf(frame: Uint8Array): string {
  return ndjson([{ frame: Buffer.from(frame).toString("hex") }]);
}

/** A decrypt request whose body is sent in pieces while the answer is read. */
function openStream(service: Service, token: string) {
  const request = httpRequest(`${service.internal}/v1/frames/decrypt`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
  });
  let text = "";
  let isComplete = false;
  let wake = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    request.on("error", () => resolve());
    request.on("response", (response) => {
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        wake();
      });
      response.on("error", () => undefined);
      response.on("close", () => {
        isComplete = response.complete;
        resolve();
      });
    });
  });
  return {
    write: (line: string) => request.write(line),
    async until(pattern: RegExp) {
      while (!pattern.test(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end() {
      await closed;
      request.destroy();
      return { text, isComplete };
    },
  };
}
