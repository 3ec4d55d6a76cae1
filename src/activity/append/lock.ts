/**
 * The state in which a log takes no more entries, and why.
 *
 * What the database holds is no longer what this core appended: whatever it would append now could
 * be lost, or fork the log. So it stays locked until it is started anew, which verifies everything.
 * Only a head store that cannot be written unlocks by itself, once it can.
 *
 * @module
 */
import { ActivityError, type LogLock } from "../activity.ts";

/** What was found wrong, before it has a time. */
export type Difference = Pick<LogLock, "code" | "detail">;

export interface Lock {
  readonly state: LogLock | null;
  /** The refusal of every act while the log is locked, or null. */
  refusal(): ActivityError | null;
  /** Locks when there is a difference; throws while the log is locked for good. */
  demand(difference: Difference | null): void;
  /** Locks for as long as the head store cannot be written. */
  holdFor(detail: string): void;
  /** The head store was written. */
  release(): void;
}

export function createLock(clock: () => number, onLock: (lock: LogLock | null) => void): Lock {
  let state: LogLock | null = null;

  function close(difference: Difference): void {
    state = { ...difference, since: new Date(clock() / 1000).toISOString() };
    onLock(state);
  }

  return {
    get state() {
      return state;
    },
    refusal: () => (state === null ? null : refusalOf(state)),
    demand(difference) {
      const isOpen = state === null || isTemporary(state);
      if (difference !== null && isOpen) {
        close(difference);
      }
      if (state !== null && !isTemporary(state)) {
        throw refusalOf(state);
      }
    },
    holdFor(detail) {
      if (state === null) {
        close({ code: "LOG_HEAD_STORE", detail });
      }
    },
    release() {
      if (state !== null && isTemporary(state)) {
        state = null;
        onLock(null);
      }
    },
  };
}

function isTemporary(state: LogLock): boolean {
  return state.code === "LOG_HEAD_STORE";
}

function refusalOf(lock: LogLock): ActivityError {
  const message = `activity log: locked: ${lock.detail}`;
  return isTemporary(lock)
    ? new ActivityError(message, { code: "LOG_UNAVAILABLE" })
    : new ActivityError(message, { code: "LOG_LOCKED", lock });
}
