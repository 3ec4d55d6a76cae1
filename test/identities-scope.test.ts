/**
 * Who may see and change identities, and identities from before there was a table for them.
 *
 * @module
 */
import test from "ava";
import { ROLES, type Role } from "../src/access/roles.ts";
import { clearSealedColumns } from "../src/access/token-row.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { newSalt } from "../src/activity/entries/salted.ts";
import { createLogger } from "../src/base/logger.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { openCore } from "../src/programs/open-core.ts";
import { placesOf } from "./support/all-rows.ts";
import { databaseKinds } from "./support/databases.ts";
import { find, NAME, nameInList, PURPOSE, path, verify } from "./support/person.ts";
import { type Parsed, resumeService, startService } from "./support/service.ts";

const PRUNES = "/v1/activity/prunes";
const ADMIN: readonly Role[] = ["admin"];
const ROUTES: readonly (readonly [string, string, number, readonly Role[], unknown?])[] = [
  ["GET", find("x"), 200, ADMIN],
  ["GET", path("none"), 404, ADMIN],
  ["GET", path("none", "export"), 404, ADMIN],
  ["PATCH", path("none"), 404, ADMIN, { name: "x" }],
  ["POST", path("none", "restrict"), 404, ADMIN],
  ["POST", path("none", "release"), 404, ADMIN],
  ["DELETE", path("none"), 404, ADMIN],
  ["GET", PRUNES, 200, ["officer", "auditor"]],
  ["POST", PRUNES, 409, ["officer"], {}],
  ["POST", `${PRUNES}/none/approve`, 404, ["officer", "auditor"]],
];

for (const kind of databaseKinds()) {
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
    const nameless = (await service.token("auditor", one)).slice(3, 29);
    const named = await service.call("PATCH", path(nameless), scoped, { name: "Bo" });
    t.is(named.body.data.name, "Bo", "a token without a name can be given one");
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

  test(`identities and pruning are for the roles that the table names (${kind})`, async (t) => {
    const service = await startService(t, kind);
    for (const role of ROLES) {
      const token = await service.token(role);
      for (const [method, route, status, roles, body] of ROUTES) {
        const answer = await service.call(method, route, token, body);
        t.is(answer.status, roles.includes(role) ? status : 403, `${role} ${method} ${route}`);
      }
    }
  });
}
