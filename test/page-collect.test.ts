import { createHash } from "node:crypto";
import test from "ava";
import { fromBase64url } from "../src/handover/protocol/base64url.ts";
import { verifyReceiptSignature } from "../src/handover/protocol/receipt.ts";
import { stateOf } from "./support/exchange.ts";
import { onThePage, readers } from "./support/page.ts";
import { ndjson, type Parsed, startService } from "./support/service.ts";

test.serial(
  "a clerk collects 1,000 keys, saves them, confirms; the core has the receipt",
  async (t) => {
    t.timeout(120_000);
    const service = await startService(t, "sqlite", { sender: "Vandværket A/S" });
    const customer = await service.customer("Haus 4 GmbH");
    const custodian = await service.token("custodian");
    const meters = Array.from({ length: 1000 }, (_, i) => ({
      address: `KAM-${String(10_000_000 + i)}`,
      key: createHash("sha256").update(`meter ${i}`).digest("hex").slice(0, 32),
    }));
    const load = `/v1/meters/import?customer=${customer}`;
    t.is((await service.call("POST", load, custodian, ndjson(meters))).body.imported, 1000);
    const order = { customer, all: true, to: "Clerk", purpose: "order 4711" };
    const made = (await service.call("POST", "/v1/links", custodian, order)).body;
    const { arrive, trouble } = await readers(t, made.link);

    const visit = await arrive();
    await visit.shows("pin");
    await visit.typePin(made.pin);
    await visit.shows("keys");
    t.true((await visit.page.content()).includes(made.issuer), "to compare with the PIN's letter");
    const { name, text } = await visit.save("csv");
    t.is(name, `meterseal-${made.reference}.csv`);
    for (const { address, key } of meters) {
      t.true(text.toLowerCase().includes(key), address);
    }
    await visit.confirm("Ida Clerk");
    await visit.shows("receipt");
    const receipt = await visit.receipt();
    t.like(receipt, { reference: made.reference, meters: 1000, keys: 1000, name: "Ida Clerk" });
    const bytes = (field: string) => fromBase64url(receipt[field]) ?? new Uint8Array();
    t.true(
      await verifyReceiptSignature(bytes("publicKey"), bytes("receipt"), bytes("signature")),
      "the receipt stands for itself",
    );
    t.is(visit.page.url(), `${service.exchange}/r`, "the link is out of the address bar");

    const link = await confirmed(() =>
      service.call("GET", `/v1/links/${made.reference}`, custodian),
    );
    t.like(link, { state: "confirmed", opened: 1 });
    t.deepEqual(trouble, []);
  },
);

/** The core pulls every few seconds, and verifies the receipt before it believes it. */
async function confirmed(look: () => Promise<{ body: Parsed }>): Promise<Parsed> {
  for (let i = 0; i < 100; i++) {
    const { body } = await look();
    if (body.state === "confirmed") {
      return body;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return null;
}

onThePage("rows come by filter, a key by its row, files by their form", async (t, zone) => {
  const visit = await zone.arrive();
  await visit.shows("pin");
  await visit.typePin(zone.pin);
  await visit.shows("keys");
  await visit.finds("76348801");
  t.deepEqual(await visit.serials(), ["76348799", "76348800", "76348801"]);
  await visit.filter("8800");
  await visit.status("1 key found");
  t.deepEqual(await visit.serials(), ["76348800"]);
  await visit.filter("");
  await visit.finds("76348799");
  const key = await visit.reveal();
  t.is(zone.x.sealer.secrets()["key"]?.toString("hex"), key);
  const json = await visit.save("json");
  t.regex(json.name, /^meterseal-REF-7K3Q-9D\.json$/);
  t.true(json.text.includes(key));
  await visit.confirm("Ida");
  await visit.shows("receipt");
  t.is(await stateOf(zone.db, zone.sealed), "confirmed");
});

onThePage(
  "a PIN mistyped is not sent, a wrong one costs a try and says how many are left (abuse 45)",
  async (t, zone) => {
    const visit = await zone.arrive();
    await visit.shows("pin");
    const other = zone.pin.startsWith("2") ? "3" : "2";
    await visit.typePin(other + zone.pin.slice(1));
    await visit.status("One character is wrong");
    t.is((await zone.db("mailboxes").first()).tries, 0);
    const wrong = zone.pin.startsWith("0000-0000") ? "1111-1111-0" : "0000-0000-0";
    await visit.typePin(wrong);
    await visit.warns("You have 4 tries left");
    const typed = zone.pin
      .toLowerCase()
      .replaceAll("0", "o")
      .replaceAll("1", "l")
      .replaceAll("-", "  ")
      .replaceAll("7", "\uFF17");
    await visit.typePin(` ${typed} `);
    await visit.shows("keys");
    t.is((await zone.db("mailboxes").first()).tries, 1);
  },
);
