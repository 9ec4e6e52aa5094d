import type { TenantId, UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { ATTACKS } from '../../support/attacks';
import { startServer } from '../http/child';
import { People } from '../http/people';
import { HttpPool } from '../http/pool';
import { productionFor } from '../http/production';
import { processorUs } from '../machine';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import type { Workload } from './workload';

/** Requests of one measurement, one after the other. */
const REQUESTS = 50;
const MAX_CPU_MS = 10;

interface AttackSubject {
  readonly name: string;
  readonly about: string;
  readonly body: string;
  readonly status: number;
}

const MAX_COMMENTS = '#\n'.repeat(50_000);

const SUBJECTS: readonly AttackSubject[] = [
  ...ATTACKS.map(({ id, what, query }, n) => ({
    name: `${id}.${n + 1}`,
    about: what,
    body: JSON.stringify({ query }),
    status: 400,
  })),
  {
    name: 'G6',
    about: '33,000 comments, which no limit counts',
    body: JSON.stringify({ query: `{__typename}${MAX_COMMENTS.slice(0, 66_000)}` }),
    status: 200,
  },
  { name: 'harmless', about: '`{__typename}`, for comparison', body: '{"query":"{__typename}"}', status: 200 },
];

/** What a stranger's hostile document costs before it is refused. */
export const limits: Workload = {
  id: 'limits',
  run: async (bench) => {
    const people = new People(bench.database);
    const [token = ''] = await people.enrol([{ tenantId: newId<TenantId>(), userId: newId<UserId>() }]);
    const service = await startServer('service-process', bench.database, { environment: productionFor(people) });
    try {
      const pool = new HttpPool(service.url);
      await pool.open(1);
      const plan = { ...bench, rounds: bench.options.rounds };
      const rounds = await interleave(SUBJECTS, plan, (subject) => measured(pool, service.pid, { subject, token }));
      pool.close();
      return [
        {
          id: 'limits',
          title: `attacks that a limit refuses, ${REQUESTS} of each one after the other: processor time of the service per request, all threads`,
          unit: 'ms',
          subjects: SUBJECTS,
          rounds,
          aims: SUBJECTS.map(({ name }) => ({ subject: name, kind: 'value' as const, atMost: MAX_CPU_MS })),
          notes: [],
        },
      ];
    } finally {
      await service.stop();
    }
  },
};

async function measured(
  pool: HttpPool,
  pid: number,
  { subject, token }: { readonly subject: AttackSubject; readonly token: string },
): Promise<Measurement> {
  const latencies: number[] = [];
  const before = processorUs([pid]);
  for (let n = 0; n < REQUESTS; n += 1) {
    const started = performance.now();
    const { status, body } = await pool.post(subject.body, token);
    latencies.push(performance.now() - started);
    if (status !== subject.status) throw new Error(`${subject.name}: HTTP ${status}: ${body.slice(0, 300)}`);
  }
  const cpuUs = (processorUs([pid]) - before) / REQUESTS;
  return {
    value: cpuUs / 1_000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuUs,
    abortsPerSuccess: NaN,
  };
}
