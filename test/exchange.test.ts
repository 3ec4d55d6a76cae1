import { createDecipheriv, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { SealedPackage } from "../keystore/index.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { generateClaimKeys } from "../src/handover/protocol/claim-keys.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  linkContext,
} from "../src/handover/protocol/derive.ts";
import { decryptPackage } from "../src/handover/protocol/package.ts";
import { parsePin } from "../src/handover/protocol/pin.ts";
import { encodeReceipt, signReceipt } from "../src/handover/protocol/receipt.ts";
import { openShare } from "../src/handover/protocol/share.ts";
import { onEveryDatabase } from "./support/databases.ts";
import {
  claimer,
  eventTypes,
  fastScrypt,
  guessing,
  openLink,
  startExchange,
  stateOf,
  type TestClaimer,
  type TestExchange,
} from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

const text = (value: string) => Buffer.from(value, "base64url");

async function open(sealed: SealedPackage, who: TestClaimer, body: Record<string, string>) {
  const linkId = sealed.linkId;
  const header = text(body["header"] ?? "");
  const share = await openShare(who.keys.hpkePrivate, text(body["sealed"] ?? ""), {
    linkId,
    header,
    sigPk: who.keys.sigPk,
  });
  const fragment = text(sealed.fragment);
  const { pinSalt } = deriveLink(fragment);
  const { pinKey } = await derivePin(parsePin(sealed.pin), pinSalt, fastScrypt);
  const { dek, receiptProof } = derivePackageKeys(linkId, fragment, share, pinKey);
  const context = linkContext(linkId, header);
  return {
    plaintext: await decryptPackage(dek, context, text(body["ciphertext"] ?? "")),
    receiptProof,
  };
}

async function receiptFor(sealed: SealedPackage, who: TestClaimer, proof: Uint8Array) {
  const { packageHash, kcvHash } = sealed;
  const at = new Date().toISOString();
  const receipt = encodeReceipt({
    reference: "REF-7K3Q-9D",
    packageHash,
    kcvHash,
    at,
    name: "Ida",
  });
  return {
    ...who.proof,
    receipt: toBase64url(receipt),
    sig: toBase64url(await signReceipt(who.keys.signPrivate, receipt)),
    receiptProof: toBase64url(proof),
  };
}

async function claimed(x: TestExchange) {
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const reply = await x.post("/x/claim", who.claim);
  const { receiptProof } = await open(sealed, who, reply.body);
  return { sealed, who, reply, receiptProof };
}

onEveryDatabase("a link is pushed, peeked, claimed, opened and confirmed", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const peeked = await x.post("/x/peek", who.proof);
  t.is(peeked.status, 200);
  t.is(peeked.body.state, "open");
  t.is(JSON.parse(text(peeked.body.header).toString()).to, "Haus 4 GmbH");
  const reply = await x.post("/x/claim", who.claim);
  t.is(reply.status, 200);
  const { plaintext, receiptProof } = await open(sealed, who, reply.body);
  t.regex(Buffer.from(plaintext).toString("latin1"), /KAM-76348799/);
  const confirmed = await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof));
  t.is(confirmed.status, 200, confirmed.text);
  t.is(await stateOf(db, sealed), "confirmed");
  t.is((await db("mailbox_bodies")).length, 0);
  t.deepEqual(await eventTypes(db), [
    "link.stored",
    "link.opened",
    "link.claimed",
    "link.confirmed",
  ]);
});

onEveryDatabase("abuse case 1: fifty racing claimers get one winner", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const one = await claimer(sealed);
  const claims = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { pk, sigPk } = await generateClaimKeys(false);
      return { ...one.claim, pk: toBase64url(pk), sigPk: toBase64url(sigPk) };
    }),
  );
  const replies = await Promise.all(claims.map((claim) => x.post("/x/claim", claim)));
  t.is(replies.filter(({ status }) => status === 200).length, 1);
  const losers = replies.filter(({ body }) => body.code === "LINK_COLLECTED");
  t.is(losers.length, 49);
  t.true(losers.every(({ status }) => status === 409));
});

onEveryDatabase(
  "abuse case 2, 3: a retry gets the same bytes, also after a restart",
  async (t, db) => {
    const x = await startExchange(t, db);
    const { who, reply } = await claimed(x);
    const { pinProof: _pin, ...withoutPin } = who.claim;
    const retried = await x.post("/x/claim", withoutPin);
    t.is(retried.text, reply.text);
    t.not(retried.headers.get("exchange-head"), reply.headers.get("exchange-head"));
    await x.stop();
    const { directory, sealer, clock } = x;
    const again = await startExchange(t, db, { directory, sealer, clock, resynced: false });
    t.is((await again.post("/x/claim", who.claim)).body.code, "EXCHANGE_RESYNC");
    await again.resync();
    t.is((await again.post("/x/claim", who.claim)).text, reply.text);
    const types = await eventTypes(db);
    t.is(types.filter((type) => type === "link.claimed").length, 1);
    t.is(types.filter((type) => type === "link.claim_replayed").length, 2);
  },
);

onEveryDatabase("abuse case 2: a client that hangs up mid-claim stops nothing", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const body = JSON.stringify(who.claim);
  const { hostname, port } = new URL(x.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST /x/claim HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(head + body, () => setTimeout(() => resolve(void socket.destroy()), 5));
    });
  });
  const reply = await x.post("/x/claim", who.claim);
  t.is(reply.status, 200);
  await t.notThrowsAsync(open(sealed, who, reply.body));
  t.is((await eventTypes(db)).filter((type) => type === "link.claimed").length, 1);
});

onEveryDatabase("abuse case 4: another client cannot open a replayed answer", async (t, db) => {
  const x = await startExchange(t, db);
  const { sealed, who, reply } = await claimed(x);
  const thief = await claimer(sealed);
  await t.throwsAsync(open(sealed, thief, reply.body), { code: "SHARE_INTEGRITY" });
  const mixed = {
    keys: { ...who.keys, sigPk: thief.keys.sigPk },
    proof: who.proof,
    claim: who.claim,
  };
  await t.throwsAsync(open(sealed, mixed, reply.body), { code: "SHARE_INTEGRITY" });
  const half = await x.post("/x/claim", { ...who.claim, sigPk: thief.claim.sigPk });
  t.is(half.body.code, "LINK_COLLECTED");
});

onEveryDatabase("abuse case 5: claim, revocation and wrong PINs race to one end", async (t, db) => {
  const x = await startExchange(t, db);
  for (let round = 0; round < 4; round++) {
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const path = `/intake/packages/${toBase64url(sealed.linkId)}`;
    const guesses = Array.from({ length: 5 }, () => x.post("/x/claim", guessing(who)));
    const [claim] = await Promise.all([
      x.post("/x/claim", who.claim),
      round % 2 === 0 ? x.intake("DELETE", path) : null,
      ...guesses,
    ]);
    const state = await stateOf(db, sealed);
    const mine = (await db("events").orderBy("n"))
      .map(({ body }: { body: string }) => JSON.parse(body))
      .filter(({ link }: { link: string }) => link === toBase64url(sealed.linkId))
      .map(({ type }: { type: string }) => type);
    const ends = mine.filter((type: string) => /claimed|locked|revoked/.test(type));
    t.is(claim.status === 200, mine.includes("link.claimed"));
    t.is(mine.filter((type: string) => type === "link.claimed").length <= 1, true);
    t.true(state === "claimed" || state === "revoked" || state === "locked", state);
    t.true(
      ends.length === 1 || (ends.join() === "link.claimed,link.revoked" && state === "revoked"),
    );
  }
});

onEveryDatabase(
  "abuse case 6, 8: five wrong PINs lock and erase, and no race gets a sixth",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const replies = await Promise.all(
      Array.from({ length: 30 }, () => x.post("/x/claim", guessing(who))),
    );
    const left = replies.filter(({ status }) => status === 403).map(({ body }) => body.left);
    t.deepEqual(left.sort(), [1, 2, 3, 4]);
    t.is(replies.filter(({ status }) => status === 423).length, 26);
    const right = await x.post("/x/claim", who.claim);
    t.is(right.status, 423);
    t.is(right.body.code, "LINK_LOCKED");
    const row = await db("mailboxes").first();
    t.deepEqual([row.share_box, row.pin_mac, row.sealed, row.tries], [null, null, null, 5]);
    t.is((await db("mailbox_bodies")).length, 0);
  },
);

onEveryDatabase(
  "abuse case 7, 31: without the fragment nothing counts and all looks the same",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const wrong = { ...who.claim, authKey: toBase64url(new Uint8Array(32)) };
    const unknown = { ...wrong, linkId: toBase64url(new Uint8Array(16)) };
    const before = await eventTypes(db);
    const answers = [];
    for (let i = 0; i < 8; i++) {
      answers.push(await x.post("/x/claim", wrong), await x.post("/x/claim", unknown));
    }
    await x.intake(
      "DELETE",
      `/intake/packages/${toBase64url(Uint8Array.from({ length: 16 }, () => 7))}`,
    );
    const buried = { ...wrong, linkId: toBase64url(Uint8Array.from({ length: 16 }, () => 7)) };
    answers.push(await x.post("/x/claim", buried));
    for (const body of [wrong, unknown, buried]) {
      const { linkId, authKey } = body;
      answers.push(await x.post("/x/peek", { linkId, authKey }));
    }
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [404]);
    t.is(new Set(answers.map((answer) => answer.text)).size, 1);
    t.deepEqual(await eventTypes(db), [...before, "link.revoked"]);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    await x.exchange.sweep();
    const last = await db("events").orderBy("n", "desc").first();
    const { type, counts } = JSON.parse(last.body);
    t.is(type, "refused.counts");
    t.deepEqual(counts, [
      ["/x/claim", "LINK_UNKNOWN", 17],
      ["/x/peek", "LINK_UNKNOWN", 3],
    ]);
  },
);

onEveryDatabase(
  "abuse case 9, 32: the limit holds per address, whatever headers say",
  async (t, db) => {
    const x = await startExchange(t, db, { requestsPerMinute: 1 });
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i++) {
      const burst = Array.from({ length: 60 }, (_, j) =>
        x.request("GET", "/r", { headers: { "X-Forwarded-For": `10.${i}.${j}.1` } }),
      );
      for (const { status } of await Promise.all(burst)) {
        statuses.add(status);
      }
    }
    t.deepEqual([...statuses].sort(), [200, 429]);
  },
);

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
  t.regex(page.text, /collected nothing/);
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
    const { pinKey, pinProof } = await derivePin(parsePin(sealed.pin), pinSalt, fastScrypt);
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

onEveryDatabase(
  "abuse case 25, 27: bodies that are too much, too deep or double",
  async (t, db) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const { proof } = await claimer(sealed);
    const secret = "K7QF3M9X";
    const cases: [string, number, string][] = [
      [`{"linkId":"${secret}`, 400, "BODY_JSON"],
      [`${"[".repeat(8000)}`, 400, "BODY_JSON"],
      [`${"[".repeat(4000)}${"]".repeat(4000)}`, 400, "BODY_FIELD"],
      [JSON.stringify({ ...proof, extra: secret }), 400, "BODY_FIELD"],
      [JSON.stringify({ ...proof, [secret]: 1 }), 400, "BODY_FIELD"],
      [`{"__proto__":{"a":1},${JSON.stringify(proof).slice(1)}`, 400, "BODY_SHAPE"],
      [`{"__proto__":1,${JSON.stringify(proof).slice(1)}`, 400, "BODY_FIELD"],
      [`{"constructor":1,${JSON.stringify(proof).slice(1)}`, 400, "BODY_FIELD"],
      [`{"linkId":"x",${JSON.stringify(proof).slice(1)}`, 400, "BODY_SHAPE"],
      [JSON.stringify({ ...proof, linkId: [secret] }), 400, "BODY_FIELD"],
      [JSON.stringify({ ...proof, linkId: `${secret}\r\nX: 1` }), 400, "BODY_FIELD"],
      ["null", 400, "BODY_FIELD"],
      [`"${secret.repeat(3000)}"`, 413, "BODY_SIZE"],
    ];
    for (const [body, status, code] of cases) {
      const reply = await x.post("/x/peek", body);
      t.is(reply.body.code, code, body.slice(0, 60));
      t.is(reply.status, status);
      t.false(reply.text.includes(secret));
    }
    const zipped = await x.request("POST", "/x/peek", {
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: "x",
    });
    t.is(zipped.status, 415);
    const form = await x.request("POST", "/x/peek", { body: "a=b" });
    t.is(form.status, 415);
    const host = await fetch(`${x.url.replace("127.0.0.1", "localhost")}/r`).catch(() => null);
    t.true(host === null || host.status === 421);
    t.is((await x.post("/x/peek", proof)).status, 200);
  },
);

onEveryDatabase("a claim with keys that are no points changes nothing", async (t, db) => {
  const x = await startExchange(t, db);
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const off = Uint8Array.from(who.keys.pk);
  off[64] = (off[64] ?? 0) ^ 1;
  for (const bad of [
    off,
    new Uint8Array(65),
    Uint8Array.from(who.keys.pk, (b, i) => (i ? b : 2)),
  ]) {
    for (const name of ["pk", "sigPk"]) {
      const reply = await x.post("/x/claim", { ...guessing(who), [name]: toBase64url(bad) });
      t.is(reply.body.code, "KEY_POINT");
      t.is(reply.body.pointer, `/${name}`);
    }
  }
  t.is((await db("mailboxes").first()).tries, 0);
});

onEveryDatabase(
  "abuse case 15, 16: a store that takes no write fails the claim, the link stays open",
  async (t, db, location) => {
    const x = await startExchange(t, db);
    const sealed = await openLink(x);
    const who = await claimer(sealed);
    const file = "file" in location;
    if (file) {
      await db.raw("PRAGMA query_only = ON");
    } else {
      await db.raw("ALTER TABLE events RENAME TO events_away");
    }
    const refused = await x.post("/x/claim", who.claim);
    t.is(refused.status, 503, refused.text);
    t.is(refused.body.code, "STORE_UNAVAILABLE");
    t.truthy(refused.headers.get("retry-after"));
    t.false(refused.text.includes("insert"));
    await (file
      ? db.raw("PRAGMA query_only = OFF")
      : db.raw("ALTER TABLE events_away RENAME TO events"));
    t.is(await stateOf(db, sealed), "open");
    t.is((await db("mailboxes").first()).tries, 0);
    t.is((await x.post("/x/claim", who.claim)).status, 200);
    for (const secret of Object.values(x.sealer.secrets())) {
      t.false(x.lines.join("").includes(toBase64url(secret)));
    }
    t.false(x.lines.join("").includes(toBase64url(sealed.linkId)));
  },
);
