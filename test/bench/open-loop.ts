import type { Loop } from './closed-loop';

/** Moments at which requests are due, milliseconds from the start: independent of one another (Poisson). */
export function arrivals(requests: number, perSecond: number, random: () => number): number[] {
  const due: number[] = [];
  let at = 0;
  for (let n = 0; n < requests; n += 1) {
    at -= (Math.log(1 - random()) * 1_000) / perSecond;
    due.push(at);
  }
  return due;
}

/**
 * Requests that are sent when they are due, whether the ones before them are answered or not. Latency counts from the
 * moment at which a request was due: what a slow server, or a generator that it holds up, makes late is not left out
 * (no coordinated omission). A request that throws ends the measurement.
 */
export async function openLoop<Answer>(
  due: readonly number[],
  send: (index: number) => Promise<Answer>,
): Promise<Loop<Answer>> {
  const answers = new Array<Answer>(due.length);
  const latenciesMs = new Array<number>(due.length);
  const started = performance.now();
  const one = async (index: number, at: number): Promise<void> => {
    answers[index] = await send(index);
    latenciesMs[index] = performance.now() - started - at;
  };
  const sent: Promise<void>[] = [];
  for (const [index, at] of due.entries()) {
    const early = at - (performance.now() - started);
    if (early > 0) await pause(early);
    const request = one(index, at);
    // Whoever waits below hears of it; until then it is not unhandled.
    request.catch(() => undefined);
    sent.push(request);
  }
  await Promise.all(sent);
  return { answers, latenciesMs, elapsedMs: performance.now() - started };
}

/** Timers are as coarse as a millisecond: the rest is spent letting others run. */
async function pause(ms: number): Promise<void> {
  const until = performance.now() + ms;
  if (ms > 2) await new Promise((resolve) => setTimeout(resolve, ms - 1));
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
}
