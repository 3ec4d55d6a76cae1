import { pushOutbox } from "../src/handover/exchange/outbox.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { markUncertain } from "../src/handover/exchange/uncertain.ts";
import { showLink } from "../src/handover/links/list.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import type { TestCore } from "./support/core.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import type { TestExchange } from "./support/exchange.ts";
import { ACTOR, bothZones } from "./support/zones.ts";

const HOUR = 3_600_000;
const EXPIRY = 7 * 24 * HOUR;

function wait(x: TestExchange, milliseconds: number): void {
  x.clock.now = new Date(x.clock.now.getTime() + milliseconds);
}

/** A core whose exchange does not answer. */
function away(core: TestCore): TestCore {
  return { ...core, exchange: { ...core.exchange, intakeUrl: "http://127.0.0.1:9" } };
}

const revoke = (core: TestCore, reference: string) =>
  revokeLink(core, { reference, reason: "SENDER", actor: ACTOR });

onEveryDatabase(
  "an exchange that answers and tells of no end makes the link uncertain",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await pullEvents(core);
    // It goes on answering with its old head, signed anew.
    wait(x, EXPIRY + HOUR - 1);
    t.deepEqual(await pullEvents(core), { events: 0, trusted: true });
    t.is(await markUncertain(core), 0);
    wait(x, 2);
    t.deepEqual(await pullEvents(core), { events: 0, trusted: true });
    t.is(await markUncertain(core), 1);
    t.is(await markUncertain(core), 0);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["uncertain", true]);
  },
);

onEveryDatabase(
  "an honest exchange has told of the end, and nothing is uncertain",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    const revoked = await dispatch(core);
    await revoke(core, revoked.reference);
    wait(x, EXPIRY + 2 * HOUR);
    await x.exchange.sweep();
    await pullEvents(core);
    t.is(await markUncertain(core), 0);
    t.false((await showLink(db, reference)).disclosed);
    t.false((await showLink(db, revoked.reference)).disclosed);
  },
);

onEveryDatabase("revoking an uncertain link leaves it disclosed", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const { reference } = await dispatch(core);
  wait(x, EXPIRY + 2 * HOUR);
  await markUncertain(core);
  t.deepEqual(await revoke(away(core), reference), { disclosed: true });
  const view = await showLink(db, reference);
  t.deepEqual([view.state, view.disclosed], ["revoked", true]);
  const last = (await core.entries()).at(-1);
  t.is(last?.action, "link.revoked");
  t.deepEqual([last?.fields?.["wasClaimed"], last?.fields?.["disclosed"]], [false, true]);
  // Told late that nobody came: its end on the chain holds no claim.
  await x.exchange.sweep();
  await pullEvents(core);
  const late = await showLink(db, reference);
  t.deepEqual([late.state, late.disclosed], ["revoked", false]);
});

onEveryDatabase(
  "a link revoked while the exchange is away counts as disclosed past its expiry",
  async (t, db, location) => {
    const { x, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await pullEvents(core);
    t.deepEqual(await revoke(away(core), reference), { disclosed: false });
    wait(x, EXPIRY);
    t.is(await markUncertain(core), 0);
    wait(x, 2 * HOUR);
    t.is(await markUncertain(core), 1);
    t.is(await markUncertain(core), 0);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["revoked", true]);
    const last = (await core.entries()).at(-1);
    t.deepEqual([last?.action, last?.code], ["link.uncertain", "SILENT"]);
    // The revocation still waits; acknowledged and told of, it shows that nobody came.
    t.deepEqual(await pushOutbox(core), { pushed: 1, failed: 0 });
    await pullEvents(core);
    t.false((await showLink(db, reference)).disclosed);
  },
);

onEveryDatabase(
  "a link revoked at an exchange that has forked counts as disclosed at once",
  async (t, db, location) => {
    const { outside, core } = await bothZones(t, db, location);
    const { reference } = await dispatch(core);
    await pullEvents(core);
    await outside("events").delete();
    await outside("event_head").update({ n: 0, hash: Buffer.alloc(32) });
    t.false((await pullEvents(core)).trusted);
    await revoke(core, reference);
    t.is(await markUncertain(core), 1);
    const view = await showLink(db, reference);
    t.deepEqual([view.state, view.disclosed], ["revoked", true]);
    t.is((await core.entries()).at(-1)?.code, "FORKED");
  },
);
