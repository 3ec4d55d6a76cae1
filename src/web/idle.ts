/**
 * Wiping after a while of nothing happening, of which the last two minutes are counted down for
 * all to see and can be put off (WCAG 2.2 SC 2.2.1).
 *
 * By the clock, not by the number of ticks: timers stand still in a sleeping machine, and the
 * secrets must be gone when somebody else wakes it.
 *
 * @module
 */

const COUNTDOWN_MS = 120_000;
const TICK_MS = 1000;

export interface IdleWatch {
  /** Starts counting anew. */
  touch(): void;
  end(): void;
}

/**
 * Counts down; what a sign of a reader is, the view decides.
 *
 * @param onCount - seconds that are left, null while that is more than two minutes
 * @param idleMs - how long nothing may happen, in milliseconds
 */
export function watchIdle(
  onCount: (seconds: number | null) => void,
  onIdle: () => void,
  idleMs: number,
  now: () => number = Date.now,
): IdleWatch {
  let deadline = now() + idleMs;
  let counted: number | null = null;
  const count = (seconds: number | null) => {
    if (seconds !== counted) {
      counted = seconds;
      onCount(seconds);
    }
  };
  const tick = () => {
    const left = deadline - now();
    if (left <= 0) {
      end();
      onIdle();
    } else {
      count(left > COUNTDOWN_MS ? null : Math.ceil(left / 1000));
    }
  };
  const timer = setInterval(tick, TICK_MS);
  const end = () => clearInterval(timer);
  return {
    end,
    touch() {
      // A machine that wakes up delivers the key press before the timer.
      if (deadline - now() <= 0) {
        tick();
      } else {
        deadline = now() + idleMs;
        count(null);
      }
    },
  };
}
