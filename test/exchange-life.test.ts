import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { claimed, claimer, receiptFor } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

onEveryDatabase("abuse case 10, 48: looking at a link in any way moves nothing", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const before = await db("mailboxes").first();
  const headers = { Purpose: "prefetch", "User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)" };
  for (const method of ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]) {
    for (const path of ["/r", "/x/peek", "/x/claim", "/x/confirm", "/intake/events"]) {
      await x.request(method, path, { headers });
    }
  }
  t.deepEqual(await db("mailboxes").first(), before);
  for (let i = 0; i < 60; i++) {
    await x.post("/x/peek", who.proof);
  }
  const after = await db("mailboxes").first();
  t.is(after.state, "open");
  t.is(after.opened, 60);
  t.is((await eventTypes(db)).filter((type) => type === "link.opened").length, 48);
  const page = await x.request("GET", "/r");
  t.regex(page.text, /collected nothing/);
  t.regex(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  t.is(page.headers.get("cache-control"), "no-store");
  t.is(page.headers.get("referrer-policy"), "no-referrer");
});

onEveryDatabase("abuse case 14: over at the millisecond of expiry, and for good", async (t, db) => {
  const clock = { now: new Date() };
  const x = await startExchange(t, db, { clock });
  const expiresAt = new Date(clock.now.getTime() + 60_000).toISOString();
  const sealed = await x.sealer.seal({ ...sealRequest(), expiresAt });
  await x.push(sealed);
  const who = await claimer(sealed);
  const start = clock.now;
  clock.now = new Date(start.getTime() + 59_999);
  t.is((await x.post("/x/peek", who.proof)).body.state, "open");
  clock.now = new Date(start.getTime() + 60_000);
  const late = await x.post("/x/claim", who.claim);
  t.is(late.body.code, "LINK_EXPIRED");
  t.is((await db("mailbox_bodies")).length, 0);
  clock.now = start;
  t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_EXPIRED");
});

onEveryDatabase(
  "abuse case 14: a clock that jumps back revives nothing that was seen late",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const start = clock.now;
    clock.now = new Date(start.getTime() + 8 * 86_400_000);
    await x.post("/x/peek", { ...who.proof, authKey: toBase64url(new Uint8Array(32)) });
    await x.exchange.sweep();
    clock.now = start;
    t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_EXPIRED");
  },
);

onEveryDatabase("abuse case 17: a receipt by others, wrong, early or twice", async (t, db) => {
  const x = await startExchange(t, db);
  const waiting = await openLink(x);
  const early = await claimer(waiting);
  const tooEarly = await receiptFor(waiting, early, new Uint8Array(32));
  t.is((await x.post("/x/confirm", tooEarly)).body.code, "LINK_OPEN");
  const { sealed, who, receiptProof } = await claimed(x);
  const thief = await claimer(sealed);
  const byThief = await receiptFor(sealed, thief, receiptProof);
  t.is((await x.post("/x/confirm", byThief)).body.code, "RECEIPT_INVALID");
  const unproven = await receiptFor(sealed, who, new Uint8Array(32));
  t.is((await x.post("/x/confirm", unproven)).body.code, "RECEIPT_INVALID");
  t.is(await stateOf(db, sealed), "claimed");
  const good = await receiptFor(sealed, who, receiptProof);
  const first = await x.post("/x/confirm", good);
  const second = await x.post("/x/confirm", good);
  t.deepEqual([first.status, second.status], [200, 200]);
  t.is(second.body.confirmedAt, first.body.confirmedAt);
  t.is((await eventTypes(db)).filter((type) => type === "link.confirmed").length, 1);
  t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_CONFIRMED");
  t.is((await x.post("/x/claim", thief.claim)).body.code, "LINK_COLLECTED");
});

onEveryDatabase(
  "abuse case 18: the window ends and erases, with and without sweeper",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const lazy = await claimed(x);
    const swept = await claimed(x);
    clock.now = new Date(clock.now.getTime() + 86_400_000);
    t.is((await x.post("/x/claim", lazy.who.claim)).body.code, "LINK_LAPSED");
    t.is((await db("mailbox_bodies")).length, 1);
    await x.exchange.sweep();
    t.is(await stateOf(db, swept.sealed), "lapsed");
    t.is((await db("mailbox_bodies")).length, 0);
    const rows = await db("mailboxes").whereNotNull("sealed");
    t.is(rows.length, 0);
  },
);
