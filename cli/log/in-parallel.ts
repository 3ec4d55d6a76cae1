/**
 * Works on a list with a few hands.
 *
 * @module
 */

/** Rejects with the first failure, once what was under way has ended; nothing is begun after it. */
export async function inParallel<T>(
  items: Iterable<T>,
  hands: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const hand = async () => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      await work(next.value).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: hands }, hand));
  if (failures.length > 0) {
    throw failures[0];
  }
}
