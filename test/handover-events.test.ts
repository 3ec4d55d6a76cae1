import { inTransaction } from "../src/db/transaction.ts";
import { appendEvent } from "../src/exchange/events.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { markUncertain } from "../src/handover/exchange/uncertain.ts";
import { showLink } from "../src/handover/links/list.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import { canonicalJson } from "../src/handover/protocol/canonical.ts";
import { chainHash } from "../src/handover/protocol/chain.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { ACTOR, bothZones, collect } from "./support/zones.ts";

type EventDraft = Parameters<typeof appendEvent>[1];

onEveryDatabase("an acknowledgement by another key is none", async (t, db, location) => {
  const { core } = await bothZones(t, db, location);
  const other = { ...core.exchange, publicKey: core.issuerPublicKey };
  const { reference } = await dispatch({ ...core, exchange: other });
  t.is((await showLink(db, reference)).state, "draft");
});

onEveryDatabase(
  "abuse case 40: revoked after the claim still counts as disclosed",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { link, pin, reference } = await dispatch(core);
    await collect(core, link, pin);
    t.deepEqual(await revokeLink(core, { reference, reason: "SENDER", actor: ACTOR }), {
      disclosed: true,
    });
    await pullEvents(core);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["revoked", true]);
    const actions = await core.actions();
    t.deepEqual(actions.slice(-4), [
      "link.revoked",
      "link.opened",
      "link.claimed",
      "link.revocation_confirmed",
    ]);
    await t.throwsAsync(revokeLink(core, { reference, reason: "SENDER", actor: ACTOR }), {
      code: "LINK_CLOSED",
    });
    const foreign = { reference, reason: "SENDER", actor: ACTOR, customer: "cus_2" };
    await t.throwsAsync(revokeLink(core, foreign), { code: "LINK_UNKNOWN" });
    t.is(x.lines.length, 0);
  },
);

onEveryDatabase(
  "abuse case 42: an edited, dropped, reordered or cut chain is a fork",
  async (t, db, location) => {
    const { outside, core } = await bothZones(t, db, location);
    const changes: (() => Promise<unknown>)[] = [
      async () => {
        const last = await outside("events").orderBy("n", "desc").first();
        await outside("events")
          .where({ n: last.n })
          .update({ body: last.body.replace('"v":1', '"v":2') });
      },
      async () => {
        const { n } = await outside("events").orderBy("n", "desc").offset(1).first();
        await outside("events").where({ n }).delete();
      },
      async () => {
        const [b, a] = await outside("events").orderBy("n", "desc").limit(2);
        await outside("events").where({ n: a.n }).update({ body: b.body });
        await outside("events").where({ n: b.n }).update({ body: a.body });
      },
    ];
    for (const change of changes) {
      await dispatch(core);
      await dispatch(core);
      await change();
      t.deepEqual(await pullEvents(core), { events: 0, trusted: false });
      t.is((await core.actions()).at(-1), "exchange.fork");
      const before = (await core.actions()).length;
      t.deepEqual(await pullEvents(core), { events: 0, trusted: false });
      t.is((await core.actions()).length, before);
      await outside("events").delete();
      await outside("event_head").update({ n: 0, hash: Buffer.alloc(32) });
      await db("exchange_state").delete();
    }
  },
);

onEveryDatabase(
  "abuse case 42: an exchange restored from a backup is found out and shut",
  async (t, db, location) => {
    const { outside, core } = await bothZones(t, db, location);
    const { reference, link, pin } = await dispatch(core);
    await pullEvents(core);
    await outside("events").delete();
    await outside("event_head").update({ n: 0, hash: Buffer.alloc(32) });
    t.deepEqual(await pullEvents(core), { events: 0, trusted: false });
    await t.throwsAsync(collect(core, link, pin), { code: "LINK_LOCKED" });
    t.is(await markUncertain(core), 1);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["uncertain", true]);
    await t.throwsAsync(dispatch(core), { code: "EXCHANGE_UNTRUSTED" });
  },
);

onEveryDatabase(
  "events of an enemy: unknown links, impossible moves and floods",
  async (t, db, location) => {
    const { x, outside, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    const { link_id: linkId } = await db("links").where({ reference }).first();
    const say = (
      type: string,
      fields: Record<string, string | number>,
      id: Uint8Array | null = linkId,
    ) =>
      inTransaction(outside, (trx) =>
        // An enemy says what it likes.
        appendEvent(trx, { type, fields, linkId: id, at: x.clock.now } as EventDraft),
      );
    await say("link.confirmed", { receipt: "A".repeat(43), sig: "A".repeat(86) });
    await say("link.lapsed", {});
    await say("link.opened", { count: 1 }, new Uint8Array(16));
    await say("link.opened", { count: 1, note: "hello" });
    await say("link.praised", {});
    await say("link.opened", { count: -1 });
    for (let i = 0; i < 600; i++) {
      await say("link.opened", { count: i });
    }
    t.true((await pullEvents(core)).trusted);
    const actions = await core.actions();
    t.is(actions.filter((action) => action === "link.opened").length, 64);
    const refused = (await core.entries()).filter(
      ({ action }) => action === "exchange.events_refused",
    );
    t.deepEqual(refused[0]?.fields?.["counts"], { FORMAT: 3, LINK_UNKNOWN: 1, TRANSITION: 2 });
    t.is((await db("links").first()).folded, 600 - 64);
    t.is((await showLink(db, reference)).state, "open");
  },
);

onEveryDatabase("an exchange cannot invent a confirmation", async (t, db, location) => {
  const { outside, core } = await bothZones(t, db, location);
  const { link, pin, reference } = await dispatch(core);
  const collected = await collect(core, link, pin);
  await collected.confirm("Ida");
  await outside("mailboxes").update({ receipt_proof: Buffer.alloc(32) });
  await pullEvents(core);
  const last = (await core.entries()).at(-1);
  t.deepEqual(
    [last?.action, last?.outcome, last?.code],
    ["link.confirmed", "failed", "RECEIPT_INVALID"],
  );
  t.is((await showLink(db, reference)).state, "claimed");
});

onEveryDatabase("a round pulls a few pages, and the next one goes on", async (t, db, location) => {
  const { x, outside, core } = await bothZones(t, db, location);
  await dispatch(core);
  const { link_id: linkId } = await db("links").first();
  let { hash }: { hash: Uint8Array } = await outside("event_head").first();
  const [at, link] = [x.clock.now.toISOString(), linkId.toString("base64url")];
  const events = Array.from({ length: 2099 }, (_, i) => {
    const n = i + 2;
    const body = canonicalJson({ v: 1, n, at, link, type: "link.opened", count: n });
    hash = chainHash(hash, Buffer.from(body));
    return { n, body, hash: Buffer.from(hash) };
  });
  await outside.batchInsert("events", events, 200);
  await outside("event_head").update({ n: 2100, hash: Buffer.from(hash) });
  t.deepEqual(await pullEvents(core), { events: 2000, trusted: true });
  t.deepEqual(await pullEvents(core), { events: 100, trusted: true });
});

onEveryDatabase("a revocation that is refused costs no commit", async (t, db, location) => {
  const { core } = await bothZones(t, db, location);
  const { reference } = await dispatch(core);
  await revokeLink(core, { reference, reason: "SENDER", actor: ACTOR });
  const commit = () => Promise.reject(new Error("a commit that others share"));
  const watched = { ...core, activity: { ...core.activity, commit } };
  for (const [name, code] of [
    [reference, "LINK_CLOSED"],
    ["REF-0000-00", "LINK_UNKNOWN"],
  ] as const) {
    const wanted = { reference: name, reason: "SENDER", actor: ACTOR };
    await t.throwsAsync(revokeLink(watched, wanted), { code });
  }
});

onEveryDatabase(
  "an exchange silent past a link's expiry makes the link uncertain",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await pullEvents(core);
    t.is(await markUncertain(core), 0);
    x.clock.now = new Date(x.clock.now.getTime() + 8 * 86_400_000);
    t.is(await markUncertain(core), 1);
    t.is((await showLink(db, reference)).state, "uncertain");
    await x.exchange.sweep();
    await pullEvents(core);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["expired", false]);
    t.deepEqual((await core.actions()).slice(-2), ["link.uncertain", "link.expired"]);
  },
);
