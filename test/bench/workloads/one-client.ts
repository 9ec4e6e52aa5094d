import { prepareUniform } from '../load';
import { sample, summarise } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { oneEachSubject } from '../subjects/one-each';
import { postgresSubjects } from '../subjects/postgres';
import { rawBatchesSubject } from '../subjects/raw-batches';
import { chosen, type Workload } from './workload';

/** One after the other: enough for a steady median. */
const SHARE = 0.25;

/** W2 at one client: nobody to share a transaction with. What one registration takes, and what asking for safety adds. */
export const oneClient: Workload = {
  id: 'W2-one',
  run: async (bench) => {
    const rivals = postgresSubjects(await bench.postgres());
    const subjects = chosen(bench, [engineSubject, rawBatchesSubject, oneEachSubject, ...rivals]);
    const registrations = Math.ceil(bench.options.registrations * SHARE);
    const rounds = await interleave(subjects, { ...bench, rounds: bench.options.rounds }, async (subject) => {
      const load = await prepareUniform(bench.database, { registrations, tenants: 1, clients: 1 });
      const one = await sample(bench.database, subject, { load, expected: { CONFIRMED: registrations } });
      const { p50Ms, ...rest } = summarise([one], 'ms');
      return { ...rest, p50Ms, value: p50Ms };
    });
    return [
      {
        id: 'W2, one client',
        title: `${registrations} registrations one after the other: milliseconds of the median one`,
        unit: 'ms',
        subjects,
        rounds,
        aims: [
          { subject: "S'", kind: 'time', against: 'R0', atMost: 1.3 },
          { subject: "S'", kind: 'time', against: 'T', atMost: 1.2 },
        ],
        notes: ['R0 has one registration per transaction here: nobody else is there to fill it.'],
      },
    ];
  },
};
