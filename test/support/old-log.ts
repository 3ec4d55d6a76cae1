/**
 * A deployment of which most of the log is older than the shortest retention.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import { createToken, revokeToken } from "../../src/access/tokens.ts";
import { SYSTEM } from "../../src/activity/entries/entry.ts";
import type { Config } from "../../src/base/config.ts";
import { createLogger } from "../../src/base/logger.ts";
import { adminTokenFile, coreDatabase } from "../../src/base/paths.ts";
import { openDatabase } from "../../src/db/open.ts";
import { addRecipient, confirmRecipient } from "../../src/handover/recipients/recipients.ts";
import { parseAddress } from "../../src/meters/address.ts";
import { addCustomer } from "../../src/meters/customers.ts";
import { enrolMeters } from "../../src/meters/enrol.ts";
import { findMeter } from "../../src/meters/find.ts";
import { retireMeter, rotateKey } from "../../src/meters/lifecycle.ts";
import { initialise } from "../../src/programs/init.ts";
import { openCore } from "../../src/programs/open-core.ts";
import { type DatabaseKind, freshDatabase, temporaryFolder } from "./databases.ts";
import { testConfig } from "./service.ts";

const DAY_MS = 86_400_000;

export interface OldLog {
  readonly config: Config;
  /** Tokens as they are sent. */
  readonly admin: string;
  readonly revoked: string;
  readonly recipient: string;
  readonly customer: string;
  /** How many entries there are, all from 45 days ago. */
  readonly old: number;
}

/** Makes tokens, meters with lives of their own and a recipient, and `filler` entries after. */
export async function makeOldLog(
  t: ExecutionContext,
  kind: DatabaseKind,
  filler = 1500,
  retentionDays: number | null = 30,
): Promise<OldLog> {
  const databaseUrl = kind === "sqlite" ? null : await freshDatabase(t, kind);
  const exchange = kind === "sqlite" ? null : await freshDatabase(t, kind);
  const config = testConfig({
    data: join(temporaryFolder(t), "data"),
    ...(databaseUrl !== null && "url" in databaseUrl ? { databaseUrl: databaseUrl.url } : {}),
    ...(exchange !== null && "url" in exchange ? { exchangeDatabaseUrl: exchange.url } : {}),
    ...(retentionDays === null ? {} : { logRetentionDays: retentionDays }),
  });
  let now = (Date.now() - 45 * DAY_MS) * 1000;
  const microseconds = () => now++;
  await initialise(config, microseconds);
  const core = await openCore(config, createLogger("core", "error"), null, { clock: microseconds });
  try {
    const deps = { ...core, clock: () => new Date(now / 1000) };
    const by = { ...SYSTEM, customer: null, role: "custodian" as const };
    const expiresAt = new Date(Date.now() + 90 * DAY_MS);
    const make = async (role: "admin" | "auditor") =>
      await createToken(deps, SYSTEM, {
        role,
        customer: null,
        name: "old",
        purpose: null,
        expiresAt,
      });
    const [admin, revoked] = [await make("admin"), await make("auditor")];
    await revokeToken(deps, SYSTEM, revoked.row.id);
    writeFileSync(adminTokenFile(config.data), `${admin.token}\n`);
    const customer = await addCustomer(deps, SYSTEM, "Stadtwerke");
    for (const [first, count] of [
      [10_000_000, 1],
      [20_000_000, 30],
      [30_000_000, 1],
    ] as const) {
      const batch = Array.from({ length: count }, (_, n) => ({
        line: n,
        address: parseAddress(`KAM-${first + n}`),
        profile: "wmbus" as const,
        name: null,
        order: null,
        allowUnauthenticated: false,
        keys: [],
      }));
      await enrolMeters(deps, by, customer, batch, false);
    }
    const meter = async (address: string) => await findMeter(core.db, by, address);
    await rotateKey(deps, by, await meter("KAM-20000003"));
    await retireMeter(deps, by, await meter("KAM-20000004"));
    const recipients = { ...deps, retired: core.retiredRecipients };
    const { id, fingerprint } = await addRecipient(recipients, SYSTEM, {
      customer,
      name: "Head-end",
      key: { kek: new Uint8Array(32).fill(7) },
      clientCertificate: null,
    });
    await confirmRecipient(recipients, { ...SYSTEM, actor: "somebody else" }, id, fingerprint);
    for (let made = 0; made < filler; made += 250) {
      const entries = Array.from({ length: Math.min(250, filler - made) }, (_, n) => ({
        ...SYSTEM,
        action: "test.filler",
        outcome: "ok" as const,
        fields: { n: made + n },
      }));
      await core.activity.commit(async () => ({ entries, result: null }));
    }
    const { size: old } = await core.activity.checkpoint();
    return {
      config,
      admin: admin.token,
      revoked: revoked.token,
      recipient: id,
      customer: customer.id,
      old,
    };
  } finally {
    await core.close();
  }
}

/** Waits until every entry below an index is emptied; answers how many are. */
export async function emptied(config: Config, below: number): Promise<number> {
  const db = openDatabase(coreDatabase(config));
  const bodies = async (comparison: string) => {
    const rows = db("log_entries").where("idx", "<", below).andWhere("body", comparison, "");
    const [row] = await rows.count({ n: "*" });
    return Number(row?.["n"]);
  };
  try {
    for (let left = 500; left > 0 && (await bodies("<>")) > 0; left--) {
      await delay(20);
    }
    return await bodies("=");
  } finally {
    await db.destroy();
  }
}
