/**
 * What is kept of witnesses, when the log was put back under it.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { signHead } from "../src/activity/append/sign-head.ts";
import { PRIMITIVES } from "../src/activity/hashing.ts";
import { parsePolicy } from "../src/activity/tree/policy.ts";
import { openWitnesses } from "../src/activity/witness/witnesses.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { fakeWitness } from "./support/fake-witness.ts";
import { append, createTestLog } from "./support/log.ts";
import { cosign } from "./support/witness.ts";

const SILENT = { error: () => undefined, warn: () => undefined, info: () => undefined };

onEveryDatabase(
  "rows about entries that are lost prove nothing of those there are",
  async (t, db) => {
    const one = await fakeWitness(t, "one");
    const log = await createTestLog(t, db);
    const activity = await log.open();
    await append(activity, 3);
    const open = async () => {
      const witnesses = await openWitnesses({
        db,
        activity,
        log: log.key,
        policy: parsePolicy(PRIMITIVES, Buffer.from(`${one.line}quorum one\n`)),
        intervalSeconds: 1,
        maxAgeSeconds: 60,
        logger: SILENT,
      });
      t.teardown(() => witnesses.stop());
      return witnesses;
    };
    const before = await open();
    await before.round();
    t.is((await open()).witnessed()?.size, 3);
    // What came in while the database was put back: of this size, and of another log.
    const signer = {
      keystore: { sign: async (_: unknown, text: Uint8Array) => ed25519.sign(text, log.secretKey) },
      origin: log.key.name,
      publicKey: log.key.publicKey,
    };
    const lost = await signHead(signer, { size: 3, root: new Uint8Array(32).fill(1) });
    const note = `${lost}${cosign(one.name, one.keys, lost, 1_700_000_000)}\n`;
    for (const table of ["log_cosignatures", "log_witnessed"]) {
      t.is(await db(table).update({ note }), 1);
    }
    const after = await open();
    t.is(after.witnessed(), null);
    t.is((await after.status()).witnesses[0]?.size, null);
    await after.round();
    t.is(one.asked.at(-1)?.old, 0);
    t.is(after.witnessed()?.size, 3);
  },
);

onEveryDatabase("the status of witnesses answers while the log is locked", async (t, db) => {
  const one = await fakeWitness(t, "one");
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  const witnesses = await openWitnesses({
    db,
    activity,
    log: log.key,
    policy: parsePolicy(PRIMITIVES, Buffer.from(`${one.line}quorum one\n`)),
    intervalSeconds: 1,
    maxAgeSeconds: 60,
    logger: SILENT,
  });
  t.teardown(() => witnesses.stop());
  await witnesses.round();
  // Another core goes on.
  await append(await log.open(), 1);
  await t.throwsAsync(append(activity, 1), { code: "LOG_LOCKED" });
  t.like(await witnesses.status(), { quorum: { size: 3, met: true } });
});
