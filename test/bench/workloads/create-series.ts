import { closedLoop } from '../closed-loop';
import { processorUs } from '../machine';
import { interleave, type Measurement } from '../rounds';
import { DATES, makeSeries, type Series } from '../series';
import { quantile } from '../stats';
import { postgresSeries } from '../subjects/postgres-series';
import { mongoSeries, type SeriesSubject } from '../subjects/series';
import { WrongOutcomeError } from '../verify';
import { chosen, type Bench, type Workload } from './workload';

/** Series per measurement, one after the other. */
const SERIES = 10;

/** W5: an event every day for two years. */
export const createSeries: Workload = {
  id: 'W5',
  run: async (bench) => {
    const all = [...mongoSeries(bench.database), ...postgresSeries(await bench.postgres())];
    try {
      const subjects = chosen(bench, all);
      const plan = { ...bench, rounds: bench.options.rounds };
      return [
        {
          id: 'W5',
          title: `a daily series over two years, ${DATES} dates: milliseconds of the median one`,
          unit: 'ms',
          subjects,
          rounds: await interleave(subjects, plan, (subject) => measure(bench, subject)),
          aims: [
            { subject: "S'", kind: 'time', against: 'R0', atMost: 1.25 },
            { subject: "S'", kind: 'cpu', against: 'R0', atMost: 1.25 },
            { subject: "S'", kind: 'faster', against: 'Mongoose', atLeast: 3 },
            { subject: "S'", kind: 'time', against: 'P', atMost: 1 },
            { subject: "S'", kind: 'cpu', against: 'P', atMost: 1 },
          ],
          notes: [
            `${SERIES} series a measurement, one after the other. Only S' reads the rule and computes the dates.`,
          ],
        },
      ];
    } finally {
      for (const subject of all) await subject.close();
    }
  },
};

async function measure({ database }: Bench, subject: SeriesSubject): Promise<Measurement> {
  const series = Array.from({ length: SERIES }, makeSeries);
  await database.settle();
  globalThis.gc?.();
  const pids = [process.pid, ...subject.databasePids()];
  const before = processorUs(pids);
  const { latenciesMs } = await closedLoop({ requests: SERIES, clients: 1 }, (index) =>
    subject.create(series[index] ?? makeSeries()),
  );
  const cpuUs = (processorUs(pids) - before) / SERIES;
  for (const one of series) await verifySeries(subject, one);
  const p50Ms = quantile(latenciesMs, 0.5);
  return { value: p50Ms, p50Ms, p99Ms: quantile(latenciesMs, 0.99), cpuUs, abortsPerSuccess: NaN };
}

/** @throws WrongOutcomeError */
async function verifySeries(subject: SeriesSubject, series: Series): Promise<void> {
  const { events, dates, right, rows } = await subject.stored(series);
  if (events === 1 && dates === DATES && right === DATES && rows === 1) return;
  const found = `${events} events, ${dates} dates, ${right} of them right, ${rows} journal rows`;
  throw new WrongOutcomeError(subject.name, [`${found}; one event, ${DATES} right dates and one row expected`]);
}
