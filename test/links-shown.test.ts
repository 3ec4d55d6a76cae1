import type { SealedPackage } from "../keystore/index.ts";
import { migrateCore } from "../src/db/core/migrations.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { listLinks, showLink } from "../src/handover/links/list.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import { createHandoverTables } from "../src/handover/tables.ts";
import { migrate } from "../src/programs/open-core.ts";
import { claimer } from "./support/claimer.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import type { TestExchange } from "./support/exchange.ts";
import { ACTOR, bothZones, collect } from "./support/zones.ts";

const DAY = 86_400_000;

function wait(x: TestExchange, milliseconds: number): void {
  x.clock.now = new Date(x.clock.now.getTime() + milliseconds);
}

onEveryDatabase(
  "(abuse 40) revoked after the claim: the answer and the list say that it was disclosed",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { link, pin, reference } = await dispatch(core);
    await collect(core, link, pin);
    const wanted = { reference, reason: "SENDER", actor: ACTOR };
    t.deepEqual(await revokeLink(core, wanted), { disclosed: true });
    t.like(await showLink(db, reference), { state: "revoked", disclosure: "was disclosed" });
    const unclaimed = await dispatch(core);
    const other = { ...wanted, reference: unclaimed.reference };
    t.deepEqual(await revokeLink(core, other), { disclosed: false });
    t.is((await showLink(db, unclaimed.reference)).disclosure, "was not disclosed");
  },
);

onEveryDatabase(
  "(abuse 48) the sender may open its own link: looking and clicking claim nothing, a PIN does",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { link, pin, reference } = await dispatch(core);
    const { proof, claim } = await claimer({ fragment: link.slice(-43), pin } as SealedPackage);
    for (let i = 0; i < 3; i++) {
      const { status, body } = await x.post("/x/peek", proof);
      t.is(status, 200);
      t.is(body.state, "open");
    }
    // A claim that names no PIN is refused and costs no try.
    const { pinProof: _, ...clicked } = claim;
    t.is((await x.post("/x/claim", clicked)).body.code, "BODY_FIELD");
    await pullEvents(core);
    t.like(await showLink(db, reference), { state: "open", opened: 3, tries: 0, disclosed: false });
    t.is((await collect(core, link, pin)).bundle!.meters.length, 3);
  },
);

onEveryDatabase(
  "(abuse 18) a lapsed link is shown as disclosed and not known delivered, with its times",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { link, pin, reference } = await dispatch(core);
    await collect(core, link, pin);
    const claimedAt = core.clock().toISOString();
    wait(x, 2 * DAY);
    // No sweeper has come by: whoever looks moves it, and nobody can go on.
    const { proof } = await claimer({ fragment: link.slice(-43), pin } as SealedPackage);
    t.is((await x.post("/x/peek", proof)).body.state, "lapsed");
    await pullEvents(core);
    const view = await showLink(db, reference);
    t.like(view, {
      state: "lapsed",
      disclosure: "treat as disclosed, not known delivered",
      claimedAt,
      endedAt: core.clock().toISOString(),
      windowEndsAt: new Date(Date.parse(claimedAt) + DAY).toISOString(),
      receipt: null,
      opened: 2,
    });
  },
);

onEveryDatabase("the receipt is shown with the name that was typed", async (t, db, location) => {
  const { outside, core } = await bothZones(t, db, location);
  const good = await dispatch(core);
  await (await collect(core, good.link, good.pin)).confirm("Ida Clerk");
  const bad = await dispatch(core);
  await (await collect(core, bad.link, bad.pin)).confirm("Mallory");
  const { link_id } = await db("links").where({ reference: bad.reference }).first();
  await outside("mailboxes")
    .where({ link_id })
    .update({ receipt_proof: Buffer.alloc(32) });
  await pullEvents(core);
  const { receipt } = await showLink(db, good.reference);
  t.like(receipt, { verified: true, name: "Ida Clerk" });
  t.regex(receipt?.at ?? "", /^\d{4}-\d\d-\d\dT/);
  t.deepEqual((await showLink(db, bad.reference)).receipt, {
    verified: false,
    name: null,
    at: null,
  });
});

onEveryDatabase(
  "a database of the release before gains what is shown now, and keeps its links",
  async (t, db) => {
    const handover = { name: "004-handover", up: createHandoverTables };
    await migrateCore(db, [handover]);
    const bytes = Buffer.alloc(16);
    const texts = { reference: "REF-1", short_id: "s", exchange: "x", customer: "cus_1" };
    const hashes = { package_hash: bytes, kcv_hash: bytes, receipt_hash: bytes };
    const times = {
      created_at: "2026-01-01T00:00:00.000Z",
      expires_at: "2026-01-08T00:00:00.000Z",
    };
    const row = {
      ...texts,
      ...hashes,
      ...times,
      link_id: bytes,
      state: "open",
      meters: 1,
      keys: 1,
    };
    await db("links").insert(row);
    await migrate(db);
    await migrate(db);
    t.like(await showLink(db, "REF-1"), { state: "open", tries: 0, conflicts: 0, receipt: null });
  },
);

onEveryDatabase("lists are filtered by state, customer and order", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const one = await dispatch(core, { order: "A-1" });
  const two = await dispatch(core, { customer: "cus_2", order: "A-2" });
  const three = await dispatch(core, { order: null });
  await revokeLink(core, { reference: three.reference, reason: "SENDER", actor: ACTOR });
  wait(x, 1);
  const found = async (query: Parameters<typeof listLinks>[1]) =>
    (await listLinks(db, query)).items.map(({ reference }) => reference);
  t.deepEqual(await found({}), [one.reference, two.reference, three.reference]);
  t.deepEqual(await found({ state: "open" }), [one.reference, two.reference]);
  t.deepEqual(await found({ state: "revoked" }), [three.reference]);
  t.deepEqual(await found({ customer: "cus_1" }), [one.reference, three.reference]);
  t.deepEqual(await found({ order: "A-2" }), [two.reference]);
  t.deepEqual(await found({ customer: "cus_1", state: "open", order: "A-1" }), [one.reference]);
  // Scope and filter are both kept: another's customer is empty, not one's own.
  t.deepEqual(await found({ within: "cus_1", customer: "cus_2" }), []);
});
