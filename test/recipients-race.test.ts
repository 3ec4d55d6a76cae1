import { createHmac } from "node:crypto";
import type { Activity } from "../src/activity/activity.ts";
import type { Knex } from "../src/db/open.ts";
import { inTransaction } from "../src/db/transaction.ts";
import {
  addRecipient,
  confirmRecipient,
  type RecipientDeps,
  requireRecipient,
  retireRecipient,
} from "../src/handover/recipients/recipients.ts";
import { createRecipientTable } from "../src/handover/recipients/rows.ts";
import { enrolledRecipient } from "../src/handover/recipients/seal.ts";
import { dispatch } from "./support/core.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { ACTOR, bothZones } from "./support/zones.ts";

const OTHER = { ...ACTOR, actor: "tok_2" };
const FINGERPRINT = "0011-2233";

async function enrolled(db: Knex) {
  await createRecipientTable(db);
  const actions: string[] = [];
  const commit: Activity["commit"] = async (work) =>
    inTransaction(db, async (trx) => {
      const { entries, result } = await work(trx);
      actions.push(...entries.map(({ action }) => action));
      return { result, first: 0, size: 0 };
    });
  const deps: RecipientDeps = {
    db,
    activity: { commit },
    keystore: {
      mac: async (_purpose, message) => createHmac("sha256", "k").update(message).digest(),
      importRecipientKek: () => Promise.reject(new Error()),
    },
    clock: () => new Date(),
    retired: new Set(),
  };
  const customer = { id: "cus_1" } as Parameters<typeof addRecipient>[2]["customer"];
  const key = {
    kind: "rsa-oaep",
    key: Uint8Array.of(1),
    fingerprint: FINGERPRINT,
    expiresAt: null,
    warnings: [],
  } as const;
  const { id } = await addRecipient(deps, ACTOR, {
    customer,
    name: "n",
    key,
    clientCertificate: null,
  });
  return { deps, id, actions };
}

onEveryDatabase(
  "a recipient that is retired while somebody confirms it stays retired",
  async (t, db, location) => {
    await bothZones(t, db, location);
    const { deps, id, actions } = await enrolled(db);
    const late: RecipientDeps = {
      ...deps,
      activity: {
        async commit(work) {
          await retireRecipient(deps, ACTOR, id);
          return await deps.activity.commit(work);
        },
      },
    };
    const confirmed = confirmRecipient(late, OTHER, id, FINGERPRINT);
    await t.throwsAsync(confirmed, { code: "RECIPIENT_RETIRED" });
    const row = await db("recipients").where({ id }).first();
    t.not(row.retired_at, null);
    t.is(row.confirmed_at, null);
    t.deepEqual(actions, ["recipient.added", "recipient.retired"]);
  },
);

onEveryDatabase(
  "two confirmations, and two ends, at the same time are one of each",
  async (t, db, location) => {
    await bothZones(t, db, location);
    const { deps, id, actions } = await enrolled(db);
    const confirm = () => confirmRecipient(deps, OTHER, id, FINGERPRINT);
    const [one, two] = await Promise.all([confirm(), confirm()]);
    t.is(one.confirmed_at, two.confirmed_at);
    await Promise.all([retireRecipient(deps, ACTOR, id), retireRecipient(deps, OTHER, id)]);
    t.deepEqual(actions, ["recipient.added", "recipient.confirmed", "recipient.retired"]);
    t.is((await db("recipients").where({ id }).first()).confirmed_at, one.confirmed_at);
  },
);

onEveryDatabase(
  "a recipient that is retired while a package is sealed gets none",
  async (t, db, location) => {
    const { core } = await bothZones(t, db, location);
    const { deps, id } = await enrolled(db);
    await confirmRecipient(deps, OTHER, id, FINGERPRINT);
    const recipient = enrolledRecipient(await requireRecipient(deps, "cus_1", id));
    const slow = {
      ...core,
      keystore: {
        ...core.keystore,
        async seal(request: Parameters<typeof core.keystore.seal>[0]) {
          await retireRecipient(deps, ACTOR, id);
          return await core.keystore.seal(request);
        },
      },
    };
    await t.throwsAsync(dispatch(slow, { recipient }), { code: "RECIPIENT_RETIRED" });
    t.is((await db("links")).length, 0);
    t.false((await core.actions()).includes("link.dispatched"));
  },
);
