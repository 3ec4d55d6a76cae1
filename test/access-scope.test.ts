/**
 * What a token of one customer learns of another one through the log, its index and what is told
 * of people: nothing.
 *
 * @module
 */
import test from "ava";
import type { Role } from "../src/access/roles.ts";
import { databaseKinds } from "./support/databases.ts";
import { ndjson, type Parsed, startService } from "./support/service.ts";

const PERSON = "Erika Unverwechselbar";
const ADDRESS = "KAM-20000001";

for (const kind of databaseKinds()) {
  test(`the log tells a token of one customer nothing of another (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const [one, two] = [await service.customer("One"), await service.customer("Two")];
    const wide = await service.token("custodian");
    for (const [customer, address] of [
      [one, "KAM-10000001"],
      [two, ADDRESS],
    ]) {
      const rows = ndjson([{ address, name: `Name ${address}` }]);
      await service.call("POST", `/v1/meters/import?customer=${customer}`, wide, rows);
    }
    const wanted = { customer: two, meters: [ADDRESS], to: PERSON, purpose: "Zweck" };
    const link = (await service.call("POST", "/v1/links", wide, wanted)).body;
    await service.call("POST", `/v1/identities/${link.reference}/restrict`, service.admin);
    const token = (role: Role) => service.token(role, one);
    const [auditor, custodian, officer] = [
      await token("auditor"),
      await token("custodian"),
      await token("officer"),
    ];
    const ask = async (path: string) => await service.call("GET", path, auditor);
    const all = (
      await service.call("GET", "/v1/activity?limit=1000", await service.token("auditor"))
    ).body.items;
    const others = all.filter(({ entry }: Parsed) => entry.customer !== one);
    t.true(others.length > 5);
    const theirs = others.find(({ entry }: Parsed) => entry.action === "link.dispatched");

    for (const query of [
      `customer=${two}`,
      `reference=${link.reference}`,
      "action=link.dispatched",
      "action=token.created&outcome=refused",
      "action=service.started",
      `actor=${theirs.entry.actor}&customer=${two}`,
      `order=desc&customer=${two}`,
    ]) {
      t.deepEqual((await ask(`/v1/activity?${query}`)).body.items, [], query);
      const filters = query.replace("order=desc&", "");
      const { series } = (await ask(`/v1/activity/timeline?by=actor&${filters}`)).body;
      t.deepEqual(series, [], query);
    }
    const unknown = (await ask("/v1/activity?meter=KAM-99999999")).text;
    t.is((await ask(`/v1/activity?meter=${ADDRESS}`)).text, unknown);
    t.is((await ask(`/v1/activity/timeline?meter=${ADDRESS}`)).text, unknown);
    t.is((await ask(`/v1/meters/${ADDRESS}/holders`)).text, unknown);

    const own = all.filter(({ entry }: Parsed) => entry.customer === one);
    for (const field of ["actor", "action", "customer", "code", "outcome"]) {
      const { items } = (await ask(`/v1/activity/terms?field=${field}`)).body;
      const counts: Record<string, number> = {};
      for (const { entry } of own) {
        counts[entry[field]] = (counts[entry[field]] ?? 0) + (entry[field] === undefined ? 0 : 1);
      }
      delete counts["undefined"];
      const told = Object.fromEntries(items.map((item: Parsed) => [item.value, item.count]));
      t.deepEqual(told, counts, field);
    }
    const none = await ask("/v1/activity/999999999");
    for (const { index } of others) {
      for (const more of ["", "/meters", "/proof", "/proof?form=tlog-proof"]) {
        const answer = await ask(`/v1/activity/${index}${more}`);
        t.is(answer.text, none.text, `${index}${more}`);
      }
    }
    t.is((await ask(`/v1/activity/${own[0].index}/proof`)).status, 200);

    t.is((await ask("/log/tile/entries/000.p/1")).body.code, "SCOPE");
    for (const path of ["/metrics", "/v1/status", "/v1/activity/prunes"]) {
      t.is((await ask(path)).body.code, "SCOPE", path);
    }
    const reindex = await service.call("POST", "/v1/activity/reindex", officer);
    t.is(reindex.body.code, "SCOPE");

    const missing = await service.call("POST", "/v1/links/REF-0000-00/reissue", custodian, {});
    const path = `/v1/links/${link.reference}/reissue`;
    t.is((await service.call("POST", path, custodian, {})).text, missing.text);
    t.is((await service.call("POST", path, wide, {})).body.code, "LINK_RESTRICTED");
  });

  test(`what is restricted is told to admins only, among the holders of a key as well (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("One");
    const custodian = await service.token("custodian");
    const rows = ndjson([{ address: ADDRESS }]);
    await service.call("POST", `/v1/meters/import?customer=${customer}`, custodian, rows);
    const wanted = { customer, meters: [ADDRESS], to: PERSON, purpose: "Zweck" };
    const { reference } = (await service.call("POST", "/v1/links", custodian, wanted)).body;
    const holder = async (token: string) =>
      (await service.call("GET", `/v1/meters/${ADDRESS}/holders`, token)).body.holders[0];
    t.like(await holder(custodian), { reference, to: PERSON, purpose: "Zweck" });
    await service.call("POST", `/v1/identities/${reference}/restrict`, service.admin);
    for (const role of ["custodian", "auditor", "officer"] as const) {
      const shown = await holder(await service.token(role));
      t.like(shown, { reference, to: null, purpose: null, receipt: null }, role);
    }
    t.is((await holder(service.admin)).to, PERSON);
  });
}
