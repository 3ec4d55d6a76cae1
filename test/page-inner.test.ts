import { Decrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import { keys } from "../src/web/words/collect/en/keys.ts";
import { enrolling, inOrder, KEYS } from "./support/enrolling.ts";
import { readers } from "./support/page.ts";
import type { Parsed } from "./support/service.ts";

test.serial(
  "an enrolled recipient saves a file that only its own key opens; the page has no key to show",
  async (t) => {
    t.timeout(120_000);
    const identity = await generateHybridIdentity();
    const e = await enrolling(t, "sqlite");
    const added = (await e.add({ age: await identityToRecipient(identity) })).body;
    await e.confirm(added.id, added.fingerprint);
    const made = (await e.link(added.id)).body;
    const { arrive, trouble } = await readers(t, made.link);

    const visit = await arrive();
    await visit.shows("pin");
    await visit.typePin(made.pin);
    await visit.page.getByRole("heading", { level: 1, name: keys.innerHeading }).waitFor();
    t.true((await visit.words()).includes(added.fingerprint), "to compare with one's own");
    t.is(await visit.page.getByRole("table").count(), 0);
    const saved = await visit.saveBy(keys.innerSave);
    t.is(saved.name, `meterseal-${made.reference}.json.age`);

    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const bundle: Parsed = JSON.parse(await decrypter.decrypt(saved.bytes, "text"));
    const values = bundle.meters.flatMap((meter: Parsed) =>
      meter.keys.map((key: Parsed) => key.value),
    );
    t.deepEqual(values.sort(inOrder), KEYS);

    await visit.confirm("Ida Clerk");
    await visit.shows("receipt");
    t.like(await visit.receipt(), { reference: made.reference, meters: bundle.meters.length });
    t.deepEqual(trouble, []);
  },
);
