import type { TenantId } from '../../../src/domain/ids';
import { OCCURRENCE_STATUSES, statusAt } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { at, makeOccurrence } from '../../support/make';

const startsAt = at(24);
const date = makeOccurrence(newId<TenantId>(), { startsAt, endsAt: at(25) });
const ms = (instant: Date, by: number): Date => new Date(instant.getTime() + by);

it.each([
  ['SCHEDULED', 'a moment before it starts', ms(startsAt, -1)],
  ['ONGOING', 'at its start', startsAt],
  ['ONGOING', 'a moment before its end', ms(date.endsAt, -1)],
  ['COMPLETED', 'at its end', date.endsAt],
])('a published date is %s %s', (status, _when, now) => {
  expect(statusAt(date, now)).toBe(status);
});

it.each(OCCURRENCE_STATUSES.filter((status) => status !== 'SCHEDULED'))('a date that is %s stays so', (status) => {
  for (const now of [ms(startsAt, -1), startsAt, date.endsAt]) expect(statusAt({ ...date, status }, now)).toBe(status);
});
