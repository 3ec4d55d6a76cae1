import type { Knex } from "../src/db/open.ts";
import { claimed, claimer, guessing, receiptFor, text } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange } from "./support/exchange.ts";
import { packagePath } from "./support/exchange-client.ts";
import { areGone, storedBytes } from "./support/storage.ts";

/** What must not outlive an open link. */
async function openSecrets(db: Knex): Promise<Buffer[]> {
  const row = await db("mailboxes").where({ state: "open" }).first();
  return [row.share_box.subarray(0, 60), row.pin_mac];
}

onEveryDatabase(
  "after claim, lock and revocation the share is in no file of the database",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    for (const end of ["claim", "lock", "revoke"]) {
      const sealed = await openLink(x);
      const secrets = await openSecrets(db);
      if ("file" in location) {
        t.true(secrets.every((secret) => storedBytes(location).includes(secret)));
      }
      const who = await claimer(sealed);
      if (end === "claim") {
        t.is((await x.post("/x/claim", who.claim)).status, 200);
      } else if (end === "revoke") {
        t.is((await x.intake("DELETE", packagePath(sealed))).status, 200);
      } else {
        for (let i = 0; i < 5; i++) {
          await x.post("/x/claim", guessing(who));
        }
      }
      t.true(await areGone(location, secrets), end);
    }
  },
);

onEveryDatabase(
  "after the confirmation the package is in no file of the database",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    const { sealed, who, reply, receiptProof } = await claimed(x);
    const secrets = [text(reply.body.sealed), Buffer.from(sealed.ciphertext.slice(0, 200))];
    if ("file" in location) {
      t.true(secrets.every((secret) => storedBytes(location).includes(secret)));
    }
    await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
    t.true(await areGone(location, secrets));
  },
);

onEveryDatabase("an expired link leaves no share behind", async (t, db, location) => {
  const x = await startExchange(t, db);
  await openLink(x);
  const secrets = await openSecrets(db);
  x.clock.now = new Date(x.clock.now.getTime() + 8 * 86_400_000);
  await x.exchange.sweep();
  t.true(await areGone(location, secrets));
});
