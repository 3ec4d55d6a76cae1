import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import test from "ava";
import { openDatabase } from "../src/db/open.ts";
import { claimer, open, type TestClaimer } from "./support/claimer.ts";
import { freshDatabase, onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange, type TestExchange } from "./support/exchange.ts";
import { packagePath } from "./support/exchange-client.ts";
import { sealRequest } from "./support/sealer.ts";

/** What a hundred thousand keys come to is 25 MB; this is more. */
const LARGE = 40_000_000;
/** More than the buffers of a connection take. */
const MEDIUM = 16_000_000;

onEveryDatabase(
  "a package of forty megabytes goes in and comes out, twice the same",
  async (t, db) => {
    t.timeout(110_000);
    const x = await startExchange(t, db);
    const sealed = await x.sealer.seal(sealRequest());
    const ciphertext = randomBytes(LARGE).toString("base64url");
    t.is((await x.push(sealed, { ciphertext })).status, 201);
    const who = await claimer(sealed);
    const reply = await x.post("/x/claim", who.claim);
    t.is(reply.status, 200);
    t.true(reply.body.C === ciphertext);
    t.is(reply.headers.get("content-length"), String(Buffer.byteLength(reply.text)));
    const again = await x.post("/x/claim", who.claim);
    t.true(again.text === reply.text);
  },
);

test("a package that announces more than the exchange takes is refused unread", async (t) => {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  const reply = await x.push(sealed, { ciphertext: "A".repeat(128 * 1024 * 1024) });
  t.is(reply.status, 413);
  t.is(reply.body.code, "BODY_SIZE");
});

onEveryDatabase("a real package of many parts opens", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest(5000));
  t.true(sealed.ciphertext.length > 1_000_000);
  // Together: large ones are taken one after the other.
  const others = [await x.sealer.seal(sealRequest(5000)), await x.sealer.seal(sealRequest(5000))];
  const pushes = await Promise.all([sealed, ...others].map((one) => x.push(one)));
  t.deepEqual(
    pushes.map(({ status }) => status),
    [201, 201, 201],
  );
  const who = await claimer(sealed);
  const { body } = await x.post("/x/claim", who.claim);
  const { plaintext } = await open(sealed, who, body);
  t.is(
    Buffer.from(plaintext)
      .toString("latin1")
      .match(/"address"/g)?.length,
    5000,
  );
});

/** The head of a claim's answer; its body waits to be read. */
async function answerOf(x: TestExchange, who: TestClaimer): Promise<IncomingMessage> {
  const headers = { "content-type": "application/json" };
  const req = httpRequest(`${x.url}/x/claim`, { method: "POST", headers });
  req.end(JSON.stringify(who.claim));
  const [res]: IncomingMessage[] = await once(req, "response");
  if (res === undefined) {
    throw new Error("claim: expected an answer");
  }
  return res;
}

onEveryDatabase("what is revoked while it is being read breaks off, and is dead", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  await x.push(sealed, { ciphertext: randomBytes(MEDIUM).toString("base64url") });
  const who = await claimer(sealed);
  const res = await answerOf(x, who);
  t.is((await x.intake("DELETE", packagePath(sealed))).status, 200);
  let length = 0;
  await t.throwsAsync(async () => {
    for await (const chunk of res) {
      length += chunk.length;
    }
  });
  t.true(length < Number(res.headers["content-length"]));
  t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_REVOKED");
});

onEveryDatabase("a reader that stalls keeps nobody else waiting", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  await x.push(sealed, { ciphertext: randomBytes(MEDIUM).toString("base64url") });
  const who = await claimer(sealed);
  const stalled = await Promise.all(Array.from({ length: 16 }, () => answerOf(x, who)));
  const other = await claimer(await openLink(x));
  t.is((await x.post("/x/claim", other.claim)).status, 200);
  for (const res of stalled) {
    res.destroy();
  }
  t.is((await x.post("/x/peek", who.proof)).status, 200);
});
