/**
 * Asking the log over HTTP and from the command line.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { meterseal } from "./support/command.ts";
import { databaseKinds, onEveryDatabase } from "./support/databases.ts";
import { createIndexedLog } from "./support/indexed-log.ts";
import { KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { ndjson, type Parsed, type Service, startService } from "./support/service.ts";

interface Asked {
  readonly service: Service;
  readonly auditor: string;
  readonly customer: string;
  readonly other: string;
  /** Address, id and name of the meter whose frames were decrypted. */
  readonly address: string;
  readonly meter: string;
  ask(query: string, token?: string): Promise<Parsed>;
}

/** A deployment with two customers, a meter each, and some refusals. */
async function startAsked(t: ExecutionContext, kind: "sqlite" | "postgres"): Promise<Asked> {
  const service = await startService(t, kind);
  const auditor = await service.token("auditor");
  const custodian = await service.token("custodian");
  const decrypting = await service.token("data-management");
  const [customer, other] = [await service.customer("A"), await service.customer("B")];
  const { address, key } = KNOWN_METERS[2]!;
  const row = { address, key, name: "cellar" };
  const next = { address: "KAM-10000002" };
  await service.call(
    "POST",
    `/v1/meters/import?customer=${customer}`,
    custodian,
    ndjson([row, next]),
  );
  const stranger = { customer: other, address: "KAM-10000001", name: "attic" };
  await service.call("POST", "/v1/meters", custodian, stranger);
  const { meter } = (
    await service.call("GET", `/v1/meters/${encodeURIComponent(address)}`, auditor)
  ).body;
  for (const n of [1, 2]) {
    await service.call(
      "POST",
      "/v1/frames/decrypt",
      decrypting,
      ndjson([{ ref: n, frame: hex(mode5(n)) }]),
    );
  }
  await service.call("GET", "/v1/activity", custodian);
  return {
    service,
    auditor,
    customer,
    other,
    address,
    meter,
    async ask(query, token = auditor) {
      return (await service.call("GET", `/v1/activity${query}`, token)).body;
    },
  };
}

for (const kind of databaseKinds()) {
  test(`filters, order, use, values, timeline and meters over HTTP (${kind})`, async (t) => {
    const asked = await startAsked(t, kind);
    const { ask, meter, address, customer } = asked;
    const all = await ask("?limit=1000");
    t.is(all.next, null);
    t.is(all.size, all.items.length);
    const backwards = await ask("?order=desc&limit=1000");
    t.deepEqual(backwards.items, all.items.toReversed());
    const first = await ask("?order=desc&limit=2");
    const second = await ask(`?order=desc&limit=2&before=${first.next}`);
    t.deepEqual([...first.items, ...second.items], backwards.items.slice(0, 4));

    for (const name of [meter, encodeURIComponent(address), "cellar"]) {
      const { items } = await ask(`?meter=${name}&action=frames.decrypted`);
      t.is(items.length, 2);
      t.deepEqual(items[0].use, [{ version: 1, counts: [1, 0] }]);
    }
    const named = await ask(`?meter=${meter}`);
    const decrypted = ["frames.decrypted", "frames.decrypted"];
    t.deepEqual(actions(named), ["meters.enrolled", "key.checked", ...decrypted]);
    t.false("use" in named.items[0]);
    t.deepEqual(actions(await ask(`?customer=${customer}&outcome=refused`)), []);
    const refused = await ask("?outcome=refused&code=FORBIDDEN");
    t.deepEqual(actions(refused), ["activity.read.refused"]);
    const { at } = named.items[2].entry;
    const since = await ask(`?meter=${meter}&from=${at}`);
    t.deepEqual(actions(since), decrypted);
    const until = await ask(`?meter=${meter}&to=${at}`);
    t.deepEqual(actions(until), ["meters.enrolled", "key.checked"]);

    const terms = await ask("/terms?field=action");
    t.deepEqual(
      terms.items.find(({ value }: Parsed) => value === "frames.decrypted"),
      { value: "frames.decrypted", count: 2 },
    );
    t.is(
      terms.items.reduce((sum: number, { count }: Parsed) => sum + count, 0),
      terms.size,
    );
    const line = await ask("/timeline?buckets=5");
    t.is(line.series.flatMap(({ counts }: Parsed) => counts).reduce(add, 0), line.size);
    t.true(line.times.length <= 5 && line.bucketSeconds >= 1);
    t.is(line.times[0], line.from);
    t.is(line.from, all.items[0].entry.at);

    const { items } = await ask(`/${named.items[2].index}/meters`);
    t.like(items, [{ number: 1, meter, name: "cellar", version: 1, counts: [1, 0] }]);
    t.is(items[0].address, address);
    const range = await ask(`/${named.items[0].index}/meters?limit=1`);
    t.like(range.items, [{ number: 1, meter, version: null, counts: [] }]);
    const rest = await ask(`/${named.items[0].index}/meters?after=${range.next}`);
    t.like(rest, { items: [{ number: 2, name: null }], next: null });
    t.deepEqual(await ask("/0/meters"), { items: [], next: null });
    for (const bad of ["?actor=%00", "?order=up", "?limit=0", "/timeline?buckets=401", "/terms"]) {
      t.is((await ask(bad)).code, "BAD_REQUEST", bad);
    }
  });

  test(`a token for one customer asks about that one alone (${kind})`, async (t) => {
    const { ask, service, customer, other, meter } = await startAsked(t, kind);
    const scoped = await service.token("auditor", customer);
    const { items } = await ask("?limit=1000", scoped);
    t.true(items.length > 2);
    t.true(items.every(({ entry }: Parsed) => entry.customer === customer));
    t.deepEqual((await ask(`?customer=${other}`, scoped)).items, []);
    t.is((await ask(`?meter=${meter}`, scoped)).items.length, 4);
    t.is((await ask("?meter=attic", scoped)).code, "METER_UNKNOWN");
    t.deepEqual((await ask("/terms?field=customer", scoped)).items, [
      { value: customer, count: items.length },
    ]);
    const { series } = await ask("/timeline", scoped);
    t.is(series.flatMap(({ counts }: Parsed) => counts).reduce(add, 0), items.length);
    const strange = await ask(`?customer=${other}`);
    t.is((await ask(`/${strange.items[0].index}/meters`, scoped)).code, "ENTRY_UNKNOWN");
  });

  test(`the index is made again by who may, and that is an entry (${kind})`, async (t) => {
    const { ask, service, meter } = await startAsked(t, kind);
    const before = await ask(`?meter=${meter}`);
    const { status, body } = await service.call("POST", "/v1/activity/reindex", service.admin);
    t.is(status, 200);
    const [item] = (await ask("?action=activity.reindexed")).items;
    t.is(body.size, item.index + 1);
    t.deepEqual((await ask(`?meter=${meter}`)).items, before.items);
  });
}

test("log list and log reindex on the command line", async (t) => {
  const { service, meter, customer } = await startAsked(t, "sqlite");
  const token = await service.token("auditor");
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
  const list = async (...options: string[]) => {
    const { status, stdout, stderr } = await meterseal(["log", "list", "--json", ...options], {
      env,
    });
    t.is(status, 0, stderr);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  };
  const oldest = await list("--meter", meter);
  t.is(oldest.length, 4);
  t.deepEqual(await list("--meter", meter, "--newest"), oldest.toReversed());
  const own = await list("--customer", customer, "--until", oldest[1].entry.at);
  t.true(own.every(({ index }) => index < oldest[1].index));
  t.is((await list("--outcome", "refused", "--code", "FORBIDDEN")).length, 1);
  t.is((await list("--reference", "REF-0000-0000")).length, 0);
  const reindex = await meterseal(["log", "reindex"], { env });
  t.is(reindex.status, 0, reindex.stderr);
  t.regex(reindex.stdout, /as of entry \d+/);
  const table = await meterseal(["log", "list", "--newest"], { env });
  t.true(table.stdout.split("\n").every((line) => line.length <= 100));
  t.true(table.stdout.includes("activity.reindexed"));
});

onEveryDatabase("of many actors the twelve most frequent have a line", async (t, db) => {
  const log = await createIndexedLog(t, db);
  const acts = Array.from({ length: 150 }, (_, n) => {
    return Array.from({ length: n < 20 ? 30 - n : 1 }, () => ({ n, code: n % 2 }));
  }).flat();
  await log.append(
    acts.map(({ n, code }) => ({
      ...SYSTEM,
      actor: `link_${n}`,
      action: "link.opened",
      outcome: code === 0 ? "ok" : "refused",
      ...(code === 0 ? {} : { code: "ODD" }),
    })),
  );
  await log.index.settled();
  for (const [question, step] of [
    [{}, 1],
    [{ outcome: "ok" }, 2],
  ] as const) {
    const { series } = await log.index.timeline(question, { buckets: 3, by: "actor" });
    const sums = series.map(({ name, counts }) => [name, counts.reduce(add, 0)]);
    const twelve = Array.from({ length: 12 }, (_, i) => i * step)
      .filter((n) => n < 20)
      .map((n) => [`link_${n}`, 30 - n]);
    t.deepEqual(sums.slice(0, twelve.length), twelve);
    t.is(series.length, 13);
    t.is(series[12]!.name, "other");
    const total = acts.filter(({ code }) => step === 1 || code === 0).length;
    t.is(sums.map(([, sum]) => Number(sum)).reduce(add, 0), total);
  }
});

function actions({ items }: Parsed): string[] {
  return items.map(({ entry }: Parsed) => entry.action);
}

function add(a: number, b: number): number {
  return a + b;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
