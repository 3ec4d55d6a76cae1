/**
 * A witness as C2SP tlog-witness says, asked by a log that is made a second time in the test.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import test from "ava";
import { PRIMITIVES, parseVkey } from "../src/activity/hashing.ts";
import { findCosignature } from "../src/activity/tree/checkpoint.ts";
import { parseNote } from "../src/activity/tree/note.ts";
import { openStore } from "../src/witness/directory.ts";
import { MALFORMED } from "./support/malformed-requests.ts";
import {
  cosign,
  openCosignature,
  postCheckpoint,
  requestBody,
  type SignedLog,
  signedLog,
  startTestWitness,
  vkeyOf,
} from "./support/witness.ts";

const ORIGIN = "log.example/one";

test("tlog-witness: 200 is a cosignature line that a second implementation verifies", async (t) => {
  const log = signedLog(ORIGIN);
  const { post, vkey } = await startTestWitness(t, "audit.example/w1", [log.vkey]);
  for (const [old, size] of [
    [0, 1],
    [1, 1],
    [1, 7],
    [7, 8],
    [8, 300],
    [300, 70_000],
  ] as const) {
    const { status, text } = await post(log.request(old, size));
    t.is(status, 200, `${old} to ${size}: ${text}`);
    t.regex(text, /^— audit\.example\/w1 [A-Za-z0-9+/]+={0,2}\n$/);
    const seconds = openCosignature(vkey, log.checkpoint(size), text);
    t.true(seconds !== null && Math.abs(seconds - Date.now() / 1000) < 60);
  }
});

test("tlog-cosignature: the client takes the cosignatures of a second implementation", (t) => {
  const log = signedLog(ORIGIN);
  const keys = ed25519.keygen();
  const key = parseVkey(vkeyOf("w.example", 4, keys.publicKey))!;
  const note = log.checkpoint(5);
  const line = cosign("w.example", keys, note, 1_679_315_147);
  const good = findCosignature(PRIMITIVES, parseNote(`${note}${line}\n`)!, key);
  t.is(good?.seconds, 1_679_315_147);
  const other = findCosignature(PRIMITIVES, parseNote(`${log.checkpoint(6)}${line}\n`)!, key);
  t.is(other, null, "a cosignature of another checkpoint");
});

interface Case {
  readonly title: string;
  readonly status: number;
  /** The record is at size 5. */
  readonly body: (log: SignedLog, other: SignedLog) => string | Uint8Array;
}

for (const [title, body] of MALFORMED) {
  test(`tlog-witness: 400 for ${title}`, async (t) => {
    const log = signedLog(ORIGIN);
    const { post } = await startTestWitness(t, "w", [log.vkey]);
    await post(log.request(0, 5));
    t.is((await post(body(log))).status, 400);
    t.is((await post(log.request(5, 7))).status, 200, "the record is where it was");
  });
}

const CASES: readonly Case[] = [
  {
    title: "400: an old size above that of the checkpoint",
    status: 400,
    body: (log) => requestBody(5, [], log.checkpoint(4)),
  },
  {
    title: "404: an origin that it does not know",
    status: 404,
    body: () => signedLog("log.example/two").request(5, 7),
  },
  {
    title: "403: the right origin under another key",
    status: 403,
    body: () => signedLog(ORIGIN).request(5, 7),
  },
  {
    title: "403: a signature of the trusted key that does not verify",
    status: 403,
    body: (log) => requestBody(5, log.proof(5, 7), log.checkpoint(7).replace("\n7\n", "\n8\n")),
  },
  {
    title: "403: a good signature of the trusted key beside a bad one",
    status: 403,
    body(log) {
      const bad = log.checkpoint(8).split("\n").at(-2);
      return requestBody(5, log.proof(5, 7), `${log.checkpoint(7)}${bad}\n`);
    },
  },
  {
    title: "422: a proof that proves nothing",
    status: 422,
    body: (log) => requestBody(5, log.proof(4, 7), log.checkpoint(7)),
  },
  {
    title: "422: a proof that is too short",
    status: 422,
    body: (log) => requestBody(5, log.proof(5, 7).slice(0, -1), log.checkpoint(7)),
  },
  {
    title: "422: no proof where one is needed",
    status: 422,
    body: (log) => requestBody(5, [], log.checkpoint(7)),
  },
  {
    title: "422: the same size with another root",
    status: 422,
    body: (_, other) => requestBody(5, [], other.checkpoint(5)),
  },
  {
    title: "422: a proof at the same size",
    status: 422,
    body: (log) => requestBody(5, log.proof(3, 5), log.checkpoint(5)),
  },
  {
    title: "422: a fork, with the fork's own proof",
    status: 422,
    body: (_, other) => other.request(5, 7),
  },
];

for (const { title, status, body } of CASES) {
  test(`tlog-witness: ${title}`, async (t) => {
    const log = signedLog(ORIGIN);
    const { post } = await startTestWitness(t, "w", [log.vkey]);
    await post(log.request(0, 5));
    const answer = await post(body(log, signedLog(ORIGIN, "fork", log.keys)));
    t.is(answer.status, status, answer.text);
    t.false(answer.text.includes("—"), "no cosignature");
    t.is((await post(log.request(5, 7))).status, 200, "the record is where it was");
  });
}

test("tlog-witness: 409 says the size that it has cosigned last, in a type of its own", async (t) => {
  const log = signedLog(ORIGIN);
  const { post } = await startTestWitness(t, "w", [log.vkey]);
  const conflict = (size: number) => ({ status: 409, type: "text/x.tlog.size", text: `${size}\n` });
  t.deepEqual(await post(log.request(3, 5)), conflict(0));
  await post(log.request(0, 5));
  t.deepEqual(await post(log.request(0, 5)), conflict(5));
  t.deepEqual(await post(log.request(0, 7)), conflict(5));
  t.deepEqual(await post(log.request(6, 7)), conflict(5));
  t.deepEqual(await post(log.request(0, 3)), conflict(5), "an older checkpoint");
});

test("tlog-witness: a checkpoint of size zero has the root of nothing; from zero no proof", async (t) => {
  const log = signedLog(ORIGIN);
  const { post } = await startTestWitness(t, "w", [log.vkey]);
  const wrong = requestBody(0, [], log.checkpoint(0, new Uint8Array(32)));
  t.is((await post(wrong)).status, 422);
  t.is((await post(requestBody(0, log.proof(1, 2), log.checkpoint(2)))).status, 422);
  t.is((await post(log.request(0, 0))).status, 200);
  t.is((await post(log.request(0, 2))).status, 200);
});

test("tlog-witness: signatures of unknown keys are passed over and not repeated", async (t) => {
  const log = signedLog(ORIGIN);
  const { post, url, vkey } = await startTestWitness(t, "w", [log.vkey]);
  const others = Array.from({ length: 16 }, (_, i) =>
    cosign(`w${i}`, ed25519.keygen(), log.checkpoint(5), 1),
  );
  const note = `${log.checkpoint(5)}${others.map((line) => `${line}\n`).join("")}`;
  const answer = await post(requestBody(0, [], note));
  t.is(answer.status, 200);
  t.is(answer.text.split("\n").length, 2);
  const hash = createHash("sha256").update(ORIGIN).digest("hex");
  const monitored = await fetch(`${url}/${hash}/checkpoint`);
  t.is(await monitored.text(), `${log.checkpoint(5)}${answer.text}`);
  t.not(openCosignature(vkey, log.checkpoint(5), answer.text), null);
});

test("tlog-witness: monitors get 404 for a log that was never cosigned", async (t) => {
  const log = signedLog(ORIGIN);
  const { url } = await startTestWitness(t, "w", [log.vkey]);
  const known = createHash("sha256").update(ORIGIN).digest("hex");
  for (const hash of [known, "0".repeat(64), known.toUpperCase()]) {
    t.is((await fetch(`${url}/${hash}/checkpoint`)).status, 404);
  }
});

test("other paths and methods are refused, and a body has a limit", async (t) => {
  const log = signedLog(ORIGIN);
  const { post, url } = await startTestWitness(t, "w", [log.vkey]);
  t.is((await fetch(`${url}/add-checkpoint`)).status, 405);
  t.is((await fetch(`${url}/add-checkpoint/`, { method: "POST" })).status, 404);
  t.is((await fetch(`${url}/`, { method: "DELETE" })).status, 404);
  const long = await post(`${log.request(0, 5)}${"x".repeat(70_000)}`).catch(() => null);
  t.true(long === null || long.status === 413);
  t.is((await post(log.request(0, 5))).status, 200);
});

test("contradictions are kept as evidence, signed by the log, and bounded", async (t) => {
  const log = signedLog(ORIGIN);
  const fork = signedLog(ORIGIN, "fork", log.keys);
  const { post, url, directory } = await startTestWitness(t, "w", [log.vkey]);
  await post(log.request(0, 5));
  await post(requestBody(5, [], fork.checkpoint(5)));
  await Promise.all(
    Array.from({ length: 120 }, (_, i) =>
      postCheckpoint(url, requestBody(5, [], log.checkpoint(6 + i))),
    ),
  );
  const store = await openStore(directory);
  t.teardown(() => store.close());
  const kept = await store.evidence();
  t.is(kept[0]?.kind, "root");
  t.is(kept[0]?.note, fork.checkpoint(5));
  t.is(kept.filter(({ kind }) => kind === "proof").length, 100);
});
