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
import { pushOutbox } from "../handover/outbox.ts";
import { pullEvents } from "../handover/pull.ts";
import { markUncertain } from "../handover/uncertain.ts";

const ROUND_MS = 1000;
const UNCERTAIN_MS = 60_000;

export function startHandover(
  handover: HandoverContext,
  logger: Logger,
): { stop(): Promise<void> } {
  let stopped = false;
  let wasReached = true;
  let nextUncertain = 0;
  let timer: NodeJS.Timeout;
  let round = Promise.resolve();

  async function run(): Promise<void> {
    try {
      await pullEvents(handover);
      await pushOutbox(handover);
      if (Date.now() >= nextUncertain) {
        await markUncertain(handover);
        nextUncertain = Date.now() + UNCERTAIN_MS;
      }
      if (!wasReached) {
        logger.info("the exchange answers again");
      }
      wasReached = true;
    } catch (error) {
      if (wasReached) {
        logger.warn(kindOf(error), "the exchange does not answer: links wait");
      }
      wasReached = false;
    }
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
