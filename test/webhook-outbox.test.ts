import type { SealedPackage } from "../keystore/index.ts";
import type { LinkState } from "../src/handover/context.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { markUncertain } from "../src/handover/exchange/uncertain.ts";
import { showLink } from "../src/handover/links/list.ts";
import { deliverWebhooks } from "../src/handover/webhooks/deliver.ts";
import { webhookStatus } from "../src/handover/webhooks/outbox.ts";
import { claimer } from "./support/claimer.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import type { TestExchange } from "./support/exchange.ts";
import { startReceiver, targetAt } from "./support/receiver.ts";
import { bothZones, collect } from "./support/zones.ts";

const HOUR = 3_600_000;

function wait(x: TestExchange, milliseconds: number): void {
  x.clock.now = new Date(x.clock.now.getTime() + milliseconds);
}

/** Somebody else who has link and PIN and comes too late, `times` over. */
async function intrude(x: TestExchange, link: string, pin: string, times = 1) {
  const late = await claimer({ fragment: link.slice(-43), pin } as SealedPackage);
  const statuses = [];
  for (let i = 0; i < times; i++) {
    statuses.push((await x.post("/x/claim", late.claim)).status);
  }
  return statuses;
}

/** Wrong guesses until the link locks. */
async function lock(core: Parameters<typeof collect>[0], link: string, pin: string) {
  for (let i = 0; i < 5; i++) {
    await collect(core, link, pin).catch(() => undefined);
  }
}

onEveryDatabase(
  "opened, claimed, conflict, locked, lapsed, expired: each has its entry and its webhook",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { received, target } = await startReceiver(t);
    const [one, two, three] = [await dispatch(core), await dispatch(core), await dispatch(core)];
    await collect(core, one.link, one.pin);
    t.deepEqual(await intrude(x, one.link, one.pin), [409]);
    await lock(core, two.link, one.pin);
    wait(x, 8 * 24 * HOUR);
    await x.exchange.sweep();
    await pullEvents(core);
    while ((await deliverWebhooks(core, target)).taken > 0) {
      // The next few.
    }
    t.true(received.every(({ isSigned }) => isSigned));
    const told = received.map(({ body }) => JSON.parse(body));
    const of = (reference: string) =>
      told
        .filter(({ data }) => data.reference === reference)
        .map(({ type, data }) => `${type} ${data.alarm}`)
        .sort();
    t.deepEqual(
      [...new Set(of(one.reference))],
      ["link.claim_conflict true", "link.claimed false", "link.lapsed true", "link.opened false"],
    );
    t.deepEqual([...new Set(of(two.reference))], ["link.locked true", "link.opened false"]);
    t.deepEqual(of(three.reference), ["link.expired false"]);
    // As many as there are entries, and no entry is without.
    const logged = (await core.actions()).filter((action) =>
      told.some(({ type }) => type === action),
    );
    t.is(logged.length, told.length);
    for (const name of ["opened", "claimed", "claim_conflict", "locked", "lapsed", "expired"]) {
      t.true(logged.includes(`link.${name}`), name);
    }
    const lapsed = told.find(({ type }) => type === "link.lapsed");
    t.deepEqual(Object.keys(lapsed), ["type", "timestamp", "data"]);
    t.deepEqual(lapsed.data, {
      reference: one.reference,
      customer: "cus_1",
      state: "lapsed",
      disclosed: true,
      disclosure: "treat as disclosed, not known delivered",
      alarm: true,
    });
    t.is((await showLink(db, one.reference)).disclosure, lapsed.data.disclosure);
    t.deepEqual(await webhookStatus(db), {
      waiting: 0,
      oldest: null,
      lastCode: null,
      givenUp: 0,
    });
  },
);

onEveryDatabase(
  "(abuse 28) a webhook holds no link id, no fragment, no PIN and no text of people",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { link, pin, reference } = await dispatch(core);
    const collected = await collect(core, link, pin);
    await collected.confirm("Ida Clerk");
    await pullEvents(core);
    const row = await db("links").where({ reference }).first();
    const stored = JSON.stringify(await db("webhook_outbox"));
    const linkId = (["hex", "base64", "base64url"] as const).map((e) => row.link_id.toString(e));
    const hidden = [...linkId, row.short_id, link.slice(-43), pin, "Haus 4", "4711", "Ida", "KAM-"];
    for (const text of hidden) {
      t.false(stored.includes(text), text);
    }
    t.true(stored.includes("link.confirmed"));
  },
);

onEveryDatabase(
  "(abuse 43) a receiver that fails neither blocks nor undoes a claim; the message waits",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const away = targetAt("http://127.0.0.1:9/");
    const { link, pin, reference } = await dispatch(core);
    await collect(core, link, pin);
    await pullEvents(core);
    t.is((await showLink(db, reference)).state, "claimed" satisfies LinkState);
    t.deepEqual(await deliverWebhooks(core, away), { taken: 0, failed: 2 });
    t.is((await showLink(db, reference)).state, "claimed" satisfies LinkState);
    // Put off: 10 seconds after the first failure, then twice as long.
    t.deepEqual(await deliverWebhooks(core, away), { taken: 0, failed: 0 });
    wait(x, 10_000);
    t.deepEqual(await deliverWebhooks(core, away), { taken: 0, failed: 2 });
    wait(x, 19_999);
    t.deepEqual(await deliverWebhooks(core, away), { taken: 0, failed: 0 });
    t.like(await webhookStatus(db), { waiting: 2, lastCode: "ECONNREFUSED", givenUp: 0 });
    wait(x, 1);
    const ids = (await db("webhook_outbox").orderBy("created_at")).map(({ id }) => id).sort();
    const { received, target } = await startReceiver(t);
    t.deepEqual(await deliverWebhooks(core, target), { taken: 2, failed: 0 });
    // The id stays the same over all attempts: a receiver knows what it has had.
    t.deepEqual(received.map(({ id }) => id).sort(), ids);
  },
);

onEveryDatabase("an attempt goes on for a day, and its end is logged", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const away = targetAt("http://127.0.0.1:9/");
  const { link, pin } = await dispatch(core);
  await collect(core, link, pin);
  await pullEvents(core);
  let attempts = 0;
  for (let hour = 0; hour <= 26; hour++) {
    attempts += (await deliverWebhooks(core, away)).failed;
    wait(x, HOUR);
  }
  t.true(attempts > 40, String(attempts));
  t.like(await webhookStatus(db), { waiting: 0, givenUp: 2 });
  const ends = (await core.entries()).filter(({ action }) => action === "webhook.given_up");
  t.deepEqual(
    ends.map(({ outcome, code }) => [outcome, code]),
    [
      ["failed", "ECONNREFUSED"],
      ["failed", "ECONNREFUSED"],
    ],
  );
  wait(x, 31 * 24 * HOUR);
  await deliverWebhooks(core, away);
  t.like(await webhookStatus(db), { givenUp: 0 });
});

onEveryDatabase("a receiver that is gone for good is not asked again", async (t, db, location) => {
  const { core } = await bothZones(t, db, location);
  const { target } = await startReceiver(t, (response) => void response.writeHead(410).end());
  const { link, pin } = await dispatch(core);
  await collect(core, link, pin);
  await pullEvents(core);
  t.deepEqual(await deliverWebhooks(core, target), { taken: 0, failed: 2 });
  t.like(await webhookStatus(db), { waiting: 0, givenUp: 2 });
});

onEveryDatabase("alarms go first, whatever else waits", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const { link, pin } = await dispatch(core);
  await collect(core, link, pin);
  await intrude(x, link, pin, 9);
  await pullEvents(core);
  const { received, target } = await startReceiver(t);
  await deliverWebhooks(core, target);
  t.is(received.length, 8);
  t.true(received.every(({ body }) => body.includes('"link.claim_conflict"')));
});

onEveryDatabase(
  "an uncertain link raises an alarm, and no receiver means no outbox",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    await dispatch(core);
    await dispatch({ ...core, notifies: false });
    await pullEvents({ ...core, notifies: false });
    wait(x, 8 * 24 * HOUR);
    t.is(await markUncertain(core), 2);
    const rows: { body: string }[] = await db("webhook_outbox");
    t.is(rows.length, 2);
    t.like(JSON.parse(rows[0]!.body), {
      type: "link.uncertain",
      data: {
        state: "uncertain",
        alarm: true,
        disclosure: "treat as disclosed, nobody can say whether it was collected",
      },
    });
  },
);
