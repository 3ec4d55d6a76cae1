/**
 * `meterseal witness`: what an auditor types, from the first key to a declared restore.
 *
 * @module
 */
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openStore } from "../src/witness/directory.ts";
import { meterseal } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { postCheckpoint, requestBody, signedLog, startTestWitness } from "./support/witness.ts";

const ORIGIN = "log.example/cli";

test("init makes a private key and prints its vkey; a second init changes nothing", async (t) => {
  const dir = join(temporaryFolder(t), "w");
  const made = await meterseal(["witness", "init", "--dir", dir, "--name", "audit.example/w1"]);
  t.is(made.status, 0, made.stderr);
  t.regex(made.stdout, /witness key {2}audit\.example\/w1\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}\n/);
  t.is(statSync(join(dir, "witness.key")).mode & 0o777, 0o600);
  t.is(statSync(dir).mode & 0o777, 0o700);
  const again = await meterseal(["witness", "init", "--dir", dir, "--name", "x"]);
  t.is(again.status, 1);
  t.regex(again.stderr, /WITNESS_EXISTS/);
});

test("a name that cannot stand in a note is refused, and nothing is made", async (t) => {
  const dir = join(temporaryFolder(t), "w");
  for (const name of ["a b", "a+b", "", "a\nb"]) {
    const refused = await meterseal(["witness", "init", "--dir", dir, "--name", name]);
    t.is(refused.status, 1);
    t.regex(refused.stderr, /WITNESS_NAME/);
    t.false(existsSync(dir));
  }
});

test("add takes a log's key once, and no other key under its name", async (t) => {
  const [log, other] = [signedLog(ORIGIN), signedLog(ORIGIN)];
  const { directory: dir, vkey } = await startTestWitness(t, "w", []);
  const add = (key: string) => meterseal(["witness", "add", "--dir", dir, key]);
  t.is((await add(log.vkey)).status, 0);
  t.is((await add(log.vkey)).status, 0);
  t.regex((await add(other.vkey)).stderr, /WITNESS_LOG_KNOWN/);
  t.regex((await add(vkey)).stderr, /WITNESS_LOG_KEY/);
  t.regex((await add("nonsense")).stderr, /WITNESS_LOG_KEY/);
});

test("list shows logs and sizes; accept moves the record back and keeps the old one", async (t) => {
  const log = signedLog(ORIGIN);
  const restored = signedLog(ORIGIN, "restored", log.keys);
  const { directory: dir, url, post } = await startTestWitness(t, "w", [log.vkey]);
  await post(log.request(0, 9));
  t.is((await post(requestBody(9, [], restored.checkpoint(9)))).status, 422);
  const listed = await meterseal(["witness", "list", "--dir", dir]);
  t.regex(listed.stdout, /LOG +SIZE +SEEN +EVIDENCE\nlog\.example\/cli +9 +\d{4}-[\d: -]+Z +1\n/);

  const file = join(temporaryFolder(t), "checkpoint");
  writeFileSync(file, signedLog(ORIGIN).checkpoint(5));
  const accept = ["witness", "accept", "--dir", dir, ORIGIN, "--checkpoint", file];
  t.regex((await meterseal(accept)).stderr, /WITNESS_CHECKPOINT/);
  writeFileSync(file, restored.checkpoint(5));
  const accepted = await meterseal([...accept, "--json"]);
  t.deepEqual(JSON.parse(accepted.stdout), { origin: ORIGIN, from: 9, to: 5 });
  t.is((await postCheckpoint(url, log.request(5, 9))).status, 422, "the old log is the fork now");
  t.is((await postCheckpoint(url, restored.request(5, 7))).status, 200);

  const evidence = await meterseal(["witness", "list", "--dir", dir, "--evidence", "--json"]);
  const kept = evidence.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.deepEqual(
    kept.map(({ kind }) => kind),
    ["root", "accepted", "proof"],
  );
  t.true(kept[1].note.startsWith(log.checkpoint(9)), "with the cosignature that was given");
});

test("accept does not move a record that has moved since it was looked at", async (t) => {
  const log = signedLog(ORIGIN);
  const { directory, post } = await startTestWitness(t, "w", [log.vkey]);
  const store = await openStore(directory);
  t.teardown(() => store.close());
  const before = (await store.log(ORIGIN))!;
  await post(log.request(0, 3));
  t.false(await store.move(before, { size: 1, root: "", note: null, seenAt: null }));
  t.is((await store.log(ORIGIN))?.size, 3);
});

test("serve refuses what would put it at risk", async (t) => {
  const { directory: dir } = await startTestWitness(t, "w", []);
  const serve = (...more: string[]) => meterseal(["witness", "serve", "--dir", dir, ...more]);
  t.regex((await serve("--host", "0.0.0.0", "--port", "0")).stderr, /WITNESS_INSECURE/);
  t.is((await serve("--port", "70000")).status, 2);
  t.regex((await serve("--tls-cert", "x")).stderr, /WITNESS_INSECURE/);
  chmodSync(join(dir, "witness.key"), 0o640);
  t.regex((await serve()).stderr, /WITNESS_MODE/);
  const nowhere = await meterseal(["witness", "serve", "--dir", join(dir, "no")]);
  t.regex(nowhere.stderr, /WITNESS_MISSING/);
});
