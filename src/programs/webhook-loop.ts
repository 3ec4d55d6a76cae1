/**
 * Who is told of what happens to links: the receiver's settings, and rounds of delivery that run
 * beside the rounds with the exchange, so that a silent receiver holds up nothing.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type Config, ConfigError } from "../base/config.ts";
import { kindOf } from "../base/logger.ts";
import type { HandoverContext } from "../handover/context.ts";
import { deliverWebhooks } from "../handover/webhooks/deliver.ts";
import { parseNetworks } from "../handover/webhooks/networks.ts";
import { judgeUrl, type WebhookTarget } from "../handover/webhooks/send.ts";
import { parseWebhookSecrets } from "../handover/webhooks/sign.ts";

const ROUND_MS = 1000;

/** Reads the receiver's settings; null when there is none. @throws {@link ConfigError} */
export function webhookTarget(config: Config): WebhookTarget | null {
  const { webhookUrl, webhookSecretFile } = config;
  const allowed = parseNetworks(config.webhookAllowPrivate);
  if (allowed === null) {
    throw new ConfigError("webhookAllowPrivate: expected networks such as 10.1.0.0/16");
  }
  if (webhookUrl === undefined && webhookSecretFile === undefined) {
    return null;
  }
  if (webhookUrl === undefined || webhookSecretFile === undefined) {
    throw new ConfigError("webhookUrl and webhookSecretFile: expected both or neither");
  }
  const url = new URL(webhookUrl);
  if (url.username + url.password !== "") {
    throw new ConfigError("webhookUrl: expected no user or password, messages are signed");
  }
  switch (judgeUrl({ url, allowed })) {
    case "WEBHOOK_INSECURE":
      throw new ConfigError("webhookUrl: expected https, http is for this machine");
    case "WEBHOOK_ADDRESS":
      throw new ConfigError("webhookUrl: lies inside, name its network with webhookAllowPrivate");
    case null:
  }
  const secrets = parseWebhookSecrets(readPrivate(webhookSecretFile));
  if (secrets === null) {
    throw new ConfigError("webhookSecretFile: expected lines of whsec_ and 24 to 64 bytes, base64");
  }
  return { url, secrets, allowed, resolve: (host) => lookup(host, { all: true, verbatim: true }) };
}

/** Delivers every second until it is stopped. */
export function startWebhooks(
  handover: HandoverContext,
  target: WebhookTarget | null,
  logger: Pick<Logger, "warn" | "info">,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let wasTaken = true;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();

  async function run(to: WebhookTarget): Promise<void> {
    try {
      const { taken, failed } = await deliverWebhooks(handover, to, stopping.signal);
      if (failed > 0 && wasTaken) {
        logger.warn("the receiver of webhooks does not take them: they wait, see `status`");
      } else if (taken > 0 && failed === 0 && !wasTaken) {
        logger.info("the receiver of webhooks takes them again");
      }
      wasTaken = failed === 0 && (wasTaken || taken > 0);
    } catch (error) {
      logger.warn(kindOf(error), "webhooks");
    }
    if (!stopping.signal.aborted) {
      timer = setTimeout(next, ROUND_MS, to);
    }
  }

  function next(to: WebhookTarget): void {
    round = run(to);
  }

  if (target !== null) {
    next(target);
  }
  return {
    async stop() {
      // A receiver that hangs does not hold up the end.
      stopping.abort();
      clearTimeout(timer);
      await round;
    },
  };
}

function readPrivate(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    throw new ConfigError("webhookSecretFile: the file cannot be opened");
  }
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new ConfigError("webhookSecretFile: expected mode 0600, others may read it");
    }
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
