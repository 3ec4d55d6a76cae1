/**
 * One person's rights: found, shown, corrected, restricted, exported, erased; the log stays whole.
 *
 * @module
 */
import { generateIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import { collectLink } from "../src/handover/collect/collect.ts";
import { databaseKinds } from "./support/databases.ts";
import { enrolling } from "./support/enrolling.ts";
import {
  find,
  isNowhere,
  NAME,
  nameInList,
  PURPOSE,
  path,
  placesIn,
  verify,
} from "./support/person.ts";
import { isProven } from "./support/proven.ts";
import { type Parsed, resumeService, type Service, startService } from "./support/service.ts";

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
    t.is(await nameInList(service, admin, id), `${NAME}-Neu`);
    t.is(await nameInList(service, auditor, id), `${NAME}-Neu`);
    t.is(await nameInList(service, await service.token("officer"), id), null);

    t.truthy((await service.call("POST", path(id, "restrict"), admin)).body.restrictedAt);
    t.is(await nameInList(service, auditor, id), null);
    t.is(await nameInList(service, admin, id), `${NAME}-Neu`);
    t.is((await service.call("GET", "/v1/activity", token)).body.code, "TOKEN_RESTRICTED");
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
}

async function proofsOf(service: Service, auditor: string): Promise<Parsed[]> {
  const { size } = (await service.call("GET", "/v1/activity", auditor)).body;
  const indices = Array.from({ length: Math.min(size, 6) }, (_, i) => i);
  return await Promise.all(
    indices.map(async (i) => (await service.call("GET", `/v1/activity/${i}/proof`, auditor)).body),
  );
}
