import { prepareUniform } from '../load';
import { sample, summarise } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { oneEachSubject } from '../subjects/one-each';
import { naiveSubject } from '../subjects/naive';
import { postgresSubjects } from '../subjects/postgres';
import { rawBatchesSubject, rawWritesSubject } from '../subjects/raw-batches';
import { withServices } from '../subjects/service';
import { slotsSubject } from '../subjects/slots';
import type { Subject } from '../subjects/subject';
import { chosen, type Aim, type Bench, type Section, type Workload } from './workload';

const CLIENTS = 64;
const MANY_TENANTS = 50;
/** Of every occurrence; one of them is taken. */
const SEATS = 10;

const IN_PROCESS = [engineSubject, rawBatchesSubject, oneEachSubject];
const RIVALS = [rawWritesSubject, slotsSubject, naiveSubject];

/** W2: every request its own occurrence and person, at one tenant and spread over many. */
export const uniform: Workload = {
  id: 'W2',
  run: (bench) =>
    withServices(bench.database, SEATS, async (services) => {
      const rivals = [...RIVALS, ...postgresSubjects(await bench.postgres())];
      return [
        await spread(bench, chosen(bench, [...IN_PROCESS, ...rivals, ...services]), 1),
        await spread(bench, chosen(bench, [...IN_PROCESS, ...services]), MANY_TENANTS),
      ];
    }),
};

const ABORTS: Aim = { subject: "S'", kind: 'aborts', atMost: 0.02 };
const OVER_HTTP: Aim = { subject: 'S', kind: 'faster', against: 'F', atLeast: 0.75 };
const AT_ONE_TENANT: readonly Aim[] = [
  { subject: "S'", kind: 'faster', against: 'T', atLeast: 4 },
  { subject: "S'", kind: 'faster', against: 'A', atLeast: 5 },
  { subject: "S'", kind: 'faster', against: 'N', atLeast: 5 },
  { subject: "S'", kind: 'faster', against: 'P1', atLeast: 2 },
  { subject: "S'", kind: 'faster', against: 'P2', atLeast: 0.7 },
  { subject: "S'", kind: 'faster', against: 'R0', atLeast: 0.8 },
  ABORTS,
  OVER_HTTP,
];
const AT_MANY_TENANTS: readonly Aim[] = [{ subject: "S'", kind: 'faster', against: 'T', atLeast: 1 }, ABORTS];

async function spread(bench: Bench, subjects: readonly Subject[], tenants: number): Promise<Section> {
  const { rounds, registrations } = bench.options;
  return {
    id: `W2, ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`,
    title: `${registrations} registrations of their own people and occurrences, ${CLIENTS} clients: answers per second`,
    unit: '/s',
    subjects,
    rounds: await interleave(subjects, { ...bench, rounds }, async (subject) => {
      const load = await prepareUniform(bench.database, { registrations, tenants, clients: CLIENTS });
      const one = await sample(bench.database, subject, { load, expected: { CONFIRMED: registrations } });
      return summarise([one], '/s');
    }),
    aims: tenants === 1 ? AT_ONE_TENANT : AT_MANY_TENANTS,
    notes: [],
  };
}
