import { createHash } from 'node:crypto';
import { nextDaysRange } from '../../src/domain/days-ahead';
import { materialise } from '../../src/domain/materialise';
import { previewRecurrence } from '../../src/domain/preview';
import { expand } from '../../src/domain/recurrence';
import { corpusCases } from './recurrence-corpus';

/**
 * Prints one hash over what the recurrence code answers: the corpus, and daily series through every kind of clock change.
 * Run as a process of its own, because a process has one host time zone (`TZ`), and the hash must not depend on it.
 */
const zones = ['America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'America/Sao_Paulo', 'Pacific/Apia', 'UTC'];
const starts = ['2011-12-25T10:00:00', '2018-10-30T00:00:00', '2026-10-28T01:30:00', '2027-03-10T02:15:00'];
const until = '2040-01-01T00:00:00';

const answers = [
  corpusCases().map(({ set }) => expand(set, { until })),
  zones.flatMap((timezone) =>
    starts.map((startsAtLocal) => {
      const recurrence = { rrule: 'FREQ=DAILY;UNTIL=20401231T120000Z', exdates: [], rdates: [] };
      const schedule = { timezone, startsAtLocal, duration: 'P1D', recurrence };
      const now = new Date(`${startsAtLocal}Z`);
      return [materialise(schedule, now), previewRecurrence(schedule, 20), nextDaysRange(now, 30, timezone)];
    }),
  ),
];

const host = new Date(0).getTimezoneOffset();
process.stdout.write(`${host} ${createHash('sha256').update(JSON.stringify(answers)).digest('hex')}\n`);
