/**
 * The core program: keystore, log and both inside listeners.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import type { Logger } from "pino";
import { SYSTEM } from "../activity/entries/entry.ts";
import { createRefusals } from "../activity/refusals.ts";
import { createPrunes } from "../activity/retention/prunes.ts";
import type { Witnesses } from "../activity/witness/witnesses.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { createLogger, kindOf } from "../base/logger.ts";
import { runFile } from "../base/paths.ts";
import { readVersion } from "../base/version.ts";
import { createDecryptor } from "../frames/decrypt/decrypt.ts";
import { createUnknownAddresses } from "../frames/unknown/unknown.ts";
import type { HandoverContext } from "../handover/context.ts";
import type { WebhookTarget } from "../handover/webhooks/send.ts";
import type { CoreContext } from "../http/context.ts";
import { createField } from "../http/field.ts";
import { createInternal } from "../http/internal.ts";
import { type Listening, listen } from "../http/listen.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { createDirectory } from "../meters/directory.ts";
import { bindingOf, hostsOf } from "./bind.ts";
import type { RunningProgram } from "./exchange.ts";
import { startHandover } from "./handover-loop.ts";
import { type OpenCore, openCore, readSettings } from "./open-core.ts";
import { allRestaters } from "./restaters.ts";
import { readRunFile, refuseSecondCore } from "./run-file.ts";
import { publicKeyOf } from "./service-keys.ts";
import { serviceStatus, standingWarnings } from "./status.ts";
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
  const metrics = createMetrics();
  const core = await openCore(config, logger, null, {
    observe: (appended) => metrics.counted(appended.map(({ draft }) => draft)),
  });
  // Before anything is served: a log that was set back as a whole is whole in itself.
  const joined = await joinWitnesses(config, core, policy, logger).catch(async (error: unknown) => {
    await core.close();
    keepEvidence(config, error);
    throw error;
  });
  const { witnesses } = joined;
  const parts = { ...core, ...joined };
  let isReady = false;
  const { trustProxy } = config;
  const listening: Listening[] = [];
  const serve = async (): Promise<CoreContext> => {
    const context = await createContext(config, parts, logger, exchangeUrl, webhook, metrics);
    const own = { ...context, isReady: () => isReady && core.activity.lock() === null };
    const hosts = [hostsOf(config, internal), hostsOf(config, field)] as const;
    const inside = createInternal(own, { hosts: hosts[0], trustProxy });
    listening.push(await listen(inside, internal));
    const onSite = createField(own, { hosts: hosts[1], trustProxy });
    listening.push(await listen(onSite, field));
    // One that was started in the same moment may serve by now.
    await refuseSecondCore(config.data);
    await note(own, "service.started");
    return own;
  };
  const own = await serve().catch(async (error: unknown) => {
    // Or the process would stay, with a port and no answer.
    await Promise.all([...listening.map((one) => one.close()), witnesses?.stop()]);
    await core.close();
    throw error;
  });
  const [inside, onSite] = listening as [Listening, Listening];
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
  own.prunes.resume();
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
      await own.prunes.close();
      await own.unknown.close().catch((error: unknown) => logger.error(kindOf(error), "unknown"));
      await own.refusals.close().catch((error: unknown) => logger.error(kindOf(error), "refusals"));
      await note(own, "service.stopped").catch((error: unknown) => {
        logger.error(kindOf(error), "the stop could not be recorded");
      });
      await witnesses?.finish().catch((error: unknown) => {
        logger.error(kindOf(error), "the last checkpoint could not be shown to witnesses");
      });
      await core.close();
      // Another core may have taken the directory over.
      if (readRunFile(config.data)?.pid === process.pid) {
        rmSync(runFile(config.data), { force: true });
      }
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
  metrics: Metrics,
): Promise<CoreContext> {
  const startedAt = new Date();
  const { db, keystore, activity, index, revoked, restricted, retiredRecipients, witnesses } = core;
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
    index,
    revoked,
    restricted,
    retiredRecipients,
    witnesses,
    clock,
    directory,
    handover,
    unknown,
    decryptor: createDecryptor({ db, keystore, activity, directory, unknown }),
    prunes: createPrunes({
      db,
      activity,
      index,
      clock,
      history: core.pruneHistory,
      retentionDays: config.logRetentionDays,
      restaters: allRestaters,
      onError: (error) => logger.error(kindOf(error), "pruned entries could not be emptied"),
    }),
    refusals: createRefusals(activity, (error) => logger.error(kindOf(error), "refusals")),
    sender: config.sender,
    claimWindowSeconds: config.claimWindowSeconds,
    logger,
    instanceKey: new Uint8Array(randomBytes(32)),
    isReady: () => false,
    metrics,
    status: () =>
      serviceStatus({
        config,
        db,
        activity,
        handover,
        witnesses,
        version: readVersion(),
        startedAt,
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

async function note({ activity }: CoreContext, action: string): Promise<void> {
  await activity.commit(async () => ({
    entries: [{ ...SYSTEM, action, outcome: "ok" }],
    result: null,
  }));
}

/** Says at start what the deployment does not protect against. */
async function warn(config: Config, { db }: OpenCore, logger: Logger): Promise<void> {
  for (const { code, detail } of await standingWarnings(config, db)) {
    logger.warn({ warning: code }, detail);
  }
}
