import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './services';
import { keyedOf, unknownOps } from './attempts';
import { type Entry, isRefusal } from './history';

/** Longer than a request that lost its client may still be under way: its turn and its transaction. */
const IN_FLIGHT_MS = 6_000;
const TRIES = 30;
const PAUSE_MS = 500;

export interface Settler {
  readonly service: ServiceProcess;
  readonly tokenOf: (userId: string) => string;
  readonly record: (entry: Entry) => void;
}

/**
 * Asks again, under the same key, whatever has an unknown outcome: once nothing else is under way an answer says it for
 * all the requests before. What still has none after that stays unknown, and the checker says so.
 */
export async function settle(
  history: readonly Entry[],
  { service, tokenOf, record }: Settler,
): Promise<{ readonly unknown: number; readonly settled: number }> {
  const open = keyedOf(history).flatMap(({ attempts }) =>
    unknownOps({ attempts }).map((op) => ({ op, key: attempts[0]?.key ?? null })),
  );
  if (open.length === 0) return { unknown: 0, settled: 0 };
  await sleep(IN_FLIGHT_MS);
  let settled = 0;
  for (const { op, key } of open) {
    for (let turn = 0; turn < TRIES; turn += 1) {
      const invoke = performance.now();
      const told = await service.client.ask(op, key, tokenOf(op.userId));
      const times = { invoke, return: performance.now() };
      const entry: Entry = { op, key, ...times, server: service.index, settles: true, ...told };
      // "Not now" is no answer yet.
      if (entry.outcome !== 'ok' && !isRefusal(entry)) {
        await sleep(PAUSE_MS);
        continue;
      }
      record(entry);
      settled += 1;
      break;
    }
  }
  return { unknown: open.length, settled };
}
