import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const POLL_MS = 2;

/** How long a test waits for what another process, a socket or a worker does: long enough for a busy machine. */
export interface Patience {
  readonly patienceMs?: number;
}

/** Resolves once the condition holds; rejects with `what` was waited for when it does not in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  { patienceMs = PATIENCE_MS }: Patience = {},
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in ${patienceMs} ms: ${what}`);
    await pause(POLL_MS);
  }
}

/** What comes, if it comes in time; rejects with `what` was waited for when it does not. */
export async function inTime<T>(
  coming: Promise<T>,
  what: string,
  { patienceMs = PATIENCE_MS }: Patience = {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not in ${patienceMs} ms: ${what}`)), patienceMs);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
