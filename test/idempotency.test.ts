/**
 * Sent again with its key, a frame is no duplicate of itself; anything else is judged as usual.
 *
 * @module
 */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { keyedInside, openKeyedSend } from "../src/frames/idempotency/idempotency.ts";
import { initialise } from "../src/programs/init.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { meterseal } from "./support/command.ts";
import { type DatabaseKind, databaseKinds, temporaryFolder } from "./support/databases.ts";
import { dlms, KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { serveProcess } from "./support/process.ts";
import {
  type Answer,
  ndjson,
  type Parsed,
  parseNdjson,
  request,
  resumeService,
  startService,
  testConfig,
} from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`a batch that is sent again gets its verdicts of the first time (${kind})`, async (t) => {
    const { service, machine, send } = await deployment(t, kind);
    const frames = [dlms(5), dlms(6), mode5(1), dlms(6), new Uint8Array(3), dlms(4)];
    const firstTime = ["fresh", "fresh", "unknown", "duplicate", "FRAME_FORMAT", "fresh"];
    t.deepEqual(await send(frames, "key-1"), firstTime);
    t.deepEqual(await send(frames, "key-1"), firstTime);
    // Without a key, under another one, or by another token it is the replay that it is.
    const again = ["duplicate", "duplicate", "duplicate", "duplicate", "FRAME_FORMAT", "duplicate"];
    t.deepEqual(await send(frames, null), again);
    t.deepEqual(await send(frames, "key-2"), again);
    t.deepEqual(await send(frames, "key-1", await service.token("data-management")), again);
    // Another body under the key: as usual from the first difference on.
    const other = [dlms(5), dlms(7), mode5(1), dlms(6)];
    t.deepEqual(await send(other, "key-1"), ["fresh", "fresh", "duplicate", "duplicate"]);
    await service.stop();

    const second = await resumeService(t, service.config);
    t.deepEqual(await sendTo(second.internal, machine, frames, "key-1"), firstTime);
    const auditor = await second.token("auditor");
    const log = await second.call("GET", "/v1/activity?action=frames.decrypted", auditor);
    // Each send has used the keys and is an entry.
    t.is(log.body.items.length, 7);
    await second.stop();
    t.deepEqual((await verifyDataDirectory(service.config, {}, () => undefined)).problems, []);
  });

  test(`a key is 1 to 255 visible characters (${kind})`, async (t) => {
    const { service, machine } = await deployment(t, kind);
    const ask = (key: string) => post(service.internal, machine, [dlms(1)], key);
    for (const key of ["", "two words", "k".repeat(256), "é"]) {
      const answer = await ask(key);
      t.like(answer.body, { status: 400, code: "IDEMPOTENCY_KEY" }, key);
      t.false(key.length > 1 && answer.text.includes(key));
    }
    for (const key of ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', "k".repeat(255)]) {
      t.is((await ask(key)).status, 200);
    }
  });
}

test("the command sends its key", async (t) => {
  const { service, machine } = await deployment(t, "sqlite");
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: machine };
  const input = `${Buffer.from(dlms(1)).toString("hex")}\n`;
  const args = ["frame", "decrypt", "--idempotency-key"];
  for (const expected of ["fresh", "fresh"]) {
    const { stdout } = await meterseal([...args, "order-1"], { env, input });
    t.is(JSON.parse(stdout).freshness, expected);
  }
  const { stdout } = await meterseal(["frame", "decrypt"], { env, input });
  t.is(JSON.parse(stdout).freshness, "duplicate");
  t.is((await meterseal([...args, "two words"], { env, input })).status, 2);
});

test("kill -9 under way: what was judged before is repeated, what was not is judged anew", async (t) => {
  const data = join(temporaryFolder(t), "data");
  const { token: admin } = await initialise(testConfig({ data }));
  const first = await serveProcess(t, data);
  const machine = await prepare(first.internal, admin);
  const frames = Array.from({ length: 40 }, (_, n) => dlms(n + 1));
  const headers = {
    authorization: `Bearer ${machine}`,
    "content-type": "application/x-ndjson",
    "idempotency-key": "k",
  };
  const sending = httpRequest(`${first.internal}/v1/frames/decrypt`, { method: "POST", headers });
  sending.on("error", () => undefined);
  // The first half is answered, so it is committed; the core is killed within the second.
  sending.write(ndjson(frames.slice(0, 20).map(lineOf)));
  const [response] = await once(sending, "response");
  response.on("error", () => undefined);
  await once(response, "data");
  sending.write(ndjson(frames.slice(20).map(lineOf)));
  t.is(await first.end("SIGKILL"), null);
  sending.destroy();

  const second = await serveProcess(t, data);
  const fresh = frames.map(() => "fresh");
  t.deepEqual(await sendTo(second.internal, machine, frames, "k"), fresh);
  t.deepEqual(await sendTo(second.internal, machine, frames, "k"), fresh);
  t.deepEqual(
    await sendTo(second.internal, machine, frames, null),
    frames.map(() => "duplicate"),
  );
  t.is(await second.end("SIGTERM"), 0);
});

test("the key of a message's frames does not depend on how a request is cut", (t) => {
  const request = (frame: Uint8Array) => {
    return { ref: null, frame, meter: null, challenge: null, initiate: null };
  };
  const [first, second, inner] = [[dlms(1)], [dlms(2)], [dlms(3), dlms(4)]].map((frames) =>
    frames.map(request),
  );
  const whole = openKeyedSend("tok", "key").take([...first!, ...second!]);
  const parts = openKeyedSend("tok", "key");
  const [head, tail] = [parts.take(first!), parts.take(second!)];
  t.deepEqual(keyedInside(whole, 1, inner!), keyedInside(tail, 0, inner!));
  t.deepEqual(keyedInside(whole, 0, inner!), keyedInside(head, 0, inner!));
  t.notDeepEqual(keyedInside(whole, 0, inner!).key, keyedInside(whole, 1, inner!).key);
});

async function deployment(t: ExecutionContext, kind: DatabaseKind) {
  const service = await startService(t, kind);
  const machine = await prepare(service.internal, service.admin);
  return {
    service,
    machine,
    send: (frames: readonly Uint8Array[], key: string | null, token = machine) =>
      sendTo(service.internal, token, frames, key),
  };
}

/** Puts the known meters on file; answers a token that decrypts. */
async function prepare(internal: string, admin: string): Promise<string> {
  const make = async (path: string, token: string, body: unknown): Promise<Parsed> =>
    (await request(`${internal}${path}`, "POST", token, body)).body;
  const { customer } = await make("/v1/customers", admin, { name: "Stadtwerke" });
  const { token: custodian } = await make("/v1/tokens", admin, { role: "custodian" });
  await make(`/v1/meters/import?customer=${customer}`, custodian, ndjson(KNOWN_METERS));
  return (await make("/v1/tokens", admin, { role: "data-management" })).token;
}

function lineOf(frame: Uint8Array) {
  return { frame: Buffer.from(frame).toString("hex") };
}

async function sendTo(
  internal: string,
  token: string,
  frames: readonly Uint8Array[],
  key: string | null,
): Promise<string[]> {
  const { text } = await post(internal, token, frames, key);
  return parseNdjson(text).map((row) => row.freshness ?? row.error.code);
}

async function post(
  internal: string,
  token: string,
  frames: readonly Uint8Array[],
  key: string | null,
): Promise<Pick<Answer, "status" | "text" | "body">> {
  const response = await fetch(`${internal}/v1/frames/decrypt`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/x-ndjson",
      ...(key === null ? {} : { "idempotency-key": key }),
    },
    body: ndjson(frames.map(lineOf)),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("problem+json") === true;
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
}
