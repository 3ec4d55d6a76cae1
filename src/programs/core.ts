/**
 * The core program: keystore, log and both inside listeners.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import type { Logger } from "pino";
import { SYSTEM } from "../activity/entries/entry.ts";
import { createRefusals } from "../activity/refusals.ts";
import type { Witnesses } from "../activity/witness/witnesses.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { createLogger, kindOf } from "../base/logger.ts";
import { adminTokenFile, rootKeyFile, runFile } from "../base/paths.ts";
import { rolesAreProtected } from "../db/core/ddl.ts";
import { dialectOf } from "../db/open.ts";
import { createDecryptor } from "../frames/decrypt/decrypt.ts";
import { createUnknownAddresses } from "../frames/unknown/unknown.ts";
import type { HandoverContext } from "../handover/context.ts";
import { exchangeReport } from "../handover/exchange/state.ts";
import { linkStatus } from "../handover/links/status.ts";
import { webhookStatus } from "../handover/webhooks/outbox.ts";
import type { WebhookTarget } from "../handover/webhooks/send.ts";
import type { CoreContext } from "../http/context.ts";
import { createField } from "../http/field.ts";
import { createInternal } from "../http/internal.ts";
import { listen } from "../http/listen.ts";
import { createDirectory } from "../meters/directory.ts";
import { bindingOf, hostsOf } from "./bind.ts";
import type { RunningProgram } from "./exchange.ts";
import { startHandover } from "./handover-loop.ts";
import { type OpenCore, openCore, readSettings } from "./open-core.ts";
import { refuseSecondCore } from "./run-file.ts";
import { publicKeyOf } from "./service-keys.ts";
import { startWebhooks, webhookTarget } from "./webhook-loop.ts";
import { joinWitnesses, keepEvidence, witnessPolicy } from "./witnesses.ts";

/** `exchangeUrl` is where `serve` has just started the exchange, if it did. */
export async function startCore(
  config: Config,
  exchangeUrl: string | null,
): Promise<RunningProgram> {
  const internal = bindingOf(config, "internal");
  const field = bindingOf(config, "field");
  const webhook = webhookTarget(config);
  const policy = witnessPolicy(config);
  await refuseSecondCore(config.data);
  const logger = createLogger("core", config.logLevel);
  const core = await openCore(config, logger);
  // Before anything is served: a log that was set back as a whole is whole in itself.
  const joined = await joinWitnesses(config, core, policy, logger).catch(async (error: unknown) => {
    await core.close();
    keepEvidence(config, error);
    throw error;
  });
  const { witnesses } = joined;
  const context = await createContext(config, { ...core, ...joined }, logger, exchangeUrl, webhook);
  let isReady = false;
  const own: CoreContext = { ...context, isReady: () => isReady };
  const { trustProxy } = config;
  const inside = await listen(
    createInternal(own, { hosts: hostsOf(config, internal), trustProxy }),
    internal,
  );
  const onSite = await listen(
    createField(own, { hosts: hostsOf(config, field), trustProxy }),
    field,
  );
  await note(own, "service.started");
  const loop = startHandover(own.handover, logger);
  const webhooks = startWebhooks(own.handover, webhook, logger);
  witnesses?.start();
  const urls = {
    internal: inside.url,
    field: onSite.url,
    exchange: own.handover.exchange.publicUrl,
  };
  const instanceKey = Buffer.from(own.instanceKey).toString("base64url");
  writeFileSync(runFile(config.data), JSON.stringify({ ...urls, pid: process.pid, instanceKey }), {
    mode: 0o600,
  });
  isReady = true;
  await warn(config, core, logger);
  return {
    urls,
    async stop() {
      isReady = false;
      await Promise.all([
        inside.close(),
        onSite.close(),
        loop.stop(),
        webhooks.stop(),
        witnesses?.stop(),
      ]);
      await own.unknown.close().catch((error: unknown) => logger.error(kindOf(error), "unknown"));
      await own.refusals.close().catch((error: unknown) => logger.error(kindOf(error), "refusals"));
      await note(own, "service.stopped").catch((error: unknown) => {
        logger.error(kindOf(error), "the stop could not be recorded");
      });
      await witnesses?.finish().catch((error: unknown) => {
        logger.error(kindOf(error), "the last checkpoint could not be shown to witnesses");
      });
      await core.close();
      rmSync(runFile(config.data), { force: true });
      logger.info("core has stopped");
    },
  };
}

async function createContext(
  config: Config,
  core: OpenCore & { readonly witnesses: Witnesses | null },
  logger: Logger,
  exchangeUrl: string | null,
  webhook: WebhookTarget | null,
): Promise<CoreContext> {
  const { db, keystore, activity, revoked, retiredRecipients, witnesses } = core;
  const clock = () => new Date();
  const directory = createDirectory(db);
  const unknown = createUnknownAddresses(db, (error) => logger.error(kindOf(error), "unknown"));
  const handover: HandoverContext = {
    db,
    activity,
    keystore,
    clock,
    exchange: await exchangePeer(config, core, exchangeUrl),
    intakePublicKey: publicKeyOf(core.serviceKeys, "intake"),
    issuerPublicKey: publicKeyOf(core.serviceKeys, "package-signing"),
    notifies: webhook !== null,
  };
  return {
    db,
    keystore,
    activity,
    revoked,
    retiredRecipients,
    witnesses,
    clock,
    directory,
    handover,
    unknown,
    decryptor: createDecryptor({ db, keystore, activity, directory, unknown }),
    refusals: createRefusals(activity, (error) => logger.error(kindOf(error), "refusals")),
    sender: config.sender,
    claimWindowSeconds: config.claimWindowSeconds,
    logger,
    instanceKey: new Uint8Array(randomBytes(32)),
    isReady: () => false,
    status: async () => ({
      disk: { freeBytes: freeBytes(config.data) },
      exchange: { url: handover.exchange.publicUrl, ...(await exchangeReport(handover)) },
      links: await linkStatus(db),
      ...(witnesses === null ? {} : { witness: await witnesses.status() }),
      ...(webhook === null ? {} : { webhooks: await webhookStatus(db) }),
    }),
  };
}

async function exchangePeer(config: Config, { db }: OpenCore, exchangeUrl: string | null) {
  const settings = await readSettings(db);
  const fallback = `http://${config.exchangeHost}:${config.exchangePort}`;
  const key = Buffer.from(config.exchangePublicKey ?? settings.get("exchange") ?? "", "base64url");
  if (key.length !== 32) {
    throw new ConfigError("exchangePublicKey: expected 32 bytes, base64url");
  }
  return {
    publicKey: new Uint8Array(key),
    publicUrl: trimmed(config.exchangePublicUrl ?? exchangeUrl ?? fallback),
    intakeUrl: trimmed(config.exchangeIntakeUrl ?? exchangeUrl ?? fallback),
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}

function freeBytes(data: string): number {
  const { bavail, bsize } = statfsSync(data);
  return bavail * bsize;
}

async function note({ activity }: CoreContext, action: string): Promise<void> {
  await activity.commit(async () => ({
    entries: [{ ...SYSTEM, action, outcome: "ok" }],
    result: null,
  }));
}

/** Says at start what the deployment does not protect against. */
async function warn(config: Config, { db }: OpenCore, logger: Logger): Promise<void> {
  if (process.versions.node.startsWith("20.")) {
    logger.warn("Node 20 is past its end of life: run 24 LTS");
  }
  if (existsSync(adminTokenFile(config.data))) {
    logger.warn(
      "the first admin token is still in admin.token: make tokens of your own, delete it",
    );
  }
  if (rootKeyFile(config).startsWith(config.data)) {
    logger.warn(
      "the root key lies beside the database: a stolen directory is not protected (rootKeyFile)",
    );
  }
  if (dialectOf(db) === "postgres" && !(await rolesAreProtected(db))) {
    logger.warn("the database role owns the log's tables: it could drop the insert-only triggers");
  }
}
