import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../../src/platform/clock';
import { makeEngine } from '../../support/engine';
import type { BenchDatabase } from '../bench-database';
import {
  drive,
  prepareStorm,
  prepareUniform,
  requestOf,
  toOutcome,
  type BookingLoad,
  type BookingRequest,
  type Driven,
  type Outcome,
} from '../load';
import { processorUs } from '../machine';
import { arrivals, openLoop } from '../open-loop';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import { engineSubject } from '../subjects/engine';
import { countCodes, verify, WrongOutcomeError } from '../verify';
import type { Bench, Workload } from './workload';

/** What the tenant that is watched asks for: an occurrence and a person for each. */
const REQUESTS = 400;
const PER_SECOND = 100;
/** The other tenant's: so many at once, one date after the other. */
const PEOPLE = 3_000;
const SEATS = 100;
const STORMS = 8;
/** As many show whether answers are right. */
const FEW_STORMS = 2;
const STORM_EVERY_MS = 500;
const MAX_RATIO = 2;

interface Neighbour {
  readonly name: string;
  readonly about: string;
  readonly storms: number;
}

const SUBJECTS: readonly Neighbour[] = [
  { name: 'alone', about: "S', one tenant that asks for little", storms: 0 },
  {
    name: 'beside a storm',
    about: `the same while ${PEOPLE} people of another tenant want ${SEATS} seats at once, every ${STORM_EVERY_MS} ms`,
    storms: STORMS,
  },
];

/** What a storm in one tenant does to another tenant's latency, in one process. */
export const fairness: Workload = {
  id: 'fairness',
  run: async (bench) => [
    {
      id: 'fairness',
      title: `${REQUESTS} registrations of one tenant, ${PER_SECOND} per second in an open loop: p99 from the moment each was due`,
      unit: 'ms',
      subjects: SUBJECTS,
      rounds: await interleave(SUBJECTS, { ...bench, rounds: bench.options.rounds }, (subject) =>
        measured(bench, subject),
      ),
      aims: [{ subject: 'beside a storm', kind: 'time', against: 'alone', atMost: MAX_RATIO }],
      notes: [
        'Generator, storm and engine share one process and one thread: what making and answering a storm takes is in it.',
      ],
    },
  ],
};

async function measured({ database, random, options }: Bench, subject: Neighbour): Promise<Measurement> {
  const storms = options.quick ? Math.min(subject.storms, FEW_STORMS) : subject.storms;
  const load = await prepareUniform(database, { registrations: REQUESTS, tenants: 1, clients: 1 });
  const rushes: BookingLoad[] = [];
  for (let n = 0; n < storms; n += 1) rushes.push(await prepareStorm(database, { people: PEOPLE, seats: SEATS }));
  const { engine, unitOfWork } = makeEngine(database.connection, new SystemClock());
  const submit = async ({ scope, command }: BookingRequest): Promise<Outcome> =>
    toOutcome(await engine.submit(scope, command));
  globalThis.gc?.();
  const pids = [process.pid, database.pid];
  const before = processorUs(pids);
  const storm = Promise.all(rushes.map((rush, turn) => rage(rush, turn * STORM_EVERY_MS, submit)));
  const driven = await openLoop(arrivals(REQUESTS, PER_SECOND, random), (index) => submit(requestOf(load, index)));
  const raged = await storm;
  const cpuUs = (processorUs(pids) - before) / (REQUESTS + storms * PEOPLE);
  await engine.drain();
  await verify(database.connection, engineSubject, { load, driven, expected: { CONFIRMED: REQUESTS }, found: [] });
  for (const [turn, rush] of rushes.entries()) await verifyStorm(database, rush, raged[turn]);
  const [p50Ms = NaN, p99Ms = NaN] = [0.5, 0.99].map((share) => quantile(driven.latenciesMs, share));
  return { value: p99Ms, p50Ms, p99Ms, cpuUs, abortsPerSuccess: unitOfWork.stats.aborted / REQUESTS };
}

async function rage(
  rush: BookingLoad,
  afterMs: number,
  submit: (request: BookingRequest) => Promise<Outcome>,
): Promise<Driven> {
  await sleep(afterMs);
  return drive(rush, submit);
}

/** The answers, and what its tenant has stored: who was told so and nobody else, within the seats. Once nothing is timed. */
async function verifyStorm({ connection }: BenchDatabase, load: BookingLoad, driven?: Driven): Promise<void> {
  if (driven === undefined) throw new WrongOutcomeError('the storm', ['it was not answered']);
  const expected = expectedOfStorm(countCodes(driven), { people: PEOPLE, seats: SEATS });
  await verify(connection, { ...engineSubject, name: 'the storm' }, { load, driven, expected, found: [] });
}

/**
 * How many of each answer a storm may have had, given what it had. How many are told BUSY is the machine's affair. Seats may
 * stay free only where somebody was told so, and then nobody was told that it is full.
 */
export function expectedOfStorm(
  { CONFIRMED = 0, BUSY = 0 }: Readonly<Record<string, number>>,
  { people, seats }: { readonly people: number; readonly seats: number },
): Record<string, number> {
  const sold = BUSY > 0 ? Math.min(CONFIRMED, seats) : seats;
  return { CONFIRMED: sold, OCCURRENCE_FULL: sold < seats ? 0 : people - seats - BUSY, BUSY };
}
