/**
 * Waiting for an exchange that does not answer: tried again for as long as the page is open.
 *
 * A repeated claim or confirmation changes nothing more than the first, so trying again is free.
 *
 * @module
 */
import { HandoverError, type HandoverErrorCode } from "../../../handover/protocol/errors.ts";

export interface Patience {
  /** Repeats `work` until it answers or fails for good. */
  until<T>(
    work: () => Promise<T>,
    onOffline: () => void,
    passing?: readonly HandoverErrorCode[],
  ): Promise<T>;
  /** Ends the present pause. */
  hurry(): void;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;

/** Failures that pass. */
const PASSING: readonly HandoverErrorCode[] = ["EXCHANGE_UNAVAILABLE"];

export function createPatience(): Patience {
  let endPause = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    async until(work, onOffline, passing = PASSING) {
      for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof HandoverError && passing.includes(error.code))) {
            throw error;
          }
        }
        onOffline();
        await pause(delay);
      }
    },
    hurry: () => endPause(),
  };
}
