/**
 * One person's rights: found, shown, corrected, restricted, exported, erased; the log stays whole.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import test, { type ExecutionContext } from "ava";
import { clearSealedColumns } from "../src/access/token-row.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { newSalt } from "../src/activity/entries/salted.ts";
import { createLogger } from "../src/base/logger.ts";
import { coreDatabase, exchangeDirectory } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { openCore } from "../src/programs/open-core.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { placesOf } from "./support/all-rows.ts";
import { databaseKinds } from "./support/databases.ts";
import { enrolling } from "./support/enrolling.ts";
import { isProven } from "./support/proven.ts";
import { type Parsed, resumeService, type Service, startService } from "./support/service.ts";

const NAME = "Erika Unverwechselbar";
const PURPOSE = "Ablesung Goethestraße 7";
const path = (id: string, ...more: string[]) => ["/v1/identities", id, ...more].join("/");
const find = (text: string) => `/v1/identities?text=${encodeURIComponent(text)}`;

for (const kind of databaseKinds()) {
  test(`a token: what one person may ask for, until nobody knows who it was (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { admin } = service;
    const wanted = { role: "auditor", name: NAME, purpose: PURPOSE };
    const { token, id } = (await service.call("POST", "/v1/tokens", admin, wanted)).body;
    t.is((await service.call("GET", "/v1/activity", token)).status, 200);
    // Leaves entries of its own acts: the purpose's hash is in them.
    t.is((await service.call("GET", find("x"), token)).body.code, "FORBIDDEN");
    const auditor = await service.token("auditor");
    const proofs = await proofsOf(service, auditor);
    t.true(proofs.some(({ entry }) => JSON.parse(entry).purpose !== null));

    const { items } = (await service.call("GET", find("unverwechsel"), admin)).body;
    t.deepEqual(
      items.map((item: Parsed) => [item.id, item.kind, item.data]),
      [[id, "token", { name: NAME, purpose: PURPOSE }]],
    );
    const shown = (await service.call("GET", path(id), admin)).body;
    t.like(shown, { data: { name: NAME }, isLive: true, restrictedAt: null, erasedAt: null });
    t.is(shown.log.by.entries, 1);
    t.true(shown.log.about.entries >= 1);
    const corrected = await service.call("PATCH", path(id), admin, { name: `${NAME}-Neu` });
    t.is(corrected.body.data.name, `${NAME}-Neu`);
    t.is(await nameInList(service, auditor, id), `${NAME}-Neu`);

    t.truthy((await service.call("POST", path(id, "restrict"), admin)).body.restrictedAt);
    t.is((await service.call("GET", "/v1/activity", token)).body.code, "TOKEN_RESTRICTED");
    t.is(await nameInList(service, auditor, id), null);
    t.is(await nameInList(service, admin, id), `${NAME}-Neu`);
    const own = path(admin.slice(3, 29), "restrict");
    t.is((await service.call("POST", own, admin)).body.code, "OWN_TOKEN");
    t.is((await service.call("POST", path(id, "release"), admin)).body.restrictedAt, null);
    t.is((await service.call("GET", "/v1/activity", token)).status, 200);
    const exported = (await service.call("GET", path(id, "export"), admin)).body;
    t.like(exported, { form: "meterseal-identity", version: 1, data: { purpose: PURPOSE } });

    t.is((await service.call("DELETE", path(id), admin)).body.code, "TOKEN_LIVE");
    t.is((await service.call("DELETE", `/v1/tokens/${id}`, admin)).status, 200);
    const erased = (await service.call("DELETE", path(id), admin)).body;
    t.deepEqual(erased.data, { name: null, purpose: null });
    t.truthy(erased.erasedAt);
    const again = await service.call("PATCH", path(id), admin, { name: NAME });
    t.is(again.body.code, "IDENTITY_ERASED");
    t.deepEqual((await service.call("GET", find(NAME), admin)).body.items, []);

    const { body } = await service.call("GET", "/v1/activity?limit=1000", auditor);
    const acts = body.items.flatMap(({ entry }: Parsed) =>
      entry.action.startsWith("identity.") ? [entry.action] : [],
    );
    t.deepEqual(
      new Set(acts),
      new Set(
        ["read", "corrected", "restricted", "released", "exported", "erased"].map(
          (verb) => `identity.${verb}`,
        ),
      ),
    );
    await isNowhere(t, service, [NAME, PURPOSE, "Goethestra"]);
    const vkey = (await service.call("GET", "/log/vkey", auditor)).text;
    const after = await proofsOf(service, auditor);
    t.deepEqual(
      after.map(({ entry }) => entry),
      proofs.map(({ entry }) => entry),
    );
    for (const proof of [...proofs, ...after]) {
      t.true(isProven(proof, vkey), `entry ${proof.index} at size ${proof.size}`);
    }
    await service.stop();
    await isNowhere(t, service, [NAME, PURPOSE, "Goethestra"]);
    t.deepEqual((await verify(service)).problems, []);
  });

  test(`a link: who was to receive it and who signed are erased, at the exchange too (${kind})`, async (t) => {
    const e = await enrolling(t, kind);
    const { service, customer, custodian } = e;
    const { admin } = service;
    const wanted = { customer, all: true, to: NAME, purpose: PURPOSE };
    const link = (await service.call("POST", "/v1/links", custodian, wanted)).body;
    const { reference } = link;
    t.is((await service.call("DELETE", path(reference), admin)).body.code, "LINK_LIVE");
    const collected = await collectLink({
      link: link.link,
      pin: () => link.pin,
      issuer: link.issuer,
      clock: () => new Date(),
    });
    await collected.confirm(`${NAME} selbst`);
    const url = `/v1/links/${reference}`;
    for (let left = 200; left > 0; left--) {
      if ((await service.call("GET", url, admin)).body.state === "confirmed") {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const shown = (await service.call("GET", path(reference), admin)).body;
    t.deepEqual(shown.data, { name: NAME, purpose: PURPOSE, receiptName: `${NAME} selbst` });
    await service.call("POST", path(reference, "restrict"), admin);
    t.like((await service.call("GET", url, custodian)).body, { to: null, purpose: null });
    t.is((await service.call("GET", url, admin)).body.to, NAME);
    const reissue = () => service.call("POST", `${url}/reissue`, custodian, {});
    t.is((await reissue()).body.code, "LINK_RESTRICTED");
    await service.call("POST", path(reference, "release"), admin);

    t.true((await placesIn(service, NAME)).includes("links.recipient"));
    t.true((await placesIn(service, NAME)).includes("mailboxes.header"));
    const erased = (await service.call("DELETE", path(reference), admin)).body;
    t.deepEqual(erased.data, { name: null, purpose: null, receiptName: null });
    t.like((await service.call("GET", url, custodian)).body, { to: null, state: "confirmed" });
    t.is((await reissue()).body.code, "LINK_COLLECTED");
    await isNowhere(t, service, [NAME, "Goethestra"]);
    await service.stop();
    t.deepEqual((await verify(service)).problems, []);
    await (await resumeService(t, service.config)).stop();
  });

  test(`a recipient: its name and its key are erased, its fingerprint stays (${kind})`, async (t) => {
    const e = await enrolling(t, kind);
    const { service } = e;
    const age = await identityToRecipient(await generateIdentity());
    const { id, fingerprint } = (await e.add({ age, name: NAME })).body;
    await e.confirm(id, fingerprint);
    t.is((await service.call("GET", find(NAME), service.admin)).body.items[0].id, id);
    const renamed = await service.call("PATCH", path(id), service.admin, { name: "E. U." });
    t.is(renamed.body.data.name, "E. U.");
    t.is((await e.link(id)).status, 201, "the row's seal holds after a correction");
    await service.call("POST", path(id, "restrict"), service.admin);
    t.is((await e.link(id)).body.code, "RECIPIENT_RESTRICTED");
    t.is((await service.call("DELETE", path(id), service.admin)).body.code, "RECIPIENT_LIVE");
    await service.call("DELETE", `/v1/recipients/${id}`, e.custodian);
    const erased = (await service.call("DELETE", path(id), service.admin)).body;
    t.deepEqual(erased.data, { name: null, publicKey: null });
    t.is(erased.facts.fingerprint, fingerprint);
    await isNowhere(t, service, [NAME, "E. U.", age]);
    await service.stop();
    t.deepEqual((await verify(service)).problems, []);
  });

  test(`an admin of one customer sees nobody else's people (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const [one, two] = [await service.customer("One"), await service.customer("Two")];
    const make = async (customer?: string) => {
      const wanted = {
        role: "auditor",
        name: NAME,
        ...(customer === undefined ? {} : { customer }),
      };
      return (await service.call("POST", "/v1/tokens", service.admin, wanted)).body.id;
    };
    const [mine, other, all] = [await make(one), await make(two), await make()];
    const scoped = await service.token("admin", one);
    const { items } = (await service.call("GET", find(NAME), scoped)).body;
    t.deepEqual(
      items.map((item: Parsed) => item.id),
      [mine],
    );
    for (const id of [other, all, "tok_0000000000000000000000", "nobody"]) {
      for (const [method, ...more] of [["GET"], ["DELETE"], ["POST", "restrict"]] as const) {
        const answer = await service.call(method, path(id, ...more), scoped);
        t.is(answer.body.code, "IDENTITY_UNKNOWN", `${method} ${id}`);
      }
    }
    for (const role of ["auditor", "officer", "custodian"] as const) {
      const token = await service.token(role);
      t.is((await service.call("GET", path(mine), token)).body.code, "FORBIDDEN");
    }
  });

  test(`tokens of a release before move into sealed identities at the start (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const wanted = { role: "auditor", name: NAME, purpose: PURPOSE };
    const make = async () => (await service.call("POST", "/v1/tokens", service.admin, wanted)).body;
    const [kept, tampered] = [await make(), await make()];
    await service.stop();
    const core = await openCore(service.config, createLogger("core", "error"));
    for (const { id } of [kept, tampered]) {
      const row = await core.db("tokens").where({ id }).first();
      const clear = { ...row, name: NAME, purpose: PURPOSE, purpose_salt: Buffer.from(newSalt()) };
      const seal = await core.keystore.mac("access", clearSealedColumns(clear));
      await core
        .db("tokens")
        .where({ id })
        .update({ ...clear, purpose_hash: null, seal });
      await core.db("identities").where({ id }).delete();
    }
    await core.db("tokens").where({ id: tampered.id }).update({ name: "Somebody else" });
    await core.activity.commit(async () => ({
      entries: [{ ...SYSTEM, action: "test.made", outcome: "ok" }],
      result: null,
    }));
    await core.close();

    const again = await resumeService(t, service.config);
    t.is((await again.call("GET", "/v1/activity", kept.token)).status, 200);
    t.is((await again.call("GET", "/v1/activity", tampered.token)).status, 401);
    t.is(await nameInList(again, again.admin, kept.id), NAME);
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    t.deepEqual(await placesOf(db, NAME), []);
    t.is((await db("tokens").where({ name: "Somebody else" })).length, 1);
    await again.stop();
    t.deepEqual((await verify(service)).problems, []);
  });
}

/** In no row of both databases; with SQLite, in no byte of any file. */
async function isNowhere(t: ExecutionContext, service: Service, texts: readonly string[]) {
  const { data } = service.config;
  const files = readdirSync(data, { recursive: true, encoding: "utf8" })
    .map((name) => join(data, name))
    .filter((file) => statSync(file).isFile());
  for (const text of texts) {
    const holding = files.filter((file) => readFileSync(file).includes(text));
    t.deepEqual(holding, [], text);
    t.deepEqual(await placesIn(service, text), [], text);
  }
}

/** Tables and columns of both databases in which a text stands. */
async function placesIn({ config }: Service, text: string): Promise<string[]> {
  const url = config.exchangeDatabaseUrl;
  const file = join(exchangeDirectory(config.data), "exchange.sqlite");
  const found: string[] = [];
  for (const location of [coreDatabase(config), url === undefined ? { file } : { url }]) {
    const db = openDatabase(location);
    found.push(...(await placesOf(db, text)));
    await db.destroy();
  }
  return found;
}

async function proofsOf(service: Service, auditor: string): Promise<Parsed[]> {
  const { size } = (await service.call("GET", "/v1/activity", auditor)).body;
  const indices = Array.from({ length: Math.min(size, 6) }, (_, i) => i);
  return await Promise.all(
    indices.map(async (i) => (await service.call("GET", `/v1/activity/${i}/proof`, auditor)).body),
  );
}

async function nameInList(service: Service, token: string, id: string): Promise<string | null> {
  const { items } = (await service.call("GET", "/v1/tokens?limit=1000", token)).body;
  return items.find((item: Parsed) => item.id === id)?.name;
}

function verify(service: Service) {
  return verifyDataDirectory(service.config, {}, () => undefined);
}
