import { holderOfUser, type UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { overbookings } from '../../support/invariants';
import { prepareStorm, prepareUniform, type BookingLoad } from '../load';
import { sample, summarise, type Sample } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { controlSubject, naiveSubject } from '../subjects/naive';
import { oneEachSubject } from '../subjects/one-each';
import { rawBatchesSubject } from '../subjects/raw-batches';
import { MAX_CONNECTIONS, withServices } from '../subjects/service';
import type { Subject } from '../subjects/subject';
import { partOf } from '../verify';
import { chosen, type Bench, type Section, type Workload } from './workload';

const SEATS = 100;
const PEOPLE = 1_000;
/** Enough to show what the naive one is worth; a thousand would take minutes. */
const FEW_PEOPLE = 200;
/** Storms per subject and round: one alone is over in milliseconds. */
const REPETITIONS = 5;

const IN_PROCESS = [engineSubject, rawBatchesSubject, oneEachSubject];

/** W1a: everybody at once after one occurrence's seats. */
export const storm: Workload = {
  id: 'W1a',
  run: async (bench) => [
    await withServices(bench.database, SEATS, (services) => large(bench, services)),
    await small(bench),
  ],
};

async function large(bench: Bench, services: readonly Subject[]): Promise<Section> {
  const subjects = chosen(bench, [...IN_PROCESS, ...services]);
  return {
    id: 'W1a',
    title: `${PEOPLE} people at once, ${SEATS} seats: milliseconds until all are answered`,
    unit: 'ms',
    subjects,
    rounds: await interleave(subjects, { ...bench, rounds: bench.options.rounds }, async (subject) =>
      summarise(await storms(bench, subject, { people: PEOPLE, times: REPETITIONS }), 'ms'),
    ),
    aims: [
      { subject: "S'", kind: 'faster', against: 'T', atLeast: 15 },
      { subject: "S'", kind: 'aborts', atMost: 0.02 },
      { subject: "S'", kind: 'time', against: 'R0', atMost: 2 },
      { subject: 'S', kind: 'time', against: 'F', atMost: 1.3 },
    ],
    notes: [
      `${REPETITIONS} storms per subject and round, the median of them counts. Over HTTP: at most ${MAX_CONNECTIONS} ` +
        'connections, everybody with a token that the service sees for the first time.',
    ],
  };
}

/** The naive one needs seconds: a small storm, few rounds. */
async function small(bench: Bench): Promise<Section> {
  const subjects = chosen(bench, [engineSubject, naiveSubject]);
  const rounds = Math.min(bench.options.rounds, 3);
  return {
    id: 'W1a, small',
    title: `${FEW_PEOPLE} people at once, ${SEATS} seats: milliseconds until all are answered`,
    unit: 'ms',
    subjects,
    rounds: await interleave(subjects, { ...bench, rounds }, async (subject) =>
      summarise(await storms(bench, subject, { people: FEW_PEOPLE, times: 1 }), 'ms'),
    ),
    aims: [{ subject: "S'", kind: 'faster', against: 'N', atLeast: 30 }],
    notes: await negativeControl(bench),
  };
}

async function storms(
  { database }: Bench,
  subject: Subject,
  { people, times }: { people: number; times: number },
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let time = 0; time < times; time += 1) {
    const load = await prepareStorm(database, { people, seats: SEATS });
    const expected = { CONFIRMED: SEATS, OCCURRENCE_FULL: people - SEATS };
    samples.push(await sample(database, subject, { load, expected }));
  }
  return samples;
}

/** Whether this machine can show the mistakes at all: a check that nothing can fail proves nothing. */
async function negativeControl({ database }: Bench): Promise<string[]> {
  const crowd = await prepareStorm(database, { people: FEW_PEOPLE, seats: SEATS });
  const oversold = (await confirmedBy(crowd, database)) - SEATS;
  const person = await prepareOnePerson(database);
  const twice = (await confirmedBy(person, database)) - 1;
  const caught = (await overbookings(database.connection, partOf(crowd))).length > 0;
  const verdict = oversold > 0 && twice > 0 && caught ? 'as it must' : '**so these storms prove nothing here**';
  return [
    `Negative control (no write lock): ${oversold} seats too many sold, one person in ${twice} overlapping ` +
      `occurrences too many, ${verdict}.`,
  ];
}

async function confirmedBy(load: BookingLoad, database: Bench['database']): Promise<number> {
  const open = await controlSubject.open(database);
  const { answers } = await open.drive(load);
  await open.close();
  return answers.filter(({ code }) => code === 'CONFIRMED').length;
}

const OVERLAPPING = 20;

/** One person's requests for occurrences that all take place at the same time, all at once. */
async function prepareOnePerson(database: Bench['database']): Promise<BookingLoad> {
  const load = await prepareUniform(database, { registrations: OVERLAPPING, tenants: 1, clients: OVERLAPPING });
  const userId = newId<UserId>();
  const requests = load.requests.map(({ scope, command }) => ({
    scope,
    command: { ...command, userId, holder: holderOfUser(userId) },
  }));
  return { ...load, requests };
}
