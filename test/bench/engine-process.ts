import 'reflect-metadata';
import { openConnection } from '../../src/platform/mongo-connection';
import { POOL_SIZE } from './bench-database';
import type { BookingRequest, Outcome } from './load';
import { engineSubject } from './subjects/engine';

/** What the engine is to do: everybody at once. */
export interface Errand {
  readonly requests: readonly BookingRequest[];
}

export type Order = Errand | 'go';

/** What it came to, with the moments of the clock that all processes of a machine share, milliseconds. */
export interface ErrandReport {
  readonly answers: readonly Outcome[];
  readonly latenciesMs: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly aborted: number;
  readonly committed: number;
}

const sharedNow = (): number => performance.timeOrigin + performance.now();

/** An engine in a process of its own: takes an errand, says `ready`, waits for `go`, reports; again and again. */
async function main([uri]: readonly string[]): Promise<void> {
  if (uri === undefined) throw new Error('which database?');
  const connection = await openConnection(uri, { maxPoolSize: POOL_SIZE, serverSelectionTimeoutMs: 10_000 });
  let requests: readonly BookingRequest[] = [];
  process.on('message', (order: Order) => {
    if (order === 'go') return void carryOut().then((report) => process.send?.(report));
    requests = order.requests;
    globalThis.gc?.();
    process.send?.('ready');
  });
  const carryOut = async (): Promise<ErrandReport> => {
    const open = await engineSubject.open({ connection });
    const from = sharedNow();
    const { answers, latenciesMs } = await open.drive({ requests, clients: requests.length, occurrences: [] });
    const to = sharedNow();
    await open.close();
    const { aborted, committed } = open.transactions ?? { aborted: NaN, committed: NaN };
    return { answers, latenciesMs, from, to, aborted, committed };
  };
  process.once('disconnect', () => void connection.close().then(() => process.exit(0)));
  process.send?.('listening');
}

void main(process.argv.slice(2));
