import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimer } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange, stateOf, type TestExchange } from "./support/exchange.ts";
import { packagePath } from "./support/exchange-client.ts";
import { sealRequest } from "./support/sealer.ts";

/** The file of the only day there is. */
function dayFile({ directory }: TestExchange): string {
  const folder = join(directory, "share-keys");
  const [day = ""] = readdirSync(folder);
  return join(folder, day);
}

onEveryDatabase("a day's file that was lost never lets one link end another", async (t, db) => {
  const x = await startExchange(t, db);
  const lost = [await openLink(x), await openLink(x)];
  rmSync(dayFile(x));
  const sealed = [await openLink(x), await openLink(x), await openLink(x)];
  for (const old of lost) {
    t.is((await x.intake("DELETE", packagePath(old))).status, 200);
  }
  await x.exchange.sweep();
  for (const one of sealed) {
    const claim = await x.post("/x/claim", (await claimer(one)).claim);
    t.is(claim.status, 200, claim.text);
  }
});

onEveryDatabase("nor does one that was put back from an older copy", async (t, db) => {
  const x = await startExchange(t, db);
  const before = await openLink(x);
  const copy = readFileSync(dayFile(x));
  const lost = await openLink(x);
  writeFileSync(dayFile(x), copy);
  const after = await openLink(x);
  t.is((await x.intake("DELETE", packagePath(lost))).status, 200);
  for (const one of [before, after]) {
    t.is((await x.post("/x/claim", (await claimer(one)).claim)).status, 200);
  }
});

onEveryDatabase("a day's file without its whole key takes no link in", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  truncateSync(dayFile(x), 32);
  const refused = await x.push(await x.sealer.seal(sealRequest()));
  t.true(refused.status >= 500, refused.text);
  t.is(readFileSync(dayFile(x)).length, 32);
  t.is((await x.post("/x/claim", (await claimer(sealed)).claim)).body.code, "SHARE_KEY");
  t.is(await stateOf(db, sealed), "open");
});

onEveryDatabase("keys of ended links that come back are erased within the hour", async (t, db) => {
  const x = await startExchange(t, db, { clock: { now: new Date("2026-03-01T08:00:00.000Z") } });
  await openLink(x);
  const sealed = await openLink(x);
  const copy = readFileSync(dayFile(x));
  t.is((await x.post("/x/claim", (await claimer(sealed)).claim)).status, 200);
  await x.exchange.sweep();
  const erased = readFileSync(dayFile(x));
  t.notDeepEqual(erased, copy);
  writeFileSync(dayFile(x), copy);
  x.clock.now = new Date("2026-03-01T09:00:01.000Z");
  await x.exchange.sweep();
  t.deepEqual(readFileSync(dayFile(x)), erased);
});
