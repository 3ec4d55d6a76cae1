import type { SealedPackage } from "../keystore/index.ts";
import { cutWal } from "../src/db/erase.ts";
import { openDatabase } from "../src/db/open.ts";
import { pushOutbox } from "../src/handover/exchange/outbox.ts";
import { revokeLink } from "../src/handover/links/revoke.ts";
import { dispatch, type TestCore } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { sealRequest } from "./support/sealer.ts";
import { storedBytes } from "./support/storage.ts";
import { ACTOR, bothZones } from "./support/zones.ts";

/** The same core, and what is left to find of the last package that it sealed. */
function watched(core: TestCore) {
  let marks: Buffer[] = [];
  const seal = async (request: Parameters<TestCore["keystore"]["seal"]>[0]) => {
    const sealed: SealedPackage = await core.keystore.seal(request);
    const texts = [sealed.share, sealed.pinHash, sealed.ciphertext.slice(0, 24)].map((bytes) =>
      Buffer.from(bytes).toString("base64url"),
    );
    marks = texts.map((text) => Buffer.from(text));
    return sealed;
  };
  const keystore = { ...core.keystore, seal };
  return { core: { ...core, keystore }, marks: () => marks };
}

onEveryDatabase(
  "after the acknowledgement the core's database holds nothing of the package",
  async (t, db, location) => {
    const { core, marks } = watched((await bothZones(t, db, location)).core);
    for (const count of [1, 3, 30, 300]) {
      await dispatch(core, { seal: sealRequest(count) });
      t.is((await db("link_outbox")).length, 0);
      const bytes = storedBytes(location);
      t.is(marks().length, 3);
      t.deepEqual(
        marks().map((mark) => bytes.includes(mark)),
        [false, false, false],
        String(count),
      );
    }
  },
);

onEveryDatabase(
  "a draft that is revoked leaves nothing of its package either",
  async (t, db, location) => {
    const { core, marks } = watched((await bothZones(t, db, location)).core);
    const away = { ...core, exchange: { ...core.exchange, intakeUrl: "http://127.0.0.1:9" } };
    const { reference } = await dispatch(away);
    if ("file" in location) {
      t.true(marks().every((mark) => storedBytes(location).includes(mark)));
    }
    await revokeLink(away, { reference, reason: "SENDER", actor: ACTOR });
    t.false(marks().some((mark) => storedBytes(location).includes(mark)));
  },
);

onEveryDatabase(
  "a reader keeps the package in the log of the database until it has gone",
  async (t, db, location) => {
    const { core, marks } = watched((await bothZones(t, db, location)).core);
    const other = openDatabase(location);
    t.teardown(() => other.destroy());
    const reading = await other.transaction();
    await reading("links").first();
    await dispatch(core);
    const before = Date.now();
    await cutWal(db);
    t.true(Date.now() - before < 2500, "nobody waits for the reader");
    const file = "file" in location;
    t.is(
      marks().some((mark) => storedBytes(location).includes(mark)),
      file,
    );
    await reading.commit();
    await pushOutbox(core);
    t.false(marks().some((mark) => storedBytes(location).includes(mark)));
    if (file) {
      t.deepEqual(await db.raw("PRAGMA busy_timeout"), [{ timeout: 5000 }]);
    }
  },
);
