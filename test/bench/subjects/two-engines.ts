import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchDatabase } from '../bench-database';
import type { ErrandReport, Order } from '../engine-process';
import type { BookingLoad, Driven } from '../load';
import type { Subject } from './subject';

const PROCESSES = 2;

/** S' in two processes that know nothing of each other, each with half of the people; they live as long as `use` runs. */
export async function withTwoEngines<T>(database: BenchDatabase, use: (subject: Subject) => Promise<T>): Promise<T> {
  const engines: ChildProcess[] = [];
  try {
    for (let n = 0; n < PROCESSES; n += 1) engines.push(await startEngine(database));
    return await use(subjectOf(engines));
  } finally {
    for (const engine of engines) await end(engine);
  }
}

async function startEngine({ uri }: BenchDatabase): Promise<ChildProcess> {
  const engine = fork(join(__dirname, '..', 'engine-process.js'), [uri], {
    execArgv: ['--expose-gc'],
    // Dates and typed ids go along as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await answerOf(engine);
  return engine;
}

async function answerOf(engine: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const gone = once(engine, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('an engine of the bench ended before it answered');
  });
  try {
    const [message] = (await Promise.race([once(engine, 'message'), gone])) as [unknown];
    return message;
  } finally {
    gone.catch(() => undefined);
    ended.abort();
  }
}

async function ask(engine: ChildProcess, order: Order): Promise<unknown> {
  const answer = answerOf(engine);
  engine.send(order);
  return answer;
}

const subjectOf = (engines: readonly ChildProcess[]): Subject => ({
  name: `S' x ${engines.length}`,
  about: `the booking engine in ${engines.length} processes, each with its share of the people`,
  keeps: 'everything',
  open: async () => {
    const transactions = { committed: 0, aborted: 0, conflicts: 0 };
    return {
      pids: engines.map(({ pid }) => pid ?? 0),
      transactions,
      prepare: async ({ requests }) => {
        const shares = engines.map((_, n) => requests.filter((_request, index) => index % engines.length === n));
        await Promise.all(engines.map((engine, n) => ask(engine, { requests: shares[n] ?? [] })));
      },
      drive: async (load) => {
        const reports = (await Promise.all(engines.map((engine) => ask(engine, 'go')))) as ErrandReport[];
        for (const { aborted, committed } of reports) {
          transactions.aborted += aborted;
          transactions.committed += committed;
        }
        return together(load, reports);
      },
      close: async () => undefined,
    };
  },
});

/** From the first process's first request to the last one's last answer. */
function together({ requests }: BookingLoad, reports: readonly ErrandReport[]): Driven {
  const dealt = <T>(of: (report: ErrandReport) => readonly T[]): T[] =>
    requests.map((_, index) => {
      const report = reports[index % reports.length];
      return (report && of(report)[Math.floor(index / reports.length)]) as T;
    });
  return {
    answers: dealt(({ answers }) => answers),
    latenciesMs: dealt(({ latenciesMs }) => latenciesMs),
    elapsedMs: Math.max(...reports.map(({ to }) => to)) - Math.min(...reports.map(({ from }) => from)),
  };
}

async function end(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null || engine.signalCode !== null) return;
  const gone = once(engine, 'exit');
  engine.disconnect();
  await gone;
}
