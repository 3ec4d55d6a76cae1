/**
 * A clock that does not run backwards.
 *
 * A link that was too old once stays too old, whatever happens to the machine's clock.
 *
 * @module
 */

/** Answers `clock`, or the latest time seen when `clock` has jumped back. */
export function forwardClock(clock: () => Date): () => Date {
  let latest = 0;
  return () => {
    latest = Math.max(latest, clock().getTime());
    return new Date(latest);
  };
}
