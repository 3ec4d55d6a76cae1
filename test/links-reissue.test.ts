import { pushOutbox } from "../src/handover/exchange/outbox.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { markUncertain } from "../src/handover/exchange/uncertain.ts";
import { showLink } from "../src/handover/links/list.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import { readReissue } from "../src/handover/links/supersede.ts";
import type { TestCore } from "./support/core.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import type { TestExchange } from "./support/exchange.ts";
import { ACTOR, bothZones, collect } from "./support/zones.ts";

const DAY = 86_400_000;

function wait(x: TestExchange, milliseconds: number): void {
  x.clock.now = new Date(x.clock.now.getTime() + milliseconds);
}

/** Re-issues as the route does, after what it reads first. */
async function reissue(core: TestCore, reference: string, within?: string) {
  const old = { reference, ...(within === undefined ? {} : { within }) };
  const { lifetimeSeconds } = await readReissue(core, old);
  return await dispatch(core, { supersedes: old, expiresInSeconds: lifetimeSeconds });
}

const away = (core: TestCore): TestCore => ({
  ...core,
  exchange: { ...core.exchange, intakeUrl: "http://127.0.0.1:9" },
});

onEveryDatabase(
  "(abuse 39) a re-issue: the old link is dead at once, and the log links both",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const old = await dispatch(core);
    const fresh = await reissue(core, old.reference);
    t.deepEqual(fresh.superseded, { reference: old.reference, disclosed: false });
    t.not(fresh.link, old.link);
    t.not(fresh.pin, old.pin);
    // No pull and no round in between: the exchange has been told before the answer.
    await t.throwsAsync(collect(core, old.link, old.pin), { code: "LINK_REVOKED" });
    t.is((await collect(core, fresh.link, fresh.pin)).bundle!.meters.length, 3);
    await pullEvents(core);
    const before = await showLink(db, old.reference);
    t.like(before, { state: "superseded", supersededBy: fresh.reference, disclosed: false });
    t.like(await showLink(db, fresh.reference), {
      state: "claimed",
      supersedes: old.reference,
      to: before.to,
      purpose: before.purpose,
      meters: before.meters,
    });
    const entries = await core.entries();
    const [dispatched, reissued] = entries.slice(2, 4);
    t.deepEqual([dispatched?.action, reissued?.action], ["link.dispatched", "link.reissued"]);
    const { short_id: oldLink } = await db("links").where({ reference: old.reference }).first();
    t.like(reissued?.fields, {
      old: old.reference,
      oldLink,
      new: fresh.reference,
      newLink: dispatched?.fields?.["link"],
      was: "open",
      disclosed: false,
    });
    t.is(x.lines.length, 0);
  },
);

onEveryDatabase(
  "what can be issued again, and what cannot: each state has its answer",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const draft = await dispatch(away(core));
    t.is(draft.state, "draft");
    t.is((await reissue(core, draft.reference)).state, "open");

    const locked = await dispatch(core);
    for (let i = 0; i < 5; i++) {
      await collect(core, locked.link, draft.pin).catch(() => undefined);
    }
    t.is((await reissue(core, locked.reference)).superseded?.disclosed, false);

    const claimed = await dispatch(core);
    const collected = await collect(core, claimed.link, claimed.pin);
    // The core has not pulled: it asks before it decides.
    t.is((await showLink(db, claimed.reference)).state, "open");
    await t.throwsAsync(reissue(core, claimed.reference), { code: "LINK_COLLECTED" });
    await collected.confirm("Ida");
    await t.throwsAsync(reissue(core, claimed.reference), { code: "LINK_COLLECTED" });

    const revoked = await dispatch(core);
    await revokeLink(core, { reference: revoked.reference, reason: "SENDER", actor: ACTOR });
    await t.throwsAsync(reissue(core, revoked.reference), { code: "LINK_CLOSED" });
    const twice = await t.throwsAsync(reissue(core, locked.reference), { code: "LINK_CLOSED" });
    t.regex(String(twice), /issued again before, as REF-/);

    const lapsing = await dispatch(core);
    await collect(core, lapsing.link, lapsing.pin);
    wait(x, 2 * DAY);
    await x.exchange.sweep();
    t.deepEqual((await reissue(core, lapsing.reference)).superseded, {
      reference: lapsing.reference,
      disclosed: true,
    });

    const expired = await dispatch(core);
    wait(x, 8 * DAY);
    await x.exchange.sweep();
    t.is((await reissue(core, expired.reference)).state, "open");
    await pullEvents(core);
    t.is((await showLink(db, expired.reference)).state, "superseded");
    // An end that is told late changes nothing about it.
    t.like(await showLink(db, lapsing.reference), {
      state: "superseded",
      disclosure: "was disclosed",
    });
  },
);

onEveryDatabase(
  "an uncertain link can be issued again, and stays counted as disclosed",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    wait(x, 8 * DAY);
    t.is(await markUncertain(core), 1);
    const fresh = await reissue(away(core), reference);
    t.deepEqual(fresh.superseded, { reference, disclosed: true });
    t.like(await showLink(db, reference), { state: "superseded", disclosed: true });
  },
);

onEveryDatabase(
  "a link of which the recipient was forgotten is not issued again",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await db("links").where({ reference }).update({ recipient: null });
    await t.throwsAsync(reissue(core, reference), { code: "LINK_FORGOTTEN" });
    await db("links").where({ reference }).update({ recipient: "Haus 4" });
    await db("link_meters").delete();
    await t.throwsAsync(reissue(core, reference), { code: "LINK_FORGOTTEN" });
    t.is((await showLink(db, reference)).state, "open");
  },
);

onEveryDatabase(
  "(abuse 30) another customer's link looks unknown, to show, re-issue and revoke",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await t.throwsAsync(reissue(core, reference, "cus_2"), { code: "LINK_UNKNOWN" });
    await t.throwsAsync(showLink(db, reference, "cus_2"), { code: "LINK_UNKNOWN" });
    const wanted = { reference, reason: "SENDER", actor: ACTOR, customer: "cus_2" };
    await t.throwsAsync(revokeLink(core, wanted), { code: "LINK_UNKNOWN" });
    t.is((await showLink(db, reference)).state, "open");
  },
);

onEveryDatabase(
  "two re-issues of one link at the same time: one wins, the other makes no link",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    const settled = await Promise.allSettled([reissue(core, reference), reissue(core, reference)]);
    t.deepEqual(settled.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    t.is((await db("links")).length, 2);
    t.is((await db("link_meters")).length, 2);
  },
);

onEveryDatabase(
  "superseded while the exchange is away: the end waits, and past expiry it counts as disclosed",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference, link, pin } = await dispatch(core);
    await pullEvents(core);
    await reissue(away(core), reference);
    // Nobody has told the exchange: the old link still opens, and the core hears of it.
    const waiting = await db("link_outbox").orderBy("kind");
    t.deepEqual(
      waiting.map(({ kind }) => kind),
      ["delete", "put"],
    );
    await collect(core, link, pin);
    await pullEvents(core);
    t.like(await showLink(db, reference), { state: "superseded", disclosed: true });

    const silent = await dispatch(core);
    await pullEvents(core);
    await reissue(away(core), silent.reference);
    wait(x, 7 * DAY + 2 * 3_600_000);
    t.true((await markUncertain(core)) >= 1);
    t.like(await showLink(db, silent.reference), {
      state: "superseded",
      disclosure: "treat as disclosed, nobody can say whether it was collected",
    });
    // Acknowledged at last: the chain shows that nobody came.
    await pushOutbox(core);
    await pullEvents(core);
    t.false((await showLink(db, silent.reference)).disclosed);
  },
);

onEveryDatabase(
  "a new link waits until the exchange has ended the old one, whatever is due first",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const old = await dispatch(core);
    const second = await reissue(away(core), old.reference);
    const third = await reissue(away(core), second.reference);
    t.deepEqual([second.state, third.state], ["draft", "draft"]);
    // The ends were put off further than the package, as after some failures.
    const later = new Date(x.clock.now.getTime() + 60_000).toISOString();
    const postponed = await db("link_outbox").where({ kind: "delete" }).update({ next_at: later });
    t.is(postponed, 2);
    wait(x, 30_000);
    t.deepEqual(await pushOutbox(core), { pushed: 0, failed: 0 });
    t.is((await showLink(db, third.reference)).state, "draft");
    wait(x, 60_000);
    for (let round = 0; round < 3; round++) {
      await pushOutbox(core);
    }
    t.is((await showLink(db, third.reference)).state, "open");
    await t.throwsAsync(collect(core, old.link, old.pin), { code: "LINK_REVOKED" });
    t.is((await collect(core, third.link, third.pin)).bundle!.meters.length, 3);
  },
);

onEveryDatabase(
  "a claim that races a re-issue: whoever gets the old package is counted, whoever wins",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    for (let round = 0; round < 4; round++) {
      const { reference, link, pin } = await dispatch(core);
      const [claimed, issued] = await Promise.allSettled([
        collect(core, link, pin),
        reissue(core, reference),
      ]);
      await pullEvents(core);
      const shown = await showLink(db, reference);
      // The end may come between a claim and its answer: then nobody has it, and it is counted.
      t.true(shown.disclosed || claimed.status === "rejected");
      const { superseded } = issued.status === "fulfilled" ? issued.value : {};
      t.is(superseded?.disclosed ?? true, shown.disclosed);
      t.is(shown.state, issued.status === "fulfilled" ? "superseded" : "claimed");
      await t.throwsAsync(collect(core, link, pin));
    }
  },
);
