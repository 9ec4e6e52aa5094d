const MAX_BACKOFF_MS = 250;

/** Tries again with jitter. Without the service's budget: a request of these subjects waits as long as it takes. */
export async function untilCommitted<T>(
  attempt: () => Promise<{ done: true; value: T } | { done: false }>,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt();
    if (outcome.done) return outcome.value;
    const pause = Math.random() * Math.min(2 ** tries, MAX_BACKOFF_MS);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
