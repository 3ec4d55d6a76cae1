import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { generateClaimKeys } from "../src/handover/protocol/claim-keys.ts";
import { claimed, claimer, guessing, open, receiptFor, text } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";

onEveryDatabase("a link is pushed, peeked, claimed, opened and confirmed", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const peeked = await x.post("/x/peek", who.proof);
  t.is(peeked.status, 200);
  t.is(peeked.body.state, "open");
  t.is(JSON.parse(text(peeked.body.header).toString()).to, "Haus 4 GmbH");
  const reply = await x.post("/x/claim", who.claim);
  t.is(reply.status, 200);
  const { plaintext, receiptProof } = await open(sealed, who, reply.body);
  t.regex(Buffer.from(plaintext).toString("latin1"), /KAM-76348799/);
  const confirmed = await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
  t.is(confirmed.status, 200, confirmed.text);
  t.is(await stateOf(db, sealed), "confirmed");
  t.is((await db("mailbox_bodies")).length, 0);
  t.deepEqual(await eventTypes(db), [
    "link.stored",
    "link.opened",
    "link.claimed",
    "link.confirmed",
  ]);
});

onEveryDatabase("fifty racing claimers get one winner (abuse 1)", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const one = await claimer(sealed);
  const claims = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { pk, sigPk } = await generateClaimKeys(false);
      return { ...one.claim, pk: toBase64url(pk), sigPk: toBase64url(sigPk) };
    }),
  );
  const replies = await Promise.all(claims.map((claim) => x.post("/x/claim", claim)));
  t.is(replies.filter(({ status }) => status === 200).length, 1);
  const losers = replies.filter(({ body }) => body.code === "LINK_COLLECTED");
  t.is(losers.length, 49);
  t.true(losers.every(({ status }) => status === 409));
});

onEveryDatabase("a retry gets the same bytes, also after a restart (abuse 2, 3)", async (t, db) => {
  const x = await startExchange(t, db);
  const { who, reply } = await claimed(x);
  const { pinProof: _pin, ...withoutPin } = who.claim;
  const retried = await x.post("/x/claim", withoutPin);
  t.is(retried.text, reply.text);
  t.not(retried.headers.get("exchange-head"), reply.headers.get("exchange-head"));
  await x.stop();
  const { directory, sealer, clock } = x;
  const again = await startExchange(t, db, { directory, sealer, clock, resynced: false });
  t.is((await again.post("/x/claim", who.claim)).body.code, "EXCHANGE_RESYNC");
  await again.resync();
  t.is((await again.post("/x/claim", who.claim)).text, reply.text);
  const types = await eventTypes(db);
  t.is(types.filter((type) => type === "link.claimed").length, 1);
  t.is(types.filter((type) => type === "link.claim_replayed").length, 2);
});

onEveryDatabase("a client that hangs up mid-claim stops nothing (abuse 2)", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const body = JSON.stringify(who.claim);
  const { hostname, port } = new URL(x.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST /x/claim HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(head + body, () => setTimeout(() => resolve(void socket.destroy()), 5));
    });
  });
  const reply = await x.post("/x/claim", who.claim);
  t.is(reply.status, 200);
  await t.notThrowsAsync(open(sealed, who, reply.body));
  t.is((await eventTypes(db)).filter((type) => type === "link.claimed").length, 1);
});

onEveryDatabase("another client cannot open a replayed answer (abuse 4)", async (t, db) => {
  const x = await startExchange(t, db);
  const { sealed, who, reply } = await claimed(x);
  const thief = await claimer(sealed);
  await t.throwsAsync(open(sealed, thief, reply.body), { code: "SHARE_INTEGRITY" });
  const mixed = {
    keys: { ...who.keys, sigPk: thief.keys.sigPk },
    proof: who.proof,
    claim: who.claim,
  };
  await t.throwsAsync(open(sealed, mixed, reply.body), { code: "SHARE_INTEGRITY" });
  const half = await x.post("/x/claim", { ...who.claim, sigPk: thief.claim.sigPk });
  t.is(half.body.code, "LINK_COLLECTED");
});

onEveryDatabase("claim, revocation and wrong PINs race to one end (abuse 5)", async (t, db) => {
  const x = await startExchange(t, db);
  for (let round = 0; round < 4; round++) {
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const path = `/intake/packages/${toBase64url(sealed.linkId)}`;
    const guesses = Array.from({ length: 5 }, () => x.post("/x/claim", guessing(who)));
    const [claim] = await Promise.all([
      x.post("/x/claim", who.claim),
      round % 2 === 0 ? x.intake("DELETE", path) : null,
      ...guesses,
    ]);
    const state = await stateOf(db, sealed);
    const mine = (await db("events").orderBy("n"))
      .map(({ body }: { body: string }) => JSON.parse(body))
      .filter(({ link }: { link: string }) => link === toBase64url(sealed.linkId))
      .map(({ type }: { type: string }) => type);
    const ends = mine.filter((type: string) => /claimed|locked|revoked/.test(type));
    t.is(claim.status === 200, mine.includes("link.claimed"));
    t.is(mine.filter((type: string) => type === "link.claimed").length <= 1, true);
    t.true(state === "claimed" || state === "revoked" || state === "locked", state);
    t.true(
      ends.length === 1 || (ends.join() === "link.claimed,link.revoked" && state === "revoked"),
    );
  }
});

onEveryDatabase("claims race the link's expiry to one end (abuse 5)", async (t, db) => {
  const clock = { now: new Date() };
  const x = await startExchange(t, db, { clock });
  for (let round = 0; round < 8; round++) {
    const expiresAt = new Date(clock.now.getTime() + 60_000).toISOString();
    const sealed = await openLink(x, { expiresAt });
    const who = await claimer(sealed);
    const [claim] = await Promise.all([
      x.post("/x/claim", who.claim),
      delay(round * 2).then(async () => {
        clock.now = new Date(clock.now.getTime() + 60_000);
        await x.post("/x/peek", who.proof);
      }),
    ]);
    const state = await stateOf(db, sealed);
    t.is(state, claim.status === 200 ? "claimed" : "expired");
    const row = await db("mailboxes")
      .where({ link_id: Buffer.from(sealed.linkId) })
      .first();
    t.deepEqual([row.share_box, row.sealed === null], [null, state === "expired"]);
  }
});

onEveryDatabase(
  "five wrong PINs lock and erase, and no race gets a sixth (abuse 6, 8)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const replies = await Promise.all(
      Array.from({ length: 30 }, () => x.post("/x/claim", guessing(who))),
    );
    const left = replies.filter(({ status }) => status === 403).map(({ body }) => body.left);
    t.deepEqual(left.sort(), [1, 2, 3, 4]);
    t.is(replies.filter(({ status }) => status === 423).length, 26);
    const right = await x.post("/x/claim", who.claim);
    t.is(right.status, 423);
    t.is(right.body.code, "LINK_LOCKED");
    const row = await db("mailboxes").first();
    t.deepEqual([row.share_box, row.pin_mac, row.sealed, row.tries], [null, null, null, 5]);
    t.is((await db("mailbox_bodies")).length, 0);
  },
);

onEveryDatabase(
  "without the fragment nothing counts and all looks the same (abuse 7, 31)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const wrong = { ...who.claim, authKey: toBase64url(new Uint8Array(32)) };
    const unknown = { ...wrong, linkId: toBase64url(new Uint8Array(16)) };
    const before: string[] = await eventTypes(db);
    const answers = [];
    for (let i = 0; i < 8; i++) {
      answers.push(await x.post("/x/claim", wrong), await x.post("/x/claim", unknown));
    }
    await x.intake(
      "DELETE",
      `/intake/packages/${toBase64url(Uint8Array.from({ length: 16 }, () => 7))}`,
    );
    const buried = { ...wrong, linkId: toBase64url(Uint8Array.from({ length: 16 }, () => 7)) };
    answers.push(await x.post("/x/claim", buried));
    for (const body of [wrong, unknown, buried]) {
      const { linkId, authKey } = body;
      answers.push(await x.post("/x/peek", { linkId, authKey }));
    }
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [404]);
    t.is(new Set(answers.map((answer) => answer.text)).size, 1);
    t.deepEqual(await eventTypes(db), [...before, "link.revoked"]);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    await x.exchange.sweep();
    const last = await db("events").orderBy("n", "desc").first();
    const { type, counts } = JSON.parse(last.body);
    t.is(type, "refused.counts");
    t.deepEqual(counts, [
      ["/x/claim", "LINK_UNKNOWN", 17],
      ["/x/peek", "LINK_UNKNOWN", 3],
    ]);
  },
);
