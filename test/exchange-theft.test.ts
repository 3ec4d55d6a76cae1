import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDayKeys } from "../src/exchange/day-keys.ts";
import { claimed, claimer, guessing, open } from "./support/claimer.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { openLink, startExchange } from "./support/exchange.ts";
import { copyOf, findShare, logPlace } from "./support/theft.ts";

/** The one file of `share-keys`. */
function dayFile(directory: string): Buffer {
  const folder = join(directory, "share-keys");
  const [day = ""] = readdirSync(folder);
  return readFileSync(join(folder, day));
}

onEveryDatabase(
  "a thief with database, WAL and log from before and after the claim, link and PIN opens nothing (abuse 20, 21)",
  async (t, db, location) => {
    t.timeout(110_000);
    const x = await startExchange(t, db);
    const since = await logPlace(location, db);
    const sealed = await openLink(x);
    const before = await copyOf(location, db, since);
    const who = await claimer(sealed);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    const after = await copyOf(location, db, since);
    const log = Buffer.from(x.lines.join("\n"));
    t.true(before.includes(Buffer.from(sealed.ciphertext.subarray(0, 200))));
    t.is(await findShare({ copies: [before, after, log] }, sealed), null);
    // The same search finds what there is to find.
    const share = Buffer.from(sealed.share);
    t.deepEqual(await findShare({ copies: [Buffer.concat([log, share])] }, sealed), share);
    const text = Buffer.from(`{"share":"${share.toString("base64url")}"}`);
    t.deepEqual(await findShare({ copies: [text] }, sealed), share);
  },
);

onEveryDatabase(
  "with the day key as well the claim is the limit: before it the package opens, after it no more (abuse 20, 21)",
  async (t, db, location) => {
    t.timeout(110_000);
    const x = await startExchange(t, db);
    const since = await logPlace(location, db);
    const sealed = await openLink(x);
    // Another link of the same day keeps the file alive.
    await openLink(x);
    const before = await copyOf(location, db, since);
    const early = dayFile(x.directory);
    const who = await claimer(sealed);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    const after = await copyOf(location, db, since);
    // Documented: whoever has database, day key, link and PIN before the claim is the recipient.
    t.deepEqual(
      await findShare({ copies: [before], dayFile: early }, sealed),
      Buffer.from(sealed.share),
    );
    // The database of before the claim, or its dead rows, do not open under what is left.
    t.is(await findShare({ copies: [before, after], dayFile: dayFile(x.directory) }, sealed), null);
  },
);

onEveryDatabase(
  "the key of a link is gone with the link, whatever ended it (abuse 19)",
  async (t, db) => {
    const clock = { now: new Date() };
    const x = await startExchange(t, db, { clock });
    const slots = () => {
      const file = dayFile(x.directory);
      const count = (file.length - 64) / 32;
      return Array.from({ length: count }, (_, i) => file.subarray(64 + i * 32, 96 + i * 32));
    };
    const used = () => slots().map((slot) => !slot.equals(Buffer.alloc(32)));
    await claimed(x);
    const revoked = await openLink(x);
    const locked = await openLink(x);
    const expired = await openLink(x);
    t.deepEqual(used(), [false, true, true, true]);
    await x.intake(
      "DELETE",
      `/intake/packages/${Buffer.from(revoked.linkId).toString("base64url")}`,
    );
    t.deepEqual(used(), [false, false, true, true]);
    const who = await claimer(locked);
    for (let i = 0; i < 5; i++) {
      await x.post("/x/claim", {
        ...who.claim,
        pinProof: Buffer.alloc(32, i).toString("base64url"),
      });
    }
    t.deepEqual(used(), [false, false, false, true]);
    clock.now = new Date(clock.now.getTime() + 8 * 86_400_000);
    await x.post("/x/peek", (await claimer(expired)).proof);
    t.deepEqual(used(), [false, false, false, false]);
    await x.exchange.sweep();
    t.deepEqual(readdirSync(join(x.directory, "share-keys")), []);
  },
);

onEveryDatabase(
  "a crash between the claim's commit and the erasure of its key is made good (abuse 19)",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const waiting = await openLink(x);
    const early = dayFile(x.directory);
    const who = await claimer(sealed);
    await x.post("/x/claim", who.claim);
    await x.stop();
    const [day = ""] = readdirSync(join(x.directory, "share-keys"));
    // As the file would be, had the process died before it wrote.
    writeFileSync(join(x.directory, "share-keys", day), early);
    const { directory, sealer, clock } = x;
    const again = await startExchange(t, db, { directory, sealer, clock });
    await again.exchange.sweep();
    t.deepEqual(dayFile(directory).subarray(64, 96), Buffer.alloc(32));
    t.deepEqual(dayFile(directory).subarray(96), early.subarray(96));
    const next = await claimer(waiting);
    t.is((await again.post("/x/claim", next.claim)).status, 200);
  },
);

onEveryDatabase("a slot that a full disk cut short spoils no other", async (t, db) => {
  const x = await startExchange(t, db);
  await openLink(x);
  const [day = ""] = readdirSync(join(x.directory, "share-keys"));
  appendFileSync(join(x.directory, "share-keys", day), Buffer.alloc(7, 1));
  const sealed = await openLink(x);
  const places: { key_at: number }[] = await db("mailboxes").select("key_at");
  t.true(places.every(({ key_at }) => key_at % 32 === 0));
  const who = await claimer(sealed);
  t.is((await x.post("/x/claim", who.claim)).status, 200);
});

onEveryDatabase("a link from before there were slots opens under its day key", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const keys = openDayKeys(x.directory);
  const { day } = await db("mailboxes").first("day");
  const place = { day, key_at: null };
  const { linkId, header, share, pinHash } = sealed;
  const share_box = Buffer.from(await keys.box(place, share, { linkId, header }));
  const pin_mac = Buffer.from(await keys.pinMac(place, pinHash, linkId));
  await db("mailboxes").update({ key_at: null, share_box, pin_mac });
  const who = await claimer(sealed);
  t.is((await x.post("/x/claim", guessing(who))).body.code, "PIN_WRONG");
  const { status, body } = await x.post("/x/claim", who.claim);
  t.is(status, 200);
  await t.notThrowsAsync(open(sealed, who, body));
});
