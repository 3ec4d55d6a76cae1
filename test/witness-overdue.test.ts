/**
 * What a core does while its witnesses are silent for longer than they may be.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { dlms, KNOWN_METERS } from "./support/known-meters.ts";
import { ndjson, resumeService } from "./support/service.ts";
import { checkpoint, entries, prepare, until, witnessStatus } from "./support/witnessed-core.ts";

const PLAINTEXT = "0f00aabbccddeeff00112233445566778899";

test("warn: overdue witnesses are in the status and in the log once, and all goes on", async (t) => {
  const { config, witnesses } = await prepare(t, "all", { witnessMaxAgeSeconds: 2 });
  const service = await resumeService(t, config);
  await witnesses[0]!.stop();
  await service.customer("A");
  await until(async () => (await entries(service, "witness.overdue")).length > 0);
  await setTimeout(1500);
  t.is((await entries(service, "witness.overdue")).length, 1);
  t.true((await witnessStatus(service)).quorum.overdue);
  const token = await service.token("data-management");
  const { status } = await service.call("POST", "/v1/frames/decrypt", token, `{"frame":"00"}\n`);
  t.is(status, 200);
});

test("stop: nothing is released until the quorum is met; the rest goes on", async (t) => {
  const { config, witnesses } = await prepare(t, "all", {
    witnessMaxAgeSeconds: 2,
    witnessOverdue: "stop",
  });
  const service = await resumeService(t, config);
  const machine = await service.token("data-management");
  const custodian = await service.token("custodian");
  const customer = await service.customer("A");
  const path = `/v1/meters/import?customer=${customer}`;
  const imported = await service.call("POST", path, custodian, ndjson(KNOWN_METERS));
  t.is(imported.status, 200, imported.text);
  const release = async () => {
    const frame = Buffer.from(dlms(7, PLAINTEXT)).toString("hex");
    const link = { customer, all: true, to: "B", purpose: "order 1" };
    return [
      await service.call("POST", "/v1/frames/decrypt", machine, ndjson([{ frame }])),
      await service.call("POST", "/v1/links", custodian, link),
      await service.call("GET", "/v1/meters/st:4b414d4501349083", custodian),
    ];
  };
  await witnesses[0]!.stop();
  await service.customer("B");
  await until(async () => (await witnessStatus(service)).quorum.overdue);
  for (const refused of await release()) {
    t.is(refused.status, 503, refused.text);
    t.is(refused.body.code, "WITNESS_OVERDUE");
    t.truthy(refused.headers.get("retry-after"));
    t.false(refused.text.includes(PLAINTEXT));
  }
  t.is((await service.call("GET", "/v1/links", custodian)).body.items.length, 0, "no trace");
  t.is((await service.call("DELETE", `/v1/tokens/${idOf(machine)}`, service.admin)).status, 200);
  t.is((await checkpoint(service)).status, 200);
  // A restart is no way round it.
  await service.stop();
  const again = await resumeService(t, config);
  const auditor = await again.token("auditor");
  t.is((await again.call("GET", "/v1/activity?action=service.started", auditor)).status, 200);
  const shown = () => again.call("GET", "/v1/meters/st:4b414d4501349083", custodian);
  t.is((await shown()).body.code, "WITNESS_OVERDUE");
  await witnesses[0]!.restart();
  await until(async () => !(await witnessStatus(again)).quorum.overdue);
  t.is((await shown()).status, 200);
});

function idOf(token: string): string {
  return /^ms_(tok_[A-Za-z0-9]{22})_/.exec(token)?.[1] ?? "";
}
