/**
 * The core's side of the hand-over for tests: its tables, and a plain log in place of the tree.
 *
 * @module
 */
import type { Activity } from "../../src/activity/activity.ts";
import type { EntryDraft } from "../../src/activity/entries/entry.ts";
import type { Knex } from "../../src/db/open.ts";
import { inTransaction } from "../../src/db/transaction.ts";
import type { HandoverContext } from "../../src/handover/context.ts";
import { addLinkSeal } from "../../src/handover/link-seal.ts";
import {
  type Dispatched,
  type DispatchRequest,
  dispatchLink,
} from "../../src/handover/links/dispatch.ts";
import { createHandoverTables, createSenderTables } from "../../src/handover/tables.ts";
import type { TestExchange } from "./exchange.ts";
import { sealRequest } from "./sealer.ts";

export interface TestCore extends HandoverContext {
  entries(): Promise<EntryDraft[]>;
  /** Actions of all entries, in order. */
  actions(): Promise<string[]>;
}

/** A core that talks to `x`; `change` replaces parts of it. */
export async function startCore(
  db: Knex,
  x: TestExchange,
  change: Partial<HandoverContext> = {},
): Promise<TestCore> {
  if (!(await db.schema.hasTable("links"))) {
    await db.schema.createTable("write_lock", (table) => void table.integer("held"));
    await db.schema.createTable("lines", (table) => {
      table.increments("n");
      table.text("entry");
    });
    await createHandoverTables(db);
    await createSenderTables(db);
    await addLinkSeal(db);
  }
  const entries = async () =>
    (await db("lines").orderBy("n")).map(({ entry }) => JSON.parse(entry) as EntryDraft);
  return {
    db,
    activity: plainLog(db),
    keystore: x.sealer,
    clock: () => x.clock.now,
    exchange: { publicKey: x.exchange.publicKey, publicUrl: x.url, intakeUrl: x.url },
    intakePublicKey: x.sealer.intake,
    issuerPublicKey: x.sealer.issuer,
    notifies: true,
    entries,
    actions: async () => (await entries()).map(({ action }) => action),
    ...change,
  };
}

/** Dispatches three meters of one customer. */
export function dispatch(
  core: TestCore,
  change: Partial<DispatchRequest> = {},
): Promise<Dispatched> {
  const { reference: _r, createdAt: _c, expiresAt: _e, checkpoint: _n, ...seal } = sealRequest();
  return dispatchLink(core, {
    seal,
    customer: "cus_1",
    keys: [
      { number: 17, version: 1 },
      { number: 18, version: 1 },
      { number: 22, version: 2 },
    ],
    expiresInSeconds: 7 * 86_400,
    actor: { actor: "tok_1", role: "custodian", auth: "token", purpose: null, request: "r1" },
    ...change,
  });
}

function plainLog(db: Knex): Activity {
  return {
    vkey: "test",
    commit: (work) =>
      inTransaction(db, async (trx) => {
        const { entries, result } = await work(trx);
        for (const entry of entries) {
          await trx("lines").insert({ entry: JSON.stringify(entry) });
        }
        return { result, first: 0, size: 0 };
      }),
    checkpoint: () => Promise.resolve({ size: 0, root: new Uint8Array(32), note: "test\n0\n\n" }),
    head: () => ({ size: 0, root: new Uint8Array(32) }),
    lock: () => null,
    close: () => Promise.resolve(),
  };
}
