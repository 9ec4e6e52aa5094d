import { admitRecurrence } from '../../../src/domain/admit-recurrence';
import { RefusedError } from '../../../src/domain/errors';
import { materialise } from '../../../src/domain/materialise';
import { SystemClock } from '../../../src/platform/clock';
import { at } from '../../support/make';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import type { Workload } from './workload';

/** Everything that a hostile rule may still say inside of the policy, and what it may try outside of it. */
const list = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, n) => n + from).join(',');
const FULL_MONTH = `BYMONTHDAY=${list(1, 31)}`;
const WEEKDAYS = 'BYDAY=MO,TU,WE,TH,FR,SA,SU';

const RULES: readonly string[] = [
  // Never a date, at every frequency.
  ...['DAILY', 'MONTHLY', 'YEARLY'].map((frequency) => `FREQ=${frequency};BYMONTH=2;BYMONTHDAY=30`),
  'FREQ=YEARLY;INTERVAL=366;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=MONTHLY;INTERVAL=366;BYDAY=5MO;BYMONTHDAY=1',
  'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
  'FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-30',
  `FREQ=MONTHLY;${WEEKDAYS};BYSETPOS=366`,
  'FREQ=DAILY;UNTIL=19700101T000000Z',
  // As many as there can be.
  'FREQ=DAILY',
  'FREQ=DAILY;COUNT=730',
  `FREQ=DAILY;${FULL_MONTH};BYMONTH=${list(1, 12)};${WEEKDAYS};COUNT=730`,
  `FREQ=YEARLY;BYYEARDAY=${list(1, 53)};COUNT=730`,
  `FREQ=YEARLY;BYWEEKNO=${list(1, 53)};${WEEKDAYS};COUNT=730`,
  `FREQ=MONTHLY;${FULL_MONTH};${WEEKDAYS};BYSETPOS=${list(1, 31)};COUNT=730`,
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=730',
  'FREQ=YEARLY;INTERVAL=366;COUNT=730',
  // Outside of the policy: refused by reading alone.
  'FREQ=SECONDLY',
  'FREQ=DAILY;COUNT=2147483648',
  'FREQ=DAILY;COUNT=-5',
  'FREQ=DAILY;INTERVAL=0',
  'FREQ=DAILY;INTERVAL=999999999',
  'FREQ=DAILY;BYSETPOS=',
  `FREQ=WEEKLY;BYDAY=${'MO,'.repeat(20_000)}TU`,
  'FREQ=DAILY;'.repeat(46),
  'FREQ=YEARLY;BYEASTER=0',
];

/** As far back and ahead as `start-reach.ts` lets a start lie, days. */
const STARTS = [-365, 0, 3_650];
/** Every day at ten in a zone with clock changes: the dearest to put on the clock. */
const TIMEZONE = 'America/New_York';
const MAX_STALL_MS = 50;

const DOMAIN = { name: 'domain', about: 'admitting and materialising one rule, the longest of all counts' };

/** How long one request's rule can keep everybody else waiting (`security.md` §5). */
export const recurrenceStall: Workload = {
  id: 'stall',
  run: async (bench) => {
    const worst = new Map<string, number>();
    const rounds = await interleave([DOMAIN], { ...bench, rounds: bench.options.rounds }, async () => {
      const stalls = RULES.map((rule) => ({ rule, ms: Math.max(...STARTS.map((days) => stallOf(rule, days))) }));
      for (const { rule, ms } of stalls) worst.set(rule, Math.max(worst.get(rule) ?? 0, ms));
      return measurementOf(stalls.map(({ ms }) => ms));
    });
    const [longest] = [...worst].sort(([, a], [, b]) => b - a);
    return [
      {
        id: 'stall',
        title: `${RULES.length} hostile recurrence rules: milliseconds that the worst one keeps the event loop`,
        unit: 'ms',
        subjects: [DOMAIN],
        rounds,
        aims: [{ subject: DOMAIN.name, kind: 'value', atMost: MAX_STALL_MS }],
        notes: longest === undefined ? [] : [`The worst, warming up included: ${describe(longest)}.`],
      },
    ];
  },
};

const describe = ([rule, ms]: readonly [string, number]): string => `${ms.toFixed(1)} ms, \`${rule.slice(0, 60)}\``;

const measurementOf = (stalls: readonly number[]): Measurement => ({
  value: Math.max(...stalls),
  p50Ms: quantile(stalls, 0.5),
  p99Ms: quantile(stalls, 0.99),
  cpuUs: NaN,
  abortsPerSuccess: NaN,
});

/** All of it runs in one piece, so that its duration is the stall. */
function stallOf(rrule: string, daysAhead: number): number {
  const now = new SystemClock().now();
  const startsAtLocal = `${at(24 * daysAhead, now)
    .toISOString()
    .slice(0, 10)}T10:00:00`;
  const recurrence = { rrule, exdates: [], rdates: [] };
  const schedule = { timezone: TIMEZONE, startsAtLocal, duration: 'PT1H', recurrence };
  const started = performance.now();
  unlessRefused(() => admitRecurrence(schedule));
  unlessRefused(() => materialise(schedule, now));
  return performance.now() - started;
}

function unlessRefused(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}
