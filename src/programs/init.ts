/**
 * `meterseal init`: makes a data directory.
 *
 * The core and the exchange get a directory each and learn each other's public key; nothing else
 * passes between them.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRootKeyFile } from "../../keystore/index.ts";
import { createToken } from "../access/tokens.ts";
import { SYSTEM } from "../activity/entries/entry.ts";
import { microsecondClock } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import { createLogger } from "../base/logger.ts";
import { adminTokenFile, exchangeDirectory, rootKeyFile, vkeyFile } from "../base/paths.ts";
import { Problem } from "../base/problem.ts";
import { createExchangeKey } from "../exchange/exchange-key.ts";
import { openCore } from "./open-core.ts";
import { createServiceKeys, publicKeyOf } from "./service-keys.ts";

export interface Initialised {
  readonly data: string;
  /** The first admin token; it also lies in `admin.token`. */
  readonly token: string;
  readonly vkey: string;
}

const ADMIN_DAYS = 30;

/** File in the exchange's directory with the public key of the core's requests. */
export const CORE_KEY_FILE = "core.pub";

/** @throws {@link Problem} `DATA_NOT_EMPTY` */
export async function initialise(
  config: Config,
  microseconds: () => number = microsecondClock,
): Promise<Initialised> {
  const { data } = config;
  if (existsSync(data) && readdirSync(data).length > 0) {
    throw new Problem(
      409,
      "DATA_NOT_EMPTY",
      "the data directory is not empty: nothing was changed",
    );
  }
  mkdirSync(data, { recursive: true, mode: 0o700 });
  chmodSync(data, 0o700);
  const exchange = exchangeDirectory(data);
  mkdirSync(exchange, { mode: 0o700 });
  createRootKeyFile(rootKeyFile(config));
  const exchangeKey = createExchangeKey(exchange);

  const logger = createLogger("core", "error");
  const core = await openCore(
    { ...config, keystoreThreads: 1 },
    logger,
    async (db, keystore) => {
      await db("settings").insert([
        { name: "node", value: randomBytes(8).toString("hex") },
        { name: "origin", value: config.origin },
        { name: "exchange", value: base64url(exchangeKey.publicKey) },
      ]);
      return await createServiceKeys(db, keystore);
    },
    microseconds,
  );
  try {
    const clock = () => new Date(microseconds() / 1000);
    await core.activity.commit(async () => ({
      entries: [{ ...SYSTEM, action: "service.initialised", outcome: "ok" }],
      result: null,
    }));
    const { token } = await createToken({ ...core, clock }, SYSTEM, {
      role: "admin",
      customer: null,
      name: "first admin",
      purpose: null,
      expiresAt: new Date(clock().getTime() + ADMIN_DAYS * 86_400_000),
    });
    // Here, where a failure is seen: a log without its head store is refused from now on.
    await core.activity.checkpoint();
    const { vkey } = core.activity;
    const intake = publicKeyOf(core.serviceKeys, "intake");
    writeFileSync(join(exchange, CORE_KEY_FILE), `${base64url(intake)}\n`, { mode: 0o600 });
    writeFileSync(vkeyFile(data), `${vkey}\n`, { mode: 0o600 });
    writeFileSync(adminTokenFile(data), `${token}\n`, { mode: 0o600, flush: true });
    return { data, token, vkey };
  } finally {
    await core.close();
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
