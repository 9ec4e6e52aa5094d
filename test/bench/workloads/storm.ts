import { prepareStorm } from '../load';
import { sample, summarise, type Sample } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { naiveSubject } from '../subjects/naive';
import { oneEachSubject } from '../subjects/one-each';
import { postgresSubjects } from '../subjects/postgres';
import { rawBatchesSubject, rawWritesSubject } from '../subjects/raw-batches';
import { MAX_CONNECTIONS, withServices } from '../subjects/service';
import { slotsSubject } from '../subjects/slots';
import type { Subject } from '../subjects/subject';
import { withTwoEngines } from '../subjects/two-engines';
import { chosen, type Bench, type Section, type Workload } from './workload';

const SEATS = 100;
const PEOPLE = 1_000;
/** Enough to show what the naive one is worth; a thousand would take minutes. */
const FEW_PEOPLE = 200;
/** Storms per subject and round: one alone is over in milliseconds. */
const REPETITIONS = 5;

const IN_PROCESS = [engineSubject, rawBatchesSubject, rawWritesSubject, oneEachSubject, slotsSubject];

/** W1a: everybody at once after one occurrence's seats. */
export const storm: Workload = {
  id: 'W1a',
  run: async (bench) => [
    await withServices(bench.database, SEATS, (services) =>
      withTwoEngines(bench.database, (engines) => large(bench, [engines, ...services])),
    ),
    await small(bench),
  ],
};

async function large(bench: Bench, processes: readonly Subject[]): Promise<Section> {
  const subjects = chosen(bench, [...IN_PROCESS, ...postgresSubjects(await bench.postgres()), ...processes]);
  const [people, times] = bench.options.quick ? [FEW_PEOPLE, 1] : [PEOPLE, REPETITIONS];
  return {
    id: 'W1a',
    title: `${people} people at once, ${SEATS} seats: milliseconds until all are answered`,
    unit: 'ms',
    subjects,
    rounds: await interleave(subjects, { ...bench, rounds: bench.options.rounds }, async (subject) =>
      summarise(await storms(bench, subject, { people, seats: SEATS, times }), 'ms'),
    ),
    aims: [
      { subject: "S'", kind: 'faster', against: 'T', atLeast: 15 },
      { subject: "S'", kind: 'faster', against: 'A', atLeast: 20 },
      { subject: "S'", kind: 'faster', against: 'P1', atLeast: 5 },
      { subject: "S'", kind: 'faster', against: 'P2', atLeast: 2 },
      { subject: "S'", kind: 'aborts', atMost: 0.02 },
      { subject: "S' x 2", kind: 'aborts', atMost: 0.2 },
      { subject: "S'", kind: 'time', against: 'R0', atMost: 2 },
      { subject: 'S', kind: 'time', against: 'F', atMost: 1.3 },
    ],
    notes: [
      `${times} storms per subject and round, the median of them counts. Over HTTP: at most ${MAX_CONNECTIONS} ` +
        'connections, everybody with a token that the service sees for the first time.',
      'No request has an idempotency key, so nobody writes a row for one.',
      'W1b and W6 need a waiting list, which the service does not have yet.',
    ],
  };
}

/** The naive one needs seconds: a small storm, few rounds. */
async function small(bench: Bench): Promise<Section> {
  const subjects = chosen(bench, [engineSubject, naiveSubject]);
  const rounds = Math.min(bench.options.rounds, 3);
  const [people, seats] = bench.options.quick ? [40, 20] : [FEW_PEOPLE, SEATS];
  return {
    id: 'W1a, small',
    title: `${people} people at once, ${seats} seats: milliseconds until all are answered`,
    unit: 'ms',
    subjects,
    rounds: await interleave(subjects, { ...bench, rounds }, async (subject) =>
      summarise(await storms(bench, subject, { people, seats, times: 1 }), 'ms'),
    ),
    aims: [{ subject: "S'", kind: 'faster', against: 'N', atLeast: 30 }],
    notes: [],
  };
}

async function storms(
  { database }: Bench,
  subject: Subject,
  { people, seats, times }: { people: number; seats: number; times: number },
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let time = 0; time < times; time += 1) {
    const load = await prepareStorm(database, { people, seats });
    const expected = { CONFIRMED: seats, OCCURRENCE_FULL: people - seats };
    samples.push(await sample(database, subject, { load, expected }));
  }
  return samples;
}
