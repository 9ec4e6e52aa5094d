/** What a number of requests came to. */
export interface Loop<Answer> {
  /** One per request, in the order of the requests. */
  readonly answers: readonly Answer[];
  readonly latenciesMs: readonly number[];
  /** From the first request sent to the last answer. */
  readonly elapsedMs: number;
}

/**
 * A fixed number of requests by clients that each send their next when they have its answer. A request that throws ends
 * the measurement: nothing here may fail.
 */
export async function closedLoop<Answer>(
  { requests, clients }: { readonly requests: number; readonly clients: number },
  send: (index: number) => Promise<Answer>,
): Promise<Loop<Answer>> {
  const answers = new Array<Answer>(requests);
  const latenciesMs = new Array<number>(requests);
  let next = 0;
  const client = async (): Promise<void> => {
    for (let index = next++; index < requests; index = next++) {
      const sent = performance.now();
      answers[index] = await send(index);
      latenciesMs[index] = performance.now() - sent;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { answers, latenciesMs, elapsedMs: performance.now() - started };
}
