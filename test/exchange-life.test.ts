import { createDecipheriv, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeScrypt } from "../src/handover/node-scrypt.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  linkContext,
} from "../src/handover/protocol/derive.ts";
import { decryptPackage } from "../src/handover/protocol/package.ts";
import { parsePin } from "../src/handover/protocol/pin.ts";
import { claimed, claimer, guessing, open, receiptFor, text } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

onEveryDatabase("abuse case 10, 48: looking at a link in any way moves nothing", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const before = await db("mailboxes").first();
  const headers = { Purpose: "prefetch", "User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)" };
  for (const method of ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]) {
    for (const path of ["/r", "/x/peek", "/x/claim", "/x/confirm", "/intake/events"]) {
      await x.request(method, path, { headers });
    }
  }
  t.deepEqual(await db("mailboxes").first(), before);
  for (let i = 0; i < 60; i++) {
    await x.post("/x/peek", who.proof);
  }
  const after = await db("mailboxes").first();
  t.is(after.state, "open");
  t.is(after.opened, 60);
  t.is((await eventTypes(db)).filter((type) => type === "link.opened").length, 48);
  const page = await x.request("GET", "/r");
  t.regex(page.text, /Nothing has been collected/);
  t.regex(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  t.is(page.headers.get("cache-control"), "no-store");
  t.is(page.headers.get("referrer-policy"), "no-referrer");
});

onEveryDatabase("abuse case 14: over at the millisecond of expiry, and for good", async (t, db) => {
  const clock = { now: new Date() };
  const x = await startExchange(t, db, { clock });
  const expiresAt = new Date(clock.now.getTime() + 60_000).toISOString();
  const sealed = await x.sealer.seal({ ...sealRequest(), expiresAt });
  await x.push(sealed);
  const who = await claimer(sealed);
  const start = clock.now;
  clock.now = new Date(start.getTime() + 59_999);
  t.is((await x.post("/x/peek", who.proof)).body.state, "open");
  clock.now = new Date(start.getTime() + 60_000);
  const late = await x.post("/x/claim", who.claim);
  t.is(late.body.code, "LINK_EXPIRED");
  t.is((await db("mailbox_bodies")).length, 0);
  clock.now = start;
  t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_EXPIRED");
});

onEveryDatabase(
  "abuse case 14: a clock that jumps back revives nothing that was seen late",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const start = clock.now;
    clock.now = new Date(start.getTime() + 8 * 86_400_000);
    await x.post("/x/peek", { ...who.proof, authKey: toBase64url(new Uint8Array(32)) });
    await x.exchange.sweep();
    clock.now = start;
    t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_EXPIRED");
  },
);

onEveryDatabase("abuse case 17: a receipt by others, wrong, early or twice", async (t, db) => {
  const x = await startExchange(t, db);
  const waiting = await openLink(x);
  const early = await claimer(waiting);
  const tooEarly = await receiptFor(waiting, early, new Uint8Array(32));
  t.is((await x.post("/x/confirm", tooEarly)).body.code, "LINK_OPEN");
  const { sealed, who, receiptProof } = await claimed(x);
  const thief = await claimer(sealed);
  const byThief = await receiptFor(sealed, thief, receiptProof);
  t.is((await x.post("/x/confirm", byThief)).body.code, "RECEIPT_INVALID");
  const unproven = await receiptFor(sealed, who, new Uint8Array(32));
  t.is((await x.post("/x/confirm", unproven)).body.code, "RECEIPT_INVALID");
  t.is(await stateOf(db, sealed), "claimed");
  const good = await receiptFor(sealed, who, receiptProof);
  const first = await x.post("/x/confirm", good);
  const second = await x.post("/x/confirm", good);
  t.deepEqual([first.status, second.status], [200, 200]);
  t.is(second.body.confirmedAt, first.body.confirmedAt);
  t.is((await eventTypes(db)).filter((type) => type === "link.confirmed").length, 1);
  t.is((await x.post("/x/claim", who.claim)).body.code, "LINK_CONFIRMED");
  t.is((await x.post("/x/claim", thief.claim)).body.code, "LINK_COLLECTED");
});

onEveryDatabase(
  "abuse case 18: the window ends and erases, with and without sweeper",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const lazy = await claimed(x);
    const swept = await claimed(x);
    clock.now = new Date(clock.now.getTime() + 86_400_000);
    t.is((await x.post("/x/claim", lazy.who.claim)).body.code, "LINK_LAPSED");
    t.is((await db("mailbox_bodies")).length, 1);
    await x.exchange.sweep();
    t.is(await stateOf(db, swept.sealed), "lapsed");
    t.is((await db("mailbox_bodies")).length, 0);
    const rows = await db("mailboxes").whereNotNull("sealed");
    t.is(rows.length, 0);
  },
);

onEveryDatabase(
  "abuse case 19: no secret lies in the database, its log or ours",
  async (t, db, location) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const seen: Buffer[] = [];
    const look = async () => {
      const dump = [];
      for (const table of ["mailboxes", "mailbox_bodies", "events", "intake_nonces", "networks"]) {
        for (const row of await db(table)) {
          dump.push(...Object.values(row as Record<string, unknown>));
        }
      }
      seen.push(...dump.map((v) => (Buffer.isBuffer(v) ? v : Buffer.from(String(v)))));
      if ("file" in location) {
        const folder = join(location.file, "..");
        seen.push(...readdirSync(folder).map((name) => readFileSync(join(folder, name))));
      }
      seen.push(Buffer.from(x.lines.join("\n")));
    };
    const sealed = await openLink(x);
    await look();
    const who = await claimer(sealed);
    await x.post("/x/claim", guessing(who));
    await x.post("/x/peek", who.proof);
    await look();
    const reply = await x.post("/x/claim", who.claim);
    const { receiptProof } = await open(sealed, who, reply.body);
    await look();
    await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
    await look();
    for (const [name, secret] of Object.entries(x.sealer.secrets())) {
      for (const form of [
        secret,
        Buffer.from(secret.toString("hex")),
        Buffer.from(toBase64url(secret)),
      ]) {
        t.false(
          seen.some((bytes) => bytes.includes(form)),
          name,
        );
      }
    }
    const days = () => readdirSync(join(x.directory, "share-keys"));
    t.is(days().length, 1);
    clock.now = new Date(clock.now.getTime() + 2 * 86_400_000);
    await x.exchange.sweep();
    t.is(days().length, 0);
  },
);

onEveryDatabase(
  "abuse case 20, 21: a stolen database opens nothing, even with link and PIN",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const stolen = await db("mailboxes").first();
    const { ciphertext } = await db("mailbox_bodies").first();
    // Before the claim: link and PIN are known, the share is not, and no PIN can be tested.
    const fragment = text(sealed.fragment);
    const { linkId, pinSalt } = deriveLink(fragment);
    const { pinKey, pinProof } = await derivePin(parsePin(sealed.pin), pinSalt, nodeScrypt);
    const tryWith = (share: Uint8Array) =>
      decryptPackage(
        derivePackageKeys(linkId, fragment, share, pinKey).dek,
        linkContext(linkId, sealed.header),
        ciphertext,
      );
    await t.throwsAsync(tryWith(stolen.share_box.subarray(12, 44)), { code: "PACKAGE_INTEGRITY" });
    const guess = createHmac("sha256", Buffer.alloc(32)).update(pinProof).update(linkId).digest();
    t.false(guess.equals(stolen.pin_mac));
    const box = stolen.share_box;
    const decipher = createDecipheriv("aes-256-gcm", Buffer.alloc(32), box.subarray(0, 12));
    decipher.setAuthTag(box.subarray(-16));
    t.throws(() => Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]));
    await t.notThrowsAsync(tryWith(sealed.share));
    // After the claim only the sealed share is left.
    const who = await claimer(sealed);
    await x.post("/x/claim", who.claim);
    const after = await db("mailboxes").first();
    t.is(after.share_box, null);
    t.is(after.pin_mac, null);
    await t.throwsAsync(tryWith(after.sealed.subarray(65, 97)), { code: "PACKAGE_INTEGRITY" });
  },
);
