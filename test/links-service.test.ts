import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { SealedPackage } from "../keystore/index.ts";
import { formatId } from "../src/base/ids.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { deriveLink } from "../src/handover/protocol/derive.ts";
import { claimer } from "./support/claimer.ts";
import { databaseKinds, temporaryFolder } from "./support/databases.ts";
import { SECRET, startReceiver } from "./support/receiver.ts";
import { ndjson, request, startService } from "./support/service.ts";

const clock = () => new Date();

for (const kind of databaseKinds()) {
  test(`(abuse 28) a link goes its way, is issued again, and the webhook tells within a minute (${kind})`, async (t) => {
    const receiver = await startReceiver(t);
    const webhookSecretFile = join(temporaryFolder(t), "secret");
    writeFileSync(webhookSecretFile, `${SECRET}\n`, { mode: 0o600 });
    const service = await startService(t, kind, {
      webhookUrl: receiver.url,
      webhookSecretFile,
      webhookAllowPrivate: "127.0.0.1",
    });
    const customer = await service.customer("Stadtwerke");
    const custodian = await service.token("custodian");
    const auditor = await service.token("auditor");
    const rows = [1, 2, 3].map((n) => ({
      line: n,
      address: `KAM-1000000${n}/1B/16`,
      order: "A-1",
    }));
    const path = `/v1/meters/import?customer=${customer}`;
    await service.call("POST", path, custodian, ndjson(rows));
    const wanted = { customer, order: "A-1", to: "Clerk", purpose: "order 4711", expires: "3d" };
    const { body: made } = await service.call("POST", "/v1/links", custodian, wanted);
    t.false("superseded" in made);

    const reissue = (token: string, body: object = {}) =>
      service.call("POST", `/v1/links/${made.reference}/reissue`, token, body);
    t.is((await reissue(auditor)).status, 403);
    t.is((await reissue(custodian, { expires: "1000d" })).status, 400);
    t.is((await reissue(custodian, { recipient: "rcp_x" })).status, 400);
    // One of the three is retired in the meantime: the new link goes without it.
    await service.call("POST", "/v1/meters/KAM-10000001/retire", custodian);
    const { status, body: fresh } = await reissue(custodian);
    t.is(status, 201);
    t.like(fresh, { meters: 2, retired: 1, superseded: { disclosed: false } });
    t.is((await reissue(custodian)).body.code, "LINK_CLOSED");

    // The core's own round may be ending the old link just now: then the new one waits for it.
    const stateOf = async () =>
      (await service.call("GET", `/v1/links/${fresh.reference}`, custodian)).body.state;
    for (const began = Date.now(); (await stateOf()) === "draft"; ) {
      t.true(Date.now() - began < 30_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const pin = () => fresh.pin;
    const collected = await collectLink({ link: fresh.link, pin, issuer: fresh.issuer, clock });
    t.deepEqual(
      collected.bundle?.meters.map(({ address, keys }) => [address, keys[0]?.keyVersion]),
      [
        ["KAM-10000002/1B/16", 1],
        ["KAM-10000003/1B/16", 1],
      ],
    );
    // Somebody else who has link and PIN and comes too late: the sender knows within a minute.
    const began = Date.now();
    const late = await claimer({
      fragment: fresh.link.slice(-43),
      pin: fresh.pin,
    } as SealedPackage);
    const claim = await request(`${service.exchange}/x/claim`, "POST", null, late.claim);
    t.is(claim.status, 409);
    const told = async (type: string) => {
      while (!receiver.received.some(({ body }) => body.includes(`"${type}"`))) {
        t.true(Date.now() - began < 60_000, type);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await told("link.claim_conflict");
    t.log(`conflict told after ${Date.now() - began} ms`);
    await collected.confirm("Ida");
    await told("link.confirmed");
    t.true(receiver.received.every(({ isSigned }) => isSigned));

    const shown = (await service.call("GET", `/v1/links/${fresh.reference}`, auditor)).body;
    t.like(shown, {
      state: "confirmed",
      supersedes: made.reference,
      order: "A-1",
      disclosure: "was disclosed, receipt confirmed",
      issuer: fresh.issuer,
      page: `${service.exchange}/r`,
    });
    const list = async (query: string) =>
      (await service.call("GET", `/v1/links?${query}`, auditor)).body.items?.length;
    t.is(await list("state=superseded"), 1);
    t.is(await list("state=confirmed&order=A-1"), 1);
    t.is(await list(`customer=${customer}`), 2);
    t.is(await list(`customer=${formatId("cus", new Uint8Array(16))}`), 0);
    t.is((await service.call("GET", "/v1/links?state=lost", auditor)).status, 400);
    // (abuse 28) Neither fragments nor link ids stand in what can be read of them.
    const answers = await Promise.all(
      ["/v1/links", `/v1/links/${fresh.reference}`, "/v1/activity?limit=1000"].map((asked) =>
        service.call("GET", asked, auditor),
      ),
    );
    const readable = [...answers.map(({ text }) => text), ...receiver.received.map((r) => r.body)];
    for (const link of [made.link, fresh.link]) {
      const fragment = Buffer.from(link.slice(-43), "base64url");
      const { linkId } = deriveLink(fragment);
      for (const secret of [fragment, Buffer.from(linkId)]) {
        for (const form of ["hex", "base64", "base64url"] as const) {
          t.false(readable.some((text) => text.includes(secret.toString(form))));
        }
      }
    }
    t.true(readable.join("").includes("link.reissued"));
    const { links, webhooks } = (await service.call("GET", "/v1/status", service.admin)).body;
    t.deepEqual(links, { waiting: 0, conflicts: 1, locked: 0, lapsed: 0, uncertain: 0 });
    t.like(webhooks, { givenUp: 0 });
    t.false(JSON.stringify(webhooks).includes("hook"));
  });

  test(`(abuse 29, abuse 30) an auditor makes no link, an installer reads no key back, a token stays within its customer (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const mine = await service.customer("Mine");
    const other = await service.customer("Other");
    const [custodian, installer, auditor] = await Promise.all([
      service.token("custodian", mine),
      service.token("installer", mine),
      service.token("auditor"),
    ]);
    const foreign = await service.token("custodian", other);
    for (const [customer, address] of [
      [mine, "KAM-20000001"],
      [other, "KAM-20000002"],
    ]) {
      const token = await service.token("custodian");
      const body = { customer, address };
      t.is((await service.call("POST", "/v1/meters", token, body)).status, 201);
    }
    const wanted = { customer: mine, all: true, to: "Clerk", purpose: "order" };
    for (const token of [auditor, installer]) {
      const { status, body } = await service.call("POST", "/v1/links", token, wanted);
      t.deepEqual([status, body.code], [403, "FORBIDDEN"]);
    }
    const made = await service.call("POST", "/v1/links", custodian, wanted);
    t.is(made.status, 201);
    const { reference } = made.body;

    // The installer has no way to keys: no link, no list of links, no key in a meter's page.
    for (const [method, path] of [
      ["GET", "/v1/links"],
      ["GET", `/v1/links/${reference}`],
      ["POST", `/v1/links/${reference}/reissue`],
      ["DELETE", `/v1/links/${reference}`],
      ["POST", "/v1/frames/decrypt"],
    ] as const) {
      t.is((await service.call(method, path, installer)).status, 403, path);
    }
    const meter = await service.call("GET", "/v1/meters/KAM-20000001", installer);
    t.is(meter.status, 200);
    t.notRegex(meter.text, /[0-9a-f]{32}/i);

    // Another customer's link looks as if it were not there, whatever is asked of it.
    for (const [method, path] of [
      ["GET", `/v1/links/${reference}`],
      ["POST", `/v1/links/${reference}/reissue`],
      ["DELETE", `/v1/links/${reference}`],
    ] as const) {
      const { status, body } = await service.call(
        method,
        path,
        foreign,
        method === "POST" ? {} : undefined,
      );
      t.deepEqual([status, body.code], [404, "LINK_UNKNOWN"], `${method} ${path}`);
    }
    const list = await service.call("GET", `/v1/links?customer=${mine}`, foreign);
    t.deepEqual(list.body.items, []);
    t.is((await service.call("POST", "/v1/links", foreign, wanted)).body.code, "CUSTOMER_UNKNOWN");
    const named = { customer: other, meters: ["KAM-20000001"], to: "C", purpose: "p" };
    t.is((await service.call("POST", "/v1/links", foreign, named)).body.code, "METER_UNKNOWN");
    t.is((await service.call("GET", `/v1/links/${reference}`, custodian)).body.state, "open");
  });

  test(`many meters by their ids, and which of them cannot be used is said by its place (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("Stadtwerke");
    const custodian = await service.token("custodian");
    const rows = Array.from({ length: 300 }, (_, i) => ({
      line: i + 1,
      address: `KAM-${30_000_000 + i}`,
    }));
    await service.call("POST", `/v1/meters/import?customer=${customer}`, custodian, ndjson(rows));
    const { body } = await service.call("GET", "/v1/meters?limit=1000", custodian);
    const ids: string[] = body.items.map(({ meter }: { meter: string }) => meter);
    const create = (meters: readonly string[]) => {
      const wanted = { customer, meters, to: "Clerk", purpose: "order" };
      return service.call("POST", "/v1/links", custodian, wanted);
    };
    const made = await create(ids.slice(0, 250));
    t.is(made.status, 201);
    const { reference } = made.body;
    t.is((await service.call("GET", `/v1/links/${reference}`, custodian)).body.meters, 250);
    const unknown = formatId("mtr", new Uint8Array(16));
    const spoilt = [...ids.slice(0, 249), unknown];
    t.like((await create(spoilt)).body, { code: "METER_UNKNOWN", pointer: "/meters/249" });
    await service.call("POST", `/v1/meters/${ids[7]}/retire`, custodian);
    t.like((await create(ids)).body, { code: "METER_RETIRED", pointer: "/meters/7" });
    t.like((await create([ids[1] ?? "", "KAM-99999999"])).body, {
      code: "METER_UNKNOWN",
      pointer: "/meters/1",
    });
    t.is((await service.call("GET", "/v1/links", custodian)).body.items.length, 1);
  });
}
