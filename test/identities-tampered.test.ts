/**
 * Whoever writes the database: a restriction that is lifted there, a name that is put back, and
 * identities that are swapped.
 *
 * @module
 */
import test from "ava";
import { identityRestater, loggedIdentities } from "../src/access/identities/logged.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { migrate } from "../src/programs/open-core.ts";
import { databaseKinds, onEveryDatabase } from "./support/databases.ts";
import { NAME, nameInList, path, verify } from "./support/person.ts";
import { resumeService, startService } from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`a restriction that is lifted in the table stands, and log verify names it (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { admin } = service;
    const { token, id } = (
      await service.call("POST", "/v1/tokens", admin, { role: "auditor", name: NAME })
    ).body;
    await service.call("POST", path(id, "restrict"), admin);
    await service.stop();
    t.deepEqual((await verify(service)).problems, []);
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    for (const lift of [
      () => db("identities").where({ id }).update({ restricted_at: null }),
      () => db("identities").where({ id }).delete(),
    ]) {
      await lift();
      t.like((await verify(service)).problems, { 0: { code: "IDENTITY_CHANGED" }, length: 1 });
      const again = await resumeService(t, service.config);
      t.is((await again.call("GET", "/v1/activity", token)).body.code, "TOKEN_RESTRICTED");
      await again.stop();
    }
    const last = await resumeService(t, service.config);
    t.is((await last.call("POST", path(id, "release"), admin)).status, 200);
    t.is((await last.call("GET", "/v1/activity", token)).status, 200);
    await last.stop();
    t.deepEqual((await verify(service)).problems, []);
  });

  test(`a sealed name that is put back after its erasure is not shown and goes again (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const { admin } = service;
    const make = async (name: string) =>
      (await service.call("POST", "/v1/tokens", admin, { role: "auditor", name })).body.id;
    const id = await make(NAME);
    const other = await make("Bo");
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const kept = await db("identities").where({ id }).first();
    await service.call("DELETE", `/v1/tokens/${id}`, admin);
    t.truthy((await service.call("DELETE", path(id), admin)).body.erasedAt);

    const { wrapped, sealed } = kept;
    await db("identities").where({ id }).update({ wrapped, sealed });
    t.is(await nameInList(service, admin, id), null);
    await db("identities").where({ id: other }).update({ wrapped, sealed });
    t.is(await nameInList(service, admin, other), null, "it opens for no other id");
    await db("identities").where({ id }).delete();
    await db("identities").insert(kept);
    await service.stop();
    t.like((await verify(service)).problems, { 0: { code: "IDENTITY_CHANGED" }, length: 1 });
    const again = await resumeService(t, service.config);
    t.is(await nameInList(again, admin, id), null);
    const row = await db("identities").where({ id }).first();
    t.is(row.sealed, null);
    t.is((await again.call("PATCH", path(id), admin, { name: NAME })).body.code, "IDENTITY_ERASED");
    await again.stop();
    t.deepEqual((await verify(service)).problems, []);
  });
}

for (const kind of databaseKinds()) {
  test(`a token that was moved to another customer in the table tells its admin no name (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("One");
    const scoped = await service.token("admin", customer);
    const wanted = { role: "auditor", name: NAME };
    const { id } = (await service.call("POST", "/v1/tokens", service.admin, wanted)).body;
    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    await db("tokens").where({ id }).update({ customer });
    await db("identities").where({ id }).update({ customer });
    for (const asked of [
      "/v1/tokens?limit=1000",
      path(id),
      path(id, "export"),
      "/v1/identities?text=e",
    ]) {
      const { text } = await service.call("GET", asked, scoped);
      t.false(text.includes(NAME), asked);
    }
    const named = await service.call("PATCH", path(id), scoped, { name: "Bo" });
    t.is(named.body.code, "TOKEN_CHANGED");
    await db("tokens").where({ id }).update({ customer: null });
    t.is(await nameInList(service, service.admin, id), NAME);
  });
}

onEveryDatabase(
  "what is restricted or erased is vouched for again before a prune",
  async (t, db) => {
    await migrate(db);
    const row = { kind: "token", customer: null };
    await db("identities").insert([
      { ...row, id: "tok_a", restricted_at: "2026-01-01" },
      { ...row, id: "tok_b", erased_at: "2026-01-01" },
      { ...row, id: "tok_c" },
    ]);
    const restater = identityRestater();
    const said = [
      ["identity.restricted", "tok_a"],
      ["identity.erased", "tok_b"],
      ["identity.restricted", "tok_c"],
      ["identity.released", "tok_c"],
      ["identity.restricted", "tok_d"],
    ];
    for (const [index, [action = "", token = ""]] of said.entries()) {
      restater.visit(index, { action, token, customer: null, at: "" });
    }
    const [step, ...more] = restater.steps(4);
    t.is(more.length, 0);
    const fields = { customer: null, restricted: false, erased: false };
    const restated = await step?.(db);
    t.deepEqual(restated, [
      { action: "identity.restated", fields: { ...fields, token: "tok_a", restricted: true } },
      { action: "identity.restated", fields: { ...fields, token: "tok_b", erased: true } },
    ]);
    const { marks, visit } = loggedIdentities();
    for (const [index, { action, fields }] of (restated ?? []).entries()) {
      visit(index, { action, ...fields, at: "" });
    }
    t.like(marks.get("tok_a"), { isRestricted: true, isErased: false });
    t.like(marks.get("tok_b"), { isRestricted: false, isErased: true });
    await db("identities").where({ id: "tok_a" }).update({ restricted_at: null });
    await t.throwsAsync(async () => await step?.(db), { code: "LOG_PRUNE_AUDIT" });
  },
);
