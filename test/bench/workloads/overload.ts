import { SystemClock } from '../../../src/platform/clock';
import { makeEngine } from '../../support/engine';
import { makeRegister } from '../../support/make';
import { closedLoop } from '../closed-loop';
import { prepareRoomy, requestOf, toOutcome, type Driven, type Outcome } from '../load';
import { processorUs, residentMiB } from '../machine';
import { arrivals, openLoop } from '../open-loop';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import { engineSubject } from '../subjects/engine';
import { countCodes, verify, WrongOutcomeError } from '../verify';
import type { Bench, Workload } from './workload';

const DATES = 1_000;
const SEATS = 1_000;
/** As many as keep the engine's batches full. */
const CLIENTS = 512;
const REQUESTS_AT_PEAK = 6_000;
const TIMES_CAPACITY = 2;
const SECONDS = 6;
const MAX_ROUNDS = 5;
/** Within which everybody has to be answered: five seconds to be started, and what a transaction takes at most. Not of a
 * quick run: on a machine that does something else besides, time proves nothing. */
const MAX_ANSWER_MS = 10_000;
const MIN_GOODPUT = 0.9;

const PEAK = { name: 'peak', about: `S' at its capacity: ${CLIENTS} clients, each with one request under way` };
const OVERLOADED = {
  name: 'overload',
  about: `S' offered ${TIMES_CAPACITY} times that for ${SECONDS} s in an open loop`,
};

/** What the overloaded rounds showed at worst. */
interface Worst {
  answers: number;
  busy: number;
  slowestMs: number;
  waiting: number;
  mib: number;
}

/** What is left of the capacity when twice as much is asked for: confirmed per second, the others told BUSY in time. */
export const overload: Workload = {
  id: 'overload',
  run: async (bench) => {
    const worst: Worst = { answers: 0, busy: 0, slowestMs: 0, waiting: 0, mib: 0 };
    const capacity = (await atPeak(bench, worst)).value;
    const subjects = [PEAK, OVERLOADED];
    const plan = { ...bench, rounds: Math.min(bench.options.rounds, MAX_ROUNDS) };
    const rounds = await interleave(subjects, plan, ({ name }) =>
      name === PEAK.name ? atPeak(bench, worst) : overloaded(bench, capacity * TIMES_CAPACITY, worst),
    );
    return [
      {
        id: 'overload',
        title: 'registrations confirmed per second, at capacity and at twice of it',
        unit: '/s',
        subjects,
        rounds,
        aims: [{ subject: OVERLOADED.name, kind: 'faster', against: PEAK.name, atLeast: MIN_GOODPUT }],
        notes: [
          `Overload, all rounds: ${worst.busy} of ${worst.answers} told BUSY; the slowest answer took ` +
            `${Math.round(worst.slowestMs)} ms; at most ${worst.waiting} waited; ${Math.round(worst.mib)} MiB at most, ` +
            'the generator with its requests included. Goodput counts until the last answer.',
        ],
      },
    ];
  },
};

const atPeak = (bench: Bench, worst: Worst): Promise<Measurement> =>
  driven(bench, {
    worst,
    loop: (send) => closedLoop({ requests: REQUESTS_AT_PEAK, clients: CLIENTS }, send),
  });

async function overloaded(bench: Bench, perSecond: number, worst: Worst): Promise<Measurement> {
  const due = arrivals(Math.round(perSecond * SECONDS), perSecond, bench.random);
  const loop = async (send: (index: number) => Promise<Outcome>): Promise<Driven> => {
    const done = await openLoop(due, send);
    worst.answers += done.answers.length;
    worst.busy += countCodes(done)['BUSY'] ?? 0;
    worst.slowestMs = Math.max(worst.slowestMs, quantile(done.latenciesMs, 1));
    return done;
  };
  const measurement = await driven(bench, { worst, loop });
  const { slowestMs } = worst;
  if (!bench.options.quick && slowestMs > MAX_ANSWER_MS)
    throw new WrongOutcomeError(OVERLOADED.name, [`an answer took ${slowestMs} ms`]);
  return measurement;
}

/** One load on an engine of its own, verified: goodput, and what waited. */
async function driven(
  { database }: Bench,
  { worst, loop }: { worst: Worst; loop: (send: (index: number) => Promise<Outcome>) => Promise<Driven> },
): Promise<Measurement> {
  const load = await prepareRoomy(database, { dates: DATES, seats: SEATS });
  const { engine, unitOfWork } = makeEngine(database.connection, new SystemClock());
  // Commands are made as they are sent: ready ones would be most of the memory.
  const send = async (index: number): Promise<Outcome> => {
    const { scope, command } = requestOf(load, index % DATES);
    const answer = engine.submit(scope, makeRegister({ id: command.occurrenceId }));
    worst.waiting = Math.max(worst.waiting, engine.waiting);
    return toOutcome(await answer);
  };
  globalThis.gc?.();
  const pids = [process.pid, database.pid];
  const before = processorUs(pids);
  const done = await loop(send);
  const cpuUs = processorUs(pids) - before;
  worst.mib = Math.max(worst.mib, residentMiB(process.pid));
  await engine.drain();
  const { CONFIRMED = 0 } = countCodes(done);
  // How many are told BUSY is the machine's affair, but there is no third answer, and nobody told BUSY is stored: whatever
  // this organization has stored was confirmed to somebody, by its id.
  const expected = { CONFIRMED, BUSY: done.answers.length - CONFIRMED };
  const found = CONFIRMED > 0 ? [] : ['nobody was confirmed'];
  await verify(database.connection, engineSubject, { load, driven: done, expected, found });
  return {
    value: (CONFIRMED * 1_000) / done.elapsedMs,
    p50Ms: quantile(done.latenciesMs, 0.5),
    p99Ms: quantile(done.latenciesMs, 0.99),
    cpuUs: cpuUs / CONFIRMED,
    abortsPerSuccess: unitOfWork.stats.aborted / CONFIRMED,
  };
}
