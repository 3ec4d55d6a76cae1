import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { claimed, claimer, receiptFor } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

onEveryDatabase("looking at a link in any way moves nothing (abuse 10, 48)", async (t, db) => {
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
  t.regex(page.text, /Nothing has been collected/);
  t.regex(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  t.is(page.headers.get("cache-control"), "no-store");
  t.is(page.headers.get("referrer-policy"), "no-referrer");
});

onEveryDatabase("over at the millisecond of expiry, and for good (abuse 14)", async (t, db) => {
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
  "a clock that jumps back revives nothing that was seen late (abuse 14)",
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

onEveryDatabase("a receipt by others, wrong, early or twice (abuse 17)", async (t, db) => {
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
  "the window ends and erases, with and without sweeper (abuse 18)",
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

onEveryDatabase(
  "a link that the mail brought too late says so, and whom to ask (abuse 47)",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    clock.now = new Date(clock.now.getTime() + 8 * 86_400_000);
    for (let i = 0; i < 2; i++) {
      const { status, body } = await x.post("/x/peek", who.proof);
      t.deepEqual([status, body.state, body.claimedAt], [200, "expired", null]);
      const header = JSON.parse(Buffer.from(body.header, "base64url").toString());
      t.deepEqual([header.sender, header.reference], ["Vandværket A/S", "REF-7K3Q-9D"]);
    }
    const late = await x.post("/x/claim", who.claim);
    t.is(late.body.code, "LINK_EXPIRED");
    t.regex(late.body.detail ?? late.text, /nothing was collected/);
  },
);

onEveryDatabase("the proof of one link is none for another (abuse 30)", async (t, db) => {
  const x = await startExchange(t, db);
  const [mine, theirs] = [await claimer(await openLink(x)), await claimer(await openLink(x))];
  const crossed = { ...mine.claim, linkId: theirs.claim.linkId };
  for (const path of ["/x/peek", "/x/claim"]) {
    const { linkId, authKey } = crossed;
    const reply = await x.post(path, path === "/x/peek" ? { linkId, authKey } : crossed);
    t.is(reply.body.code, "LINK_UNKNOWN");
  }
  t.deepEqual(
    (await db("mailboxes")).map(({ tries, opened, state }) => [tries, opened, state]),
    [
      [0, 0, "open"],
      [0, 0, "open"],
    ],
  );
});
