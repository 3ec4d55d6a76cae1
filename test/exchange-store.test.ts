import { setTimeout as delay } from "node:timers/promises";
import { type Knex, openDatabase } from "../src/db/open.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { claimer } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";

onEveryDatabase(
  "a store that takes no write fails the claim, the link stays open (abuse 15, 16)",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const file = "file" in location;
    if (file) {
      await db.raw("PRAGMA query_only = ON");
    } else {
      await db.raw("ALTER TABLE events RENAME TO events_away");
    }
    const refused = await x.post("/x/claim", who.claim);
    t.is(refused.status, 503, refused.text);
    t.is(refused.body.code, "STORE_UNAVAILABLE");
    t.truthy(refused.headers.get("retry-after"));
    t.false(refused.text.includes("insert"));
    await (file
      ? db.raw("PRAGMA query_only = OFF")
      : db.raw("ALTER TABLE events_away RENAME TO events"));
    t.is(await stateOf(db, sealed), "open");
    t.is((await db("mailboxes").first()).tries, 0);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    for (const secret of Object.values(x.sealer.secrets())) {
      t.false(x.lines.join("").includes(toBase64url(secret)));
    }
    t.false(x.lines.join("").includes(toBase64url(sealed.linkId)));
  },
);

onEveryDatabase(
  "a full database fails the claim, and the link stays open (abuse 16)",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    if ("file" in location) {
      await db.raw("PRAGMA wal_checkpoint(TRUNCATE)");
      await db.raw("PRAGMA cache_size = 1");
      const [{ page_count: pages }] = await db.raw("PRAGMA page_count");
      await db.raw(`PRAGMA max_page_count = ${pages}`);
      for (const length of [900, 100, 1]) {
        const row = { link_id: sealed.linkId, kind: "x".repeat(length), network: "", at: "9" };
        // Until nothing of this size fits any more.
        await t.throwsAsync(fill(db, row), { code: "SQLITE_FULL" });
      }
    } else {
      await db.raw("ALTER TABLE networks ADD CONSTRAINT full_disk CHECK (false) NOT VALID");
    }
    const refused = await x.post("/x/claim", who.claim);
    t.is(refused.body.code, "STORE_UNAVAILABLE", refused.text);
    t.is(await stateOf(db, sealed), "open");
    await ("file" in location
      ? db.raw("PRAGMA max_page_count = 1000000")
      : db.raw("ALTER TABLE networks DROP CONSTRAINT full_disk"));
    t.is((await x.post("/x/claim", who.claim)).status, 200);
  },
);

onEveryDatabase(
  "a database that somebody else holds makes the claim wait, not fail (abuse 16)",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const other = openDatabase(location);
    t.teardown(() => other.destroy());
    const held = await other.transaction();
    await held("event_head").update({ n: 1 });
    const waiting = x.post("/x/claim", who.claim);
    t.is(await Promise.race([waiting, delay(300, "waits")]), "waits");
    await held.rollback();
    t.is((await waiting).status, 200);
  },
);

async function fill(db: Knex, row: object): Promise<void> {
  for (let i = 0; i < 10_000; i++) {
    await db("networks").insert(row);
  }
}
