import { EventEmitter } from "node:events";
import { PassThrough, Readable } from "node:stream";
import test from "ava";
import type { Request, Response } from "express";
import { inFlightLimit } from "../src/exchange/limits.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { readJsonObject } from "../src/http/middleware/json-body.ts";
import { claimer, guessing } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange } from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

onEveryDatabase(
  "the limit holds per address, whatever headers say (abuse 9, 32)",
  async (t, db) => {
    const x = await startExchange(t, db, { requestsPerMinute: 1 });
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i++) {
      const burst = Array.from({ length: 60 }, (_, j) =>
        x.request("GET", "/r", { headers: { "X-Forwarded-For": `10.${i}.${j}.1` } }),
      );
      for (const { status } of await Promise.all(burst)) {
        statuses.add(status);
      }
    }
    t.deepEqual(statuses, new Set([200, 429]));
  },
);

onEveryDatabase("bodies that are too much, too deep or double (abuse 25, 27)", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const { proof } = await claimer(sealed);
  const secret = "K7QF3M9X";
  const cases: [string, number, string][] = [
    [`{"linkId":"${secret}`, 400, "BODY_JSON"],
    [`${"[".repeat(8000)}`, 400, "BODY_JSON"],
    [`${"[".repeat(4000)}${"]".repeat(4000)}`, 400, "BODY_FIELD"],
    [JSON.stringify({ ...proof, extra: secret }), 400, "BODY_FIELD"],
    [JSON.stringify({ ...proof, [secret]: 1 }), 400, "BODY_FIELD"],
    [`{"__proto__":{"a":1},${JSON.stringify(proof).slice(1)}`, 400, "BODY_SHAPE"],
    [`{"__proto__":1,${JSON.stringify(proof).slice(1)}`, 400, "BODY_FIELD"],
    [`{"constructor":1,${JSON.stringify(proof).slice(1)}`, 400, "BODY_FIELD"],
    [`{"linkId":"x",${JSON.stringify(proof).slice(1)}`, 400, "BODY_SHAPE"],
    [JSON.stringify({ ...proof, linkId: [secret] }), 400, "BODY_FIELD"],
    [JSON.stringify({ ...proof, linkId: `${secret}\r\nX: 1` }), 400, "BODY_FIELD"],
    ["null", 400, "BODY_FIELD"],
    [`"${secret.repeat(3000)}"`, 413, "BODY_SIZE"],
  ];
  for (const [body, status, code] of cases) {
    const reply = await x.post("/x/peek", body);
    t.is(reply.body.code, code, body.slice(0, 60));
    t.is(reply.status, status);
    t.false(reply.text.includes(secret));
  }
  const zipped = await x.request("POST", "/x/peek", {
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body: "x",
  });
  t.is(zipped.status, 415);
  const form = await x.request("POST", "/x/peek", { body: "a=b" });
  t.is(form.status, 415);
  const host = await fetch(`${x.url.replace("127.0.0.1", "localhost")}/r`).catch(() => null);
  t.true(host === null || host.status === 421);
  t.is((await x.post("/x/peek", proof)).status, 200);
});

onEveryDatabase("a claim with keys that are no points changes nothing", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const off = Uint8Array.from(who.keys.pk);
  off[64] = (off[64] ?? 0) ^ 1;
  for (const bad of [
    off,
    new Uint8Array(65),
    Uint8Array.from(who.keys.pk, (b, i) => (i ? b : 2)),
  ]) {
    for (const name of ["pk", "sigPk"]) {
      const reply = await x.post("/x/claim", { ...guessing(who), [name]: toBase64url(bad) });
      t.is(reply.body.code, "KEY_POINT");
      t.is(reply.body.pointer, `/${name}`);
    }
  }
  t.is((await db("mailboxes").first()).tries, 0);
});

onEveryDatabase(
  "a link has a limit of its own, from wherever one asks (abuse 32)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const [asked, other] = [await claimer(await openLink(x)), await claimer(await openLink(x))];
    const statuses = new Set<number>();
    for (let i = 0; i < 10; i++) {
      const burst = Array.from({ length: 64 }, () =>
        x.post("/x/peek", { ...asked.proof, authKey: other.proof.authKey }),
      );
      for (const { status } of await Promise.all(burst)) {
        statuses.add(status);
      }
    }
    t.deepEqual(statuses, new Set([404, 429]));
    const refused = await x.post("/x/peek", asked.proof);
    t.is(refused.body.code, "RATE_LIMIT");
    t.truthy(refused.headers.get("retry-after"));
    t.is((await x.post("/x/peek", other.proof)).status, 200);
  },
);

test("what comes while too much is under way is sent away and may come again (abuse 32)", (t) => {
  const limit = inFlightLimit(2);
  const enter = () => {
    const res = new EventEmitter();
    let entered = false;
    limit({} as Request, res as Response, () => {
      entered = true;
    });
    return { res, entered };
  };
  const first = enter();
  t.true(first.entered && enter().entered);
  t.throws(enter, { message: /too many requests at once/ });
  first.res.emit("close");
  t.true(enter().entered);
});

test("a body that comes too slowly is cut off (abuse 25)", async (t) => {
  const req = Object.assign(new PassThrough(), { headers: {}, is: () => "json" });
  const read = readJsonObject(req as unknown as Request, { maxBytes: 100, timeoutSeconds: 0.05 });
  req.write('{"linkId":');
  await t.throwsAsync(read, { code: "BODY_TIMEOUT" });
});

onEveryDatabase(
  "unknown, foreign and erased links cost the same questions to the database (abuse 31)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const [sealed, foreign] = [await openLink(x), await openLink(x)];
    const buried = await claimer(await x.sealer.seal(sealRequest()));
    await x.intake("DELETE", `/intake/packages/${buried.proof.linkId}`);
    const { proof } = await claimer(sealed);
    const { authKey } = (await claimer(foreign)).proof;
    const asked: string[] = [];
    db.on("query", ({ sql }: { sql: string }) => void asked.push(sql));
    const costs: string[][] = [];
    for (const body of [
      { ...proof, linkId: toBase64url(new Uint8Array(16)) },
      { ...proof, authKey },
      buried.proof,
    ]) {
      asked.length = 0;
      t.is((await x.post("/x/peek", body)).status, 404);
      costs.push([...asked]);
    }
    t.true(costs[0]?.length === 1);
    t.deepEqual(costs[1], costs[0]);
    t.deepEqual(costs[2], costs[0]);
  },
);

/** Reads `text` as the body of a request. */
function readText(text: string): Promise<unknown> {
  const req = Object.assign(Readable.from([Buffer.from(text)]), { headers: {}, is: () => "json" });
  return readJsonObject(req as unknown as Request, { maxBytes: 4_000_000, timeoutSeconds: 60 });
}

test("names are counted outside strings only, and each once", async (t) => {
  for (const text of ['{"a":"b\\":c","d" :"\\\\","e\\":":1}', '"a:b"', "[]", '{"a":[1,":"]}']) {
    t.deepEqual(await readText(text), JSON.parse(text));
  }
  for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"a":{"b":1}}', '{"a":[{"b":1}]}']) {
    await t.throwsAsync(readText(text), { code: "BODY_SHAPE" });
  }
});

test("a body full of quotes is read in linear time", async (t) => {
  // Hours, were every quote tried as the start of a name.
  const text = `{"a":"${'\\"'.repeat(1_500_000)}"}`;
  t.deepEqual(await readText(text), JSON.parse(text));
});
