/**
 * The core's rounds with the exchange: push what waits, pull what happened.
 *
 * All connections go outwards from the core; the exchange never calls in.
 *
 * @module
 */
import type { Logger } from "pino";
import { kindOf } from "../base/logger.ts";
import type { HandoverContext } from "../handover/context.ts";
import { pushOutbox } from "../handover/exchange/outbox.ts";
import { pullEvents } from "../handover/exchange/pull.ts";
import { markUncertain } from "../handover/exchange/uncertain.ts";

const ROUND_MS = 1000;
const UNCERTAIN_MS = 60_000;

export function startHandover(
  handover: HandoverContext,
  logger: Logger,
): { stop(): Promise<void> } {
  let stopped = false;
  let wasReached = true;
  let wasTrusted = true;
  let nextUncertain = 0;
  let timer: NodeJS.Timeout;
  let round = Promise.resolve();

  /** Each part of a round on its own: a silent exchange must not keep its links from becoming uncertain. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (wasReached) {
        logger.warn(kindOf(error), "the exchange does not answer: links wait");
      }
      return false;
    }
  }

  async function pull(): Promise<void> {
    const { trusted } = await pullEvents(handover);
    if (!trusted && wasTrusted) {
      logger.error(
        { code: "EXCHANGE_FORK" },
        "the exchange's chain has a gap or a fork: it is not believed any more, its links count as disclosed",
      );
    }
    wasTrusted = trusted;
  }

  async function run(): Promise<void> {
    const isReached = await attempt(pull);
    await attempt(() => pushOutbox(handover));
    if (Date.now() >= nextUncertain) {
      await attempt(() => markUncertain(handover));
      nextUncertain = Date.now() + UNCERTAIN_MS;
    }
    if (isReached && !wasReached) {
      logger.info("the exchange answers again");
    }
    wasReached = isReached;
    if (!stopped) {
      timer = setTimeout(next, ROUND_MS);
    }
  }

  function next(): void {
    round = run();
  }

  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
      clearTimeout(timer);
    },
  };
}
