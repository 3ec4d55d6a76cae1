import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ResumeState } from "../src/handover/collect/resume.ts";
import { pushOutbox } from "../src/handover/exchange/outbox.ts";
import { pullEvents } from "../src/handover/exchange/pull.ts";
import { listLinks, showLink } from "../src/handover/links/list.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { issuerFingerprint } from "../src/handover/protocol/package.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { ACTOR, bothZones, collect } from "./support/zones.ts";

onEveryDatabase("a link goes the whole way, and the log tells it", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const { link, pin, reference, issuer, state } = await dispatch(core);
  t.is(state, "open");
  t.regex(reference, /^REF-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$/);
  t.is(issuer, issuerFingerprint(x.sealer.issuer));
  t.is((await db("link_outbox")).length, 0);
  let shown = "";
  const collected = await collect(core, link, pin, {
    issuer,
    pin: (waiting) => {
      shown = waiting.to;
      return pin;
    },
  });
  t.is(shown, "Haus 4 GmbH");
  t.true(collected.pinned);
  const { delivery, meters, format, version } = collected.bundle!;
  t.deepEqual([format, version], ["meterseal-keys", 1]);
  t.deepEqual(Object.keys(delivery), [
    "reference",
    "customer",
    "to",
    "purpose",
    "createdAt",
    "checkpoint",
  ]);
  t.is(delivery.reference, reference);
  t.is(meters[0]?.keys[0]?.value, x.sealer.secrets()["key"]?.toString("hex"));
  await collected.confirm("Ida Clerk");
  t.deepEqual(await pullEvents(core), { events: 4, trusted: true });
  t.deepEqual(await pullEvents(core), { events: 0, trusted: true });
  t.deepEqual(await core.actions(), [
    "link.dispatched",
    "link.opened_for_collection",
    "link.opened",
    "link.claimed",
    "link.confirmed",
  ]);
  const view = await showLink(db, reference);
  t.is(view.state, "confirmed");
  t.true(view.disclosed);
  const [dispatched] = await core.entries();
  const { keys, count, parts } = dispatched?.fields ?? {};
  t.deepEqual(
    { keys, count, parts },
    {
      keys: [
        [17, 1],
        [1, 1],
        [4, 2],
      ],
      count: 3,
      parts: 1,
    },
  );
  const log = JSON.stringify(await core.entries());
  for (const hidden of ["Haus 4", "4711", "Ida", "KAM-", link.slice(-43), pin]) {
    t.false(log.includes(hidden), hidden);
  }
});

onEveryDatabase(
  "no durable entry, no release: nothing leaves when the log refuses",
  async (t, db, location) => {
    const { x, outside, core } = await bothZones(t, db, location);
    const activity = { ...core.activity, commit: () => Promise.reject(new Error("full")) };
    await t.throwsAsync(dispatch({ ...core, activity }), { message: "full" });
    t.is((await outside("mailboxes")).length, 0);
    t.is((await db("links")).length, 0);
    t.is(x.lines.length, 0);
  },
);

onEveryDatabase(
  "an exchange that is away leaves a draft, pushed when it is back",
  async (t, db, location) => {
    const { x, outside, core } = await bothZones(t, db, location);
    const away = { ...core, exchange: { ...core.exchange, intakeUrl: "http://127.0.0.1:9" } };
    const { reference, link, pin, state } = await dispatch(away);
    t.is(state, "draft");
    t.deepEqual(await pushOutbox(core), { pushed: 0, failed: 0 });
    x.clock.now = new Date(x.clock.now.getTime() + 10_000);
    const insecure = { ...core, exchange: { ...core.exchange, intakeUrl: "http://10.0.0.1:9" } };
    t.deepEqual(await pushOutbox(insecure), { pushed: 0, failed: 1 });
    t.is((await db("link_outbox").first()).last_code, "INSECURE_URL");
    x.clock.now = new Date(x.clock.now.getTime() + 10_000);
    t.deepEqual(await pushOutbox(core), { pushed: 1, failed: 0 });
    t.is((await showLink(db, reference)).state, "open");
    t.is((await outside("mailboxes")).length, 1);
    t.is((await collect(core, link, pin)).bundle!.meters.length, 3);
  },
);

onEveryDatabase(
  "abuse case 3: an answer lost on the way costs nothing",
  async (t, db, location) => {
    const { x, outside, core } = await bothZones(t, db, location);
    let lost = 0;
    const proxy = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) {
        chunks.push(chunk as Buffer);
      }
      const reply = await x.post(req.url ?? "", Buffer.concat(chunks).toString());
      if (req.url === "/x/claim" && lost++ < 2) {
        res.writeHead(200, { "content-length": reply.text.length });
        res.write(reply.text.slice(0, 100), () => res.destroy());
        return;
      }
      res.writeHead(reply.status, { "content-type": "application/json" }).end(reply.text);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    t.teardown(() => proxy.close());
    const publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { link, pin } = await dispatch({ ...core, exchange: { ...core.exchange, publicUrl } });
    const collected = await collect(core, link, pin);
    await collected.confirm("Ida");
    t.is(lost, 3);
    const rows: { body: string }[] = await outside("events");
    t.is(rows.filter(({ body }) => body.includes('"link.claimed"')).length, 1);
  },
);

onEveryDatabase("refusals reach the customer by their code", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const one = await dispatch(core);
  const two = await dispatch(core);
  const error = await t.throwsAsync(collect(core, one.link, two.pin), { code: "PIN_WRONG" });
  t.regex(String(error), /tries left: 4/);
  await t.throwsAsync(collect(core, one.link, "K7QF-3M9X-0"), { code: "PIN_FORMAT" });
  await t.throwsAsync(collect(core, one.link, one.pin, { issuer: "AAAA" }), {
    code: "ISSUER_MISMATCH",
  });
  await t.throwsAsync(collect(core, one.link, one.pin), { code: "LINK_COLLECTED" });
  const unknown = `${one.link.slice(0, -43)}${toBase64url(new Uint8Array(32))}`;
  await t.throwsAsync(collect(core, unknown, one.pin), { code: "LINK_UNKNOWN" });
  await t.throwsAsync(collect(core, one.link.slice(0, -43), one.pin), { code: "LINK_FORMAT" });
  await revokeLink(core, { reference: two.reference, reason: "SENDER", actor: ACTOR });
  await t.throwsAsync(collect(core, two.link, two.pin), { code: "LINK_REVOKED" });
  const gone = two.link.replace(/:\d+/, ":9");
  await t.throwsAsync(collect(core, gone, two.pin), { code: "EXCHANGE_UNAVAILABLE" });
  const late = await dispatch(core);
  x.clock.now = new Date(x.clock.now.getTime() + 8 * 86_400_000);
  await t.throwsAsync(collect(core, late.link, late.pin), { code: "LINK_EXPIRED" });
});

onEveryDatabase("a broken-off collection resumes with its stored keys", async (t, db, location) => {
  const { core } = await bothZones(t, db, location);
  const { link, pin } = await dispatch(core);
  let stored: ResumeState | null = null;
  const store = (state: ResumeState) => {
    stored = JSON.parse(JSON.stringify(state));
    return Promise.resolve();
  };
  const first = await collect(core, link, pin, { store });
  const second = await collect(core, link, pin, { resume: stored });
  t.deepEqual(second.bundle, first.bundle);
  await second.confirm("Ida");
  const other = await dispatch(core);
  await t.throwsAsync(collect(core, other.link, other.pin, { resume: stored }), {
    code: "RESUME_FORMAT",
  });
  await t.throwsAsync(collect(core, other.link, other.pin, { resume: {} }), {
    code: "RESUME_FORMAT",
  });
});

onEveryDatabase(
  "abuse case 28: lists name links, never what opens them",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const made = [];
    for (let i = 0; i < 3; i++) {
      made.push(await dispatch(core, { customer: `cus_${i % 2}` }));
    }
    const page = await listLinks(db, { limit: 2 });
    const rest = await listLinks(db, {
      limit: 2,
      ...(page.next === null ? {} : { after: page.next }),
    });
    t.deepEqual(
      [...page.items, ...rest.items].map((i) => i.reference),
      made.map((m) => m.reference),
    );
    t.is(rest.next, null);
    t.is((await listLinks(db, { customer: "cus_1" })).items.length, 1);
    await t.throwsAsync(showLink(db, made[0]?.reference ?? "", "cus_1"), { code: "LINK_UNKNOWN" });
    const text = JSON.stringify([page, rest]);
    for (const row of await db("links")) {
      for (const form of [toBase64url(row.link_id), row.link_id.toString("hex")]) {
        t.false(text.includes(form));
      }
    }
    t.true(made.every(({ link, pin }) => !text.includes(link.slice(-43)) && !text.includes(pin)));
  },
);

onEveryDatabase("neither side follows a redirect", async (t, db, location) => {
  const { x, core } = await bothZones(t, db, location);
  const { link, pin } = await dispatch(core);
  const server = createServer((_req, res) => res.writeHead(307, { location: x.url }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const moved = link.replace(x.url, url);
  await t.throwsAsync(collect(core, moved, pin), { code: "EXCHANGE_UNAVAILABLE" });
  const exchange = { ...core.exchange, intakeUrl: url };
  await t.throwsAsync(pullEvents({ ...core, exchange }), { code: "EXCHANGE_UNAVAILABLE" });
});
