import type { Knex } from "../src/db/open.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { readHead } from "../src/handover/protocol/chain.ts";
import { claimer, guessing } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";

onEveryDatabase(
  "a backup from before a claim that the core has not seen is found out too",
  async (t, db) => {
    const x = await startExchange(t, db);
    const taken = await openLink(x);
    const backup = await snapshot(db);
    const { n, hash } = await db("event_head").first();
    const who = await claimer(taken);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    await x.stop();
    await restore(db, backup);
    const { directory, sealer, clock } = x;
    const again = await startExchange(t, db, { directory, sealer, clock, resynced: false });
    const answer = await again.intake("GET", `/intake/events?after=${n}&head=${toBase64url(hash)}`);
    t.is(answer.body.code, "EXCHANGE_FORK");
    t.is(await stateOf(db, taken), "locked");
  },
);

const TABLES = ["mailboxes", "mailbox_bodies", "events", "event_head"];

async function snapshot(db: Knex) {
  return await Promise.all(TABLES.map(async (table) => [table, await db(table)] as const));
}

async function restore(db: Knex, tables: Awaited<ReturnType<typeof snapshot>>) {
  for (const table of ["mailbox_bodies", "mailboxes", "events", "event_head"]) {
    await db(table).delete();
  }
  for (const [table, rows] of tables) {
    if (rows.length > 0) {
      await db(table).insert(rows);
    }
  }
}

onEveryDatabase("a restored database brings no link back to life", async (t, db) => {
  const x = await startExchange(t, db);
  const taken = await openLink(x);
  const waiting = await openLink(x);
  const backup = await snapshot(db);
  const who = await claimer(taken);
  t.is((await x.post("/x/claim", who.claim)).status, 200);
  const { n, hash } = await db("event_head").first();
  await x.stop();
  await restore(db, backup);
  const { directory, sealer, clock } = x;
  const again = await startExchange(t, db, { directory, sealer, clock, resynced: false });
  const thief = await claimer(taken);
  t.is((await again.post("/x/claim", thief.claim)).body.code, "EXCHANGE_RESYNC");
  t.is((await again.request("GET", "/readyz")).status, 503);
  const answer = await again.intake("GET", `/intake/events?after=${n}&head=${toBase64url(hash)}`);
  t.is(answer.status, 409);
  t.is(answer.body.code, "EXCHANGE_FORK");
  readHead(answer.body, again.exchange.publicKey);
  t.is(await stateOf(db, taken), "locked");
  t.is(await stateOf(db, waiting), "locked");
  t.is((await db("mailbox_bodies")).length, 0);
  await again.resync();
  t.is((await again.post("/x/claim", thief.claim)).body.code, "EXCHANGE_RESYNC");
  t.deepEqual((await eventTypes(db)).slice(2), [
    "link.locked",
    "link.locked",
    "exchange.rolled_back",
  ]);
});

for (const guesses of [1, 5]) {
  onEveryDatabase(`a backup from before ${guesses} wrong PIN gives no try back`, async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const backup = await snapshot(db);
    const { n, hash } = await db("event_head").first();
    const who = await claimer(sealed);
    for (let i = 0; i < guesses; i++) {
      await x.post("/x/claim", guessing(who));
    }
    t.is(await stateOf(db, sealed), guesses === 5 ? "locked" : "open");
    await x.stop();
    await restore(db, backup);
    const { directory, sealer, clock } = x;
    const again = await startExchange(t, db, { directory, sealer, clock, resynced: false });
    const path = `/intake/events?after=${n}&head=${toBase64url(hash)}`;
    t.is((await again.intake("GET", path)).body.code, "EXCHANGE_FORK");
    t.is(await stateOf(db, sealed), "locked");
  });
}
