import { generateIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { readCertificate } from "../src/handover/recipients/key.ts";
import { requireRecipient } from "../src/handover/recipients/recipients.ts";
import { recipientView } from "../src/handover/recipients/view.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { createCertificate } from "./support/certificates.ts";
import { enrolling, innerFor } from "./support/enrolling.ts";
import { type Parsed, resumeService, type Service } from "./support/service.ts";

test("nothing goes to a recipient that nobody else has confirmed, or that is retired", async (t) => {
  const e = await enrolling(t, "sqlite");
  const age = await identityToRecipient(await generateIdentity());
  const { id, fingerprint } = (await e.add({ age })).body;
  t.like((await e.link(id)).body, { code: "RECIPIENT_UNCONFIRMED", status: 409 });
  t.is((await e.confirm(id, fingerprint, e.custodian)).body.code, "SAME_ACTOR");
  const wrong = `0000${fingerprint.slice(4)}`;
  t.is((await e.confirm(id, wrong)).body.code, "FINGERPRINT_MISMATCH");
  t.is((await e.link(id)).body.code, "RECIPIENT_UNCONFIRMED");
  const spoken = fingerprint.replaceAll("-", " ").toLowerCase();
  t.is((await e.confirm(id, spoken)).body.state, "confirmed");
  const stranger = await e.service.token("officer", await e.service.customer("Other"));
  t.is((await e.confirm(id, fingerprint, stranger)).body.code, "RECIPIENT_UNKNOWN");
  const path = `/v1/recipients/${id}`;
  t.is((await e.service.call("DELETE", path, e.custodian)).body.state, "retired");
  t.is((await e.link(id)).body.code, "RECIPIENT_RETIRED");
  t.is((await e.confirm(id, fingerprint)).body.code, "RECIPIENT_RETIRED");
  t.is((await e.link("rcp_0000000000000000000000")).body.code, "RECIPIENT_UNKNOWN");
});

test("weak, expired and private keys are refused, and nothing of them is told", async (t) => {
  const e = await enrolling(t, "sqlite");
  const strong = await createCertificate("P-256");
  const weak = await createCertificate("RSA-1024");
  const p521 = await createCertificate("P-521");
  const identity = await generateIdentity();
  const cases = [
    [{ certificate: weak.certificate }, "RECIPIENT_KEY"],
    [{ certificate: p521.certificate }, "RECIPIENT_KEY"],
    [{ rsa: weak.publicKey }, "RECIPIENT_KEY"],
    [{ rsa: strong.publicKey }, "RECIPIENT_KEY"],
    [{ rsa: strong.privateKey }, "PRIVATE_KEY"],
    [{ certificate: strong.privateKey }, "PRIVATE_KEY"],
    [{ age: identity }, "PRIVATE_KEY"],
    [{ age: `# created: 2026-01-01\n${identity}\n` }, "PRIVATE_KEY"],
    [
      { age: "age1tag1qwe0kafsjrar4txm6heqnhpfuggzr0gvznz7fvygxrlq90u5mq2pysxtw6h" },
      "RECIPIENT_KEY",
    ],
    [{ age: `${await identityToRecipient(identity)}q` }, "RECIPIENT_KEY"],
    [{ age: "age1x", rsa: strong.publicKey }, "BAD_REQUEST"],
    [{}, "BAD_REQUEST"],
  ] as const;
  for (const [key, code] of cases) {
    const answer = await e.add(key);
    t.is(answer.body.code, code, JSON.stringify(Object.keys(key)));
    t.is(answer.status, 400);
    t.false(answer.text.includes(identity) || answer.text.includes("BEGIN"));
  }
  t.is((await e.service.call("GET", "/v1/recipients", e.custodian)).body.items.length, 0);
});

test("a certificate counts from its first instant to its last, and nothing is sealed after it", async (t) => {
  const { certificate } = await createCertificate("P-256");
  const { expiresAt } = readCertificate(certificate, new Date());
  const end = Date.parse(expiresAt ?? "");
  t.notThrows(() => readCertificate(certificate, new Date(end - 1)));
  for (const when of [new Date(end), new Date(Date.now() - 86_400_000)]) {
    t.throws(() => readCertificate(certificate, when), { code: "CERTIFICATE_TIME" });
  }
  const e = await enrolling(t, "sqlite");
  const { added } = await innerFor(t, e, { certificate });
  const db = openDatabase(coreDatabase(e.service.config));
  t.teardown(() => db.destroy());
  const row = await db("recipients").first();
  const clock = { now: new Date(end - 1) };
  const deps = {
    db,
    keystore: { mac: async () => row.seal, importRecipientKek: () => Promise.reject(new Error()) },
    activity: { commit: () => Promise.reject(new Error()) },
    clock: () => clock.now,
    retired: new Set<string>(),
  };
  t.is((await requireRecipient(deps, e.customer, added.id)).id, added.id);
  clock.now = new Date(end);
  await t.throwsAsync(requireRecipient(deps, e.customer, added.id), { code: "RECIPIENT_EXPIRED" });
  t.is(recipientView(deps, row).state, "expired");
});

test("a row that the database was given, or given back, opens no way out", async (t) => {
  const e = await enrolling(t, "sqlite");
  const [mine, theirs] = await Promise.all([generateIdentity(), generateIdentity()]);
  const added = (await e.add({ age: await identityToRecipient(mine) })).body;
  await e.confirm(added.id, added.fingerprint);
  const { config } = e.service;
  await e.service.stop();
  const edit = async (work: (db: ReturnType<typeof openDatabase>) => Promise<unknown>) => {
    const db = openDatabase(coreDatabase(config));
    await work(db);
    await db.destroy();
  };
  let before: Parsed;
  await edit(async (db) => {
    before = await db("recipients").first();
    await db("recipients").update({ key: Buffer.from(await identityToRecipient(theirs)) });
  });
  const report = await verifyDataDirectory(config, {}, () => undefined);
  t.deepEqual(
    report.problems.map(({ code }) => code),
    ["RECIPIENT_CHANGED"],
  );
  let service: Service = await resumeService(t, config);
  const order = { customer: e.customer, all: true, to: "C", purpose: "p", recipient: added.id };
  const link = () => service.call("POST", "/v1/links", e.custodian, order);
  t.like((await link()).body, { code: "RECIPIENT_CHANGED", status: 409 });
  await service.stop();

  await edit((db) => db("recipients").update(before));
  service = await resumeService(t, config);
  t.is((await link()).status, 201);
  t.is((await service.call("DELETE", `/v1/recipients/${added.id}`, e.officer)).status, 200);
  await service.stop();
  await edit((db) => db("recipients").update(before));
  service = await resumeService(t, config);
  t.like((await link()).body, { code: "RECIPIENT_RETIRED", status: 409 });
});

test("the log names recipient, kind and fingerprint, and never the name", async (t) => {
  const e = await enrolling(t, "sqlite");
  const age = await identityToRecipient(await generateIdentity());
  const { added } = await innerFor(t, e, { age });
  const auditor = await e.service.token("auditor");
  const log = (await e.service.call("GET", "/v1/activity?limit=1000", auditor)).body.items;
  const named = (action: string) =>
    log.map(({ entry }: Parsed) => entry).find((entry: Parsed) => entry.action === action);
  for (const action of ["recipient.added", "recipient.confirmed"]) {
    t.like(named(action), { recipient: added.id, kind: "age", fingerprint: added.fingerprint });
  }
  t.like(named("link.dispatched"), {
    recipient: added.id,
    recipientKind: "age",
    recipientFingerprint: added.fingerprint,
  });
  t.false(JSON.stringify(log).includes("Head-end"));
});
