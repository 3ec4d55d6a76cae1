import { randomBytes } from "node:crypto";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { chainHash, EMPTY_CHAIN, readHead } from "../src/handover/protocol/chain.ts";
import { claimer } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange } from "./support/exchange.ts";
import { packagePath, putBody } from "./support/exchange-client.ts";
import { createSealer, sealRequest } from "./support/sealer.ts";

onEveryDatabase("only requests that the core signed come in", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  const path = packagePath(sealed);
  const body = putBody(sealed);
  const now = Math.floor(x.clock.now.getTime() / 1000);
  const nonce = randomBytes(18).toString("base64url");
  const other = Buffer.from(body.toString().replace('"v":1', '"v":2'));
  const refused = [
    await x.request("PUT", path, { body }),
    await x.intake("PUT", path, body, { signer: createSealer() }),
    await x.intake("PUT", path, body, { tag: "meterseal-intake:AAAAAAAAAAAAAAAAAAAAAA" }),
    await x.intake("PUT", path, body, { created: now - 301 }),
    await x.intake("PUT", path, body, { created: now + 301 }),
    await x.intake("PUT", path, body, { path: path.replace(/.{5}$/, "AAAAA") }),
    await x.intake("PUT", path, body, { path: `${path}?x=1` }),
    await x.intake("PUT", path, body, { headers: { "content-digest": "sha-256=:AA==:" } }),
    await x.intake("GET", "/intake/events?after=0&head=A", null, {
      path: "/intake/events?after=1&head=A",
    }),
  ];
  for (const reply of refused) {
    t.is(reply.status, 401, reply.text);
    t.is(reply.body.code, "INTAKE_SIGNATURE");
  }
  const swapped = await x.intake("PUT", path, body, { body: other });
  t.is(swapped.body.code, "BODY_DIGEST");
  t.is((await db("mailboxes")).length, 0);
  t.is((await x.intake("PUT", path, body, { nonce })).status, 201);
  t.is((await x.intake("PUT", path, body, { nonce })).status, 401);
  t.is((await x.intake("PUT", path, body)).status, 200);
});

onEveryDatabase("a push is acknowledged under the exchange's signature", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  const reply = await x.push(sealed);
  const head = readHead(reply.body.head, x.exchange.publicKey);
  t.is(head.link, toBase64url(sealed.linkId));
  t.is(head.state, "open");
  t.is(head.n, 1);
  const page = await x.intake("GET", `/intake/events?after=0&head=${toBase64url(EMPTY_CHAIN)}`);
  const hash = chainHash(EMPTY_CHAIN, Buffer.from(page.body.events[0], "base64url"));
  t.deepEqual(head.hash, hash);
  t.deepEqual(readHead(page.body.head, x.exchange.publicKey).hash, hash);
  t.false(page.body.more);
});

onEveryDatabase("a replayed push changes nothing, another content is refused", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const pushes = await Promise.all(Array.from({ length: 5 }, () => x.push(sealed)));
  t.true(pushes.every(({ status }) => status === 200));
  t.is((await x.push(sealed, { windowSeconds: 60 })).body.code, "LINK_KNOWN");
  const who = await claimer(sealed);
  t.is((await x.post("/x/claim", who.claim)).status, 200);
  const late = await x.push(sealed);
  t.is(late.status, 200);
  t.is(late.body.state, "claimed");
  t.is((await db("mailboxes").first()).share_box, null);
  t.deepEqual(await eventTypes(db), ["link.stored", "link.claimed"]);
});

onEveryDatabase("a revocation that comes first keeps the link dead", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  t.is((await x.intake("DELETE", packagePath(sealed))).body.state, "revoked");
  t.is((await x.push(sealed)).body.code, "LINK_KNOWN");
  const who = await claimer(sealed);
  t.is((await x.post("/x/claim", who.claim)).status, 404);
  t.is((await x.intake("DELETE", packagePath(sealed))).body.state, "revoked");
  t.deepEqual(await eventTypes(db), ["link.revoked"]);
});

onEveryDatabase(
  "a revoked link is dead at once and says if it was claimed (abuse 39, 40)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const open = await openLink(x);
    const taken = await openLink(x);
    const [one, two] = [await claimer(open), await claimer(taken)];
    await x.post("/x/claim", two.claim);
    for (const sealed of [open, taken]) {
      t.is((await x.intake("DELETE", packagePath(sealed))).body.state, "revoked");
    }
    for (const who of [one, two]) {
      t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_REVOKED");
    }
    const events = (await db("events").orderBy("n")).map(({ body }) => JSON.parse(body));
    const revoked = events.filter(({ type }) => type === "link.revoked");
    t.deepEqual(
      revoked.map(({ wasClaimed }) => wasClaimed),
      [false, true],
    );
    const rows = await db("mailboxes");
    t.true(rows.every((row) => !(row.header || row.share_box || row.sealed || row.pin_mac)));
    t.is((await db("mailbox_bodies")).length, 0);
  },
);

onEveryDatabase("pushes of the wrong form are refused without being quoted", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await x.sealer.seal(sealRequest());
  const secret = toBase64url(sealed.share);
  const changes: Record<string, unknown>[] = [
    { v: 2 },
    { extra: secret },
    { share: `${secret}AA` },
    { header: "e30" },
    { expiresAt: "2030-01-01T00:00:00+01:00" },
    { expiresAt: "2030-01-01" },
    { windowSeconds: 0 },
    { ciphertext: "" },
    { ciphertext: "A" },
  ];
  for (const change of changes) {
    const reply = await x.push(sealed, change);
    t.is(reply.status, 400, reply.text);
    t.is(reply.body.code, "BODY_FIELD");
    t.false(reply.text.includes(secret));
  }
  const cut = Buffer.from(putBody(sealed).subarray(0, 600));
  t.is((await x.intake("PUT", packagePath(sealed), cut)).body.code, "BODY_JSON");
  t.is((await x.intake("PUT", "/intake/packages/AAAA", putBody(sealed))).body.code, "LINK_ID");
  t.is((await db("mailboxes")).length, 0);
});

onEveryDatabase(
  "pages hold at most 500 events and continue where the last one ended",
  async (t, db) => {
    const x = await startExchange(t, db, { requestsPerMinute: 100_000 });
    const sealed = await openLink(x);
    const rows: { n: number; body: string; hash: Buffer }[] = await db("events");
    let hash: Uint8Array = rows[0]?.hash ?? EMPTY_CHAIN;
    const more = Array.from({ length: 1200 }, (_, i) => {
      const body = JSON.stringify({
        n: i + 2,
        type: "link.opened",
        link: toBase64url(sealed.linkId),
      });
      hash = chainHash(hash, Buffer.from(body));
      return { n: i + 2, body, hash: Buffer.from(hash) };
    });
    await db.batchInsert("events", more, 200);
    await db("event_head").update({ n: 1201, hash: Buffer.from(hash) });
    let n = 0;
    let pages = 0;
    let end: Uint8Array = EMPTY_CHAIN;
    for (let going = true; going; pages++) {
      const { body, text } = await x.intake(
        "GET",
        `/intake/events?after=${n}&head=${toBase64url(end)}`,
      );
      t.true(body.events.length <= 500 && text.length <= 1_048_576);
      ({ n, hash: end } = readHead(body.head, x.exchange.publicKey));
      going = body.more;
    }
    t.deepEqual([n, pages, Buffer.from(end)], [1201, 3, Buffer.from(hash)]);
  },
);
