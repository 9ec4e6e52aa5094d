import { fieldChanges, MAX_CHANGES } from '../../../src/domain/field-changes';
import { replacedBy } from '../../../src/domain/journal';

describe('what a row says was changed', () => {
  it('is the new values beside those that they replaced, as texts', () => {
    const at = new Date('2027-03-01T09:00:00Z');
    const p = { name: 'New', capacity: null, seats: 2, open: true, at, before: { name: 'Old', capacity: 10 } };
    expect(fieldChanges({ p })).toEqual([
      { field: 'name', before: 'Old', after: 'New' },
      { field: 'capacity', before: '10', after: null },
      { field: 'seats', before: null, after: '2' },
      { field: 'open', before: null, after: 'true' },
      { field: 'at', before: null, after: '2027-03-01T09:00:00.000Z' },
    ]);
  });

  it('goes into what has parts, and tells the parts that differ', () => {
    const before = { recurrence: { rrule: 'FREQ=DAILY', exdates: ['a', 'b'], rdates: [] } };
    const p = { recurrence: { rrule: 'FREQ=WEEKLY', exdates: ['a'], rdates: [] }, before };
    expect(fieldChanges({ p })).toEqual([
      { field: 'recurrence.rrule', before: 'FREQ=DAILY', after: 'FREQ=WEEKLY' },
      { field: 'recurrence.exdates', before: 'a, b', after: 'a' },
    ]);
  });

  it('has what is gone, and what was nothing before', () => {
    expect(fieldChanges({ p: { before: { role: 'USER' } } })).toEqual([{ field: 'role', before: 'USER', after: null }]);
    expect(fieldChanges({ p: { recurrence: null, before: { recurrence: { rrule: 'FREQ=DAILY' } } } })).toEqual([
      { field: 'recurrence.rrule', before: 'FREQ=DAILY', after: null },
    ]);
  });

  it('leaves out the service’s own bookkeeping, and is never longer than an operation is charged for', () => {
    expect(fieldChanges({ p: { epoch: 2, paused: true, newAccount: false, accountId: 'x', name: 'A' } })).toEqual([
      { field: 'name', before: null, after: 'A' },
    ]);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field${n}`, n]));
    expect(fieldChanges({ p: many })).toHaveLength(MAX_CHANGES);
  });

  it('rests on what the writer kept: the fields that the edit sets, and no others', () => {
    expect(replacedBy({ name: 'Old', slug: 'old', timezone: 'UTC' }, { name: 'New', timezone: 'UTC' })).toEqual({
      name: 'Old',
      timezone: 'UTC',
    });
  });
});
