import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SealedPackage } from "../keystore/index.ts";
import type { Knex } from "../src/db/open.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { claimed, claimer, guessing, open as opened, receiptFor, text } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange, stateOf, type TestExchange } from "./support/exchange.ts";
import { packagePath } from "./support/exchange-client.ts";
import { areGone, storedBytes } from "./support/storage.ts";
import { copyOf, logPlace } from "./support/theft.ts";

/** What must not outlive an open link. */
async function openSecrets(db: Knex): Promise<Buffer[]> {
  const row = await db("mailboxes").where({ state: "open" }).first();
  return [row.share_box.subarray(0, 60), row.pin_mac];
}

onEveryDatabase(
  "after claim, lock and revocation the share is in no file of the database (abuse 19)",
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
  "after the confirmation the package is in no file of the database (abuse 19)",
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

onEveryDatabase("an expired link leaves no share behind (abuse 19)", async (t, db, location) => {
  const x = await startExchange(t, db);
  await openLink(x);
  const secrets = await openSecrets(db);
  x.clock.now = new Date(x.clock.now.getTime() + 8 * 86_400_000);
  await x.exchange.sweep();
  t.true(await areGone(location, secrets));
});

/** A link on its way to each end. */
const ENDS: Readonly<Record<string, (x: TestExchange, sealed: SealedPackage) => Promise<unknown>>> =
  {
    open: (x, sealed) => claimer(sealed).then((who) => x.post("/x/peek", who.proof)),
    tried: async (x, sealed) => x.post("/x/claim", guessing(await claimer(sealed))),
    locked: async (x, sealed) => {
      const who = await claimer(sealed);
      for (let i = 0; i < 5; i++) {
        await x.post("/x/claim", guessing(who));
      }
    },
    revoked: (x, sealed) => x.intake("DELETE", packagePath(sealed)),
    claimed: async (x, sealed) => x.post("/x/claim", (await claimer(sealed)).claim),
    confirmed: async (x, sealed) => {
      const who = await claimer(sealed);
      const { body } = await x.post("/x/claim", who.claim);
      const { receiptProof } = await opened(sealed, who, body);
      await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
    },
    expired: async (x) => {
      x.clock.now = new Date(x.clock.now.getTime() + 8 * 86_400_000);
      await x.exchange.sweep();
    },
    lapsed: async (x, sealed) => {
      await x.post("/x/claim", (await claimer(sealed)).claim);
      x.clock.now = new Date(x.clock.now.getTime() + 86_400_000);
      await x.exchange.sweep();
    },
  };
const HAS_PACKAGE = ["open", "tried", "claimed"];

for (const [state, go] of Object.entries(ENDS)) {
  onEveryDatabase(
    `${state}: fragment, PIN, share and keys lie in no file, and what has ended is gone (abuse 19)`,
    async (t, db, location) => {
      const x = await startExchange(t, db, { clock: { now: new Date() } });
      const since = await logPlace(location, db);
      const sealed = await openLink(x);
      const box = await openSecrets(db);
      await go(x, sealed);
      t.is(await stateOf(db, sealed), state === "tried" ? "open" : state);
      const bytes = async () =>
        Buffer.concat([
          await copyOf(location, db, since),
          ...filesBelow(x.directory),
          Buffer.from(x.lines.join("\n")),
        ]);
      const kept = await bytes();
      for (const [name, secret] of Object.entries(x.sealer.secrets())) {
        const hex = secret.toString("hex");
        for (const form of [secret, hex, hex.toUpperCase(), toBase64url(secret)]) {
          t.false(kept.includes(form), `${name} ${state}`);
        }
      }
      const ciphertext = Buffer.from(sealed.ciphertext.subarray(0, 200));
      if ("file" in location) {
        // A server keeps dead rows and its log as long as it likes: `exchange-theft.test.ts`.
        t.is(await areGone(location, [ciphertext]), !HAS_PACKAGE.includes(state));
        t.is(await areGone(location, box), state !== "open" && state !== "tried");
      } else {
        t.is((await db("mailbox_bodies")).length, HAS_PACKAGE.includes(state) ? 1 : 0);
      }
    },
  );
}

function filesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}
