import { prepareUniform } from '../load';
import { sample, summarise } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { oneEachSubject } from '../subjects/one-each';
import { rawBatchesSubject } from '../subjects/raw-batches';
import { chosen, type Aim, type Bench, type Section, type Workload } from './workload';

const CLIENTS = 64;
const MANY_TENANTS = 50;

const SUBJECTS = [engineSubject, rawBatchesSubject, oneEachSubject];

/** W2: every request its own occurrence and person, at one tenant and spread over many. */
export const uniform: Workload = {
  id: 'W2',
  run: async (bench) => [
    await withTenants(bench, 1, [
      { subject: "S'", kind: 'faster', against: 'T', atLeast: 4 },
      { subject: "S'", kind: 'faster', against: 'R0', atLeast: 0.8 },
      { subject: "S'", kind: 'aborts', atMost: 0.02 },
      { subject: 'S', kind: 'faster', against: 'F', atLeast: 0.75 },
    ]),
    await withTenants(bench, MANY_TENANTS, [
      { subject: "S'", kind: 'faster', against: 'T', atLeast: 1 },
      { subject: "S'", kind: 'aborts', atMost: 0.02 },
    ]),
  ],
};

async function withTenants(bench: Bench, tenants: number, aims: readonly Aim[]): Promise<Section> {
  const { rounds, registrations } = bench.options;
  const subjects = chosen(bench, SUBJECTS);
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
    aims,
    notes: [],
  };
}
