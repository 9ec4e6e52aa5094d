/* What the workers of both queues (due rows of the journal, deliveries) have in common [`booking-engine.md` §5.2]. */

/** After as many tries that failed somebody has to look; a row of the journal is not tried again before. */
export const MAX_ATTEMPTS = 12;
const MAX_BACKOFF_MS = 15 * 60_000;

/** When what has failed `attempts` times is tried again: twice as late each time, within a quarter of an hour. */
export const retryAt = (now: Date, attempts: number): Date =>
  new Date(now.getTime() + Math.min(1_000 * 2 ** attempts, MAX_BACKOFF_MS));

/** In any order, so that several workers do not all reach for the same item first. */
export const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);

/**
 * Takes the items in turn, `limit` of them at a time. One that fails does not keep the others.
 *
 * @returns how many `take` said yes to
 * @throws what the first one that failed threw, once all are done
 */
export async function takeEach<T>(
  items: readonly T[],
  limit: number,
  take: (item: T) => Promise<boolean>,
): Promise<number> {
  let taken = 0;
  const failures: unknown[] = [];
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      try {
        if (await take(item)) taken += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  if (failures.length > 0) throw failures[0];
  return taken;
}
