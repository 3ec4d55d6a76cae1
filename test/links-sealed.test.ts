import { generateIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import type { Knex } from "../src/db/open.ts";
import { openDatabase } from "../src/db/open.ts";
import { enrolling } from "./support/enrolling.ts";
import { resumeService } from "./support/service.ts";

test("whoever writes the table of links changes neither recipient nor meters of a re-issue", async (t) => {
  const e = await enrolling(t, "sqlite");
  const add = async () => {
    const age = await identityToRecipient(await generateIdentity());
    const { id, fingerprint } = (await e.add({ age })).body;
    await e.confirm(id, fingerprint);
    return id as string;
  };
  const [theirs, another] = [await add(), await add()];
  const { reference } = (await e.link(theirs)).body;
  const { config } = e.service;
  await e.service.stop();
  const edit = async <T>(work: (db: Knex) => Promise<T>) => {
    const db = openDatabase(coreDatabase(config));
    return await work(db).finally(() => db.destroy());
  };
  const link = await edit((db) => db("links").where({ reference }).first());
  const changes: Readonly<Record<string, unknown>>[] = [
    { enrolled: null },
    { enrolled: another },
    { recipient: "Somebody" },
    { purpose: "another order" },
    { expires_at: new Date(Date.now() + 80 * 86_400_000).toISOString() },
    { seal: null },
    { seal: Buffer.alloc(32) },
  ];
  for (const change of changes) {
    await edit((db) => db("links").where({ reference }).update(change));
    const service = await resumeService(t, config);
    const answer = await service.call("POST", `/v1/links/${reference}/reissue`, e.custodian, {});
    t.like(answer.body, { code: "LINK_CHANGED", status: 409 }, Object.keys(change).join());
    t.is((await service.call("GET", "/v1/links", e.custodian)).body.items.length, 1);
    await service.stop();
    const { enrolled, recipient, purpose, expires_at, seal } = link;
    await edit((db) => db("links").update({ enrolled, recipient, purpose, expires_at, seal }));
  }
  const { access_set } = await edit((db) => db("link_meters").first());
  await edit((db) => db("link_meters").update({ access_set: "[[[1,1]]]" }));
  let service = await resumeService(t, config);
  const path = `/v1/links/${reference}/reissue`;
  t.is((await service.call("POST", path, e.custodian, {})).body.code, "LINK_CHANGED");
  await service.stop();

  // As it was, it is issued again, and still for its recipient's key alone.
  await edit((db) => db("link_meters").update({ access_set }));
  service = await resumeService(t, config);
  const fresh = await service.call("POST", path, e.custodian, {});
  t.is(fresh.status, 201, fresh.text);
  const shown = `/v1/links/${fresh.body.reference}`;
  t.is((await service.call("GET", shown, e.custodian)).body.enrolled, theirs);
});
