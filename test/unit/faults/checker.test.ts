import { Types } from 'mongoose';
import { check } from '../../faults/checker';
import type { Invariant } from '../../faults/findings';
import type { Entry } from '../../faults/history';
import { goodSample, type Sample } from './sample';

const AT_REST = { atRest: new Date('2030-01-01T00:00:00Z'), staleMs: 2_000 };

const found = ({ history, dump }: Sample): Set<Invariant> =>
  new Set(check(history, dump, AT_REST).map(({ invariant }) => invariant));

const the = <T>(list: readonly T[], which: (one: T) => boolean): T => {
  const one = list.find(which);
  if (one === undefined) throw new Error('the sample lacks what is to be damaged');
  return one;
};
const keyed = ({ dump }: Sample, key: string) => the(dump.idempotency, ({ _id }) => _id.endsWith(`|${key}`));
const told = ({ history }: Sample, key: string) => the(history, (entry) => entry.key === key);
const drop = <T>(list: T[], which: (one: T) => boolean): void => void list.splice(list.indexOf(the(list, which)), 1);
const small = ({ dump }: Sample) => the(dump.occurrences, ({ capacity }) => capacity === 2);
const large = ({ dump }: Sample) => the(dump.occurrences, ({ capacity }) => capacity === 11);
const reading = ({ history }: Sample, kind: 'readDate' | 'readEvent') => the(history, ({ op }) => op.kind === kind);
/** Ada's registration is the first, Cy's the third. */
const registration = ({ dump }: Sample, index: number) =>
  the(dump.registrations, (one) => one === dump.registrations[index]);

/** A good run, damaged in one way, and the name that the damage goes by. */
const MUTANTS: readonly (readonly [what: string, name: Invariant, damage: (sample: Sample) => void])[] = [
  ['a seat is sold twice', 'I1', (s) => Object.assign(small(s), { capacity: 1, seatsLeft: -1 })],
  [
    'a reader saw more seats taken than there are',
    'I1',
    (s) => Object.assign(reading(s, 'readDate').said, { seatsTaken: 3 }),
  ],
  ['the counter forgot a seat', 'I2', (s) => Object.assign(small(s), { confirmedSeats: 1, seatsLeft: 1 })],
  ['the free seats drifted', 'I2', (s) => Object.assign(small(s), { seatsLeft: 1 })],
  ['a person is in two places', 'I5', (s) => twoPlaces(s)],
  ['a lock is missing', 'I5', (s) => void s.dump.locks.pop()],
  ['a lock stayed behind', 'I5', (s) => Object.assign(registration(s, 0), { status: 'CANCELLED' })],
  [
    'a person is registered twice',
    'I6',
    (s) => void s.dump.registrations.push({ ...registration(s, 0), _id: new Types.ObjectId() }),
  ],
  ['a confirmed registration is gone', 'I7', (s) => drop(s.dump.registrations, (one) => one === registration(s, 0))],
  ['a confirmed registration has other seats', 'I7', (s) => Object.assign(registration(s, 0), { seats: 2 })],
  ['a confirmed cancellation is gone', 'I7', (s) => Object.assign(registration(s, 1), { status: 'CONFIRMED' })],
  ['a confirmed change of capacity is gone', 'I7', (s) => drop(s.dump.journal, ({ p }) => p['capacity'] === 11)],
  ['a confirmed move is gone', 'I7', (s) => drop(s.dump.journal, ({ p }) => 'startsAtLocal' in p)],
  [
    'a confirmed new name is gone',
    'I7',
    (s) =>
      Object.assign(
        the(s.dump.journal, ({ p }) => p['name'] === 'Chess'),
        { p: {} },
      ),
  ],
  [
    'a confirmed removal is gone',
    'I7',
    (s) =>
      Object.assign(
        the(s.dump.users, ({ status }) => status === 'REMOVED'),
        { status: 'ACTIVE' },
      ),
  ],
  ['a registration that nobody asked for', 'I8', (s) => drop(s.history, ({ key }) => key === 'k12')],
  ['a registration without a key', 'I8', (s) => void s.dump.registrations.push(stranger(s))],
  ['a cancellation that nobody asked for', 'I8', (s) => drop(s.history, ({ key }) => key === 'k5')],
  ['an edit that nobody asked for', 'I8', (s) => drop(s.history, ({ key }) => key === 'k8')],
  ['a removal that nobody asked for', 'I8', (s) => drop(s.history, ({ key }) => key === 'k11')],
  ['a key that nobody sent', 'I8', (s) => void s.dump.idempotency.push({ ...keyed(s, 'k1'), _id: 'somebody|else' })],
  [
    'a definite no had an effect',
    'I9',
    (s) => Object.assign(told(s, 'k2'), { outcome: 'fail', said: { code: 'BusyError' } }),
  ],
  [
    'an unknown outcome that never settled',
    'I9',
    (s) => drop(s.history, ({ key, settles }) => key === 'k6' && settles === true),
  ],
  [
    'an unknown outcome that settled as no and was yes',
    'I9',
    (s) => void s.dump.idempotency.push({ ...keyed(s, 'k6'), _id: keyed(s, 'k2')._id.replace('k2', 'k7') }),
  ],
  ['an idempotency row is missing', 'I10', (s) => drop(s.dump.idempotency, ({ _id }) => _id.endsWith('|k5'))],
  [
    'one key, two effects',
    'I10',
    (s) => Object.assign(told(s, 'k1'), { said: { code: 'Payload', id: new Types.ObjectId().toHexString() } }),
  ],
  ['two keys, one registration', 'I10', (s) => secondKey(s)],
  ['one key, two requests', 'I10', (s) => reuseKey(s)],
  [
    'a row of a registration’s journal is missing',
    'I11',
    (s) => drop(s.dump.journal, ({ type }) => type === 'REGISTERED'),
  ],
  ['a row of a date’s journal is missing', 'I11', (s) => drop(s.dump.journal, ({ p }) => p['capacity'] === 11)],
  ['the state is not what the journal says', 'I11', (s) => Object.assign(large(s), { capacity: 12, seatsLeft: 12 })],
  ['work is left', 'I12', (s) => Object.assign(s.dump.journal[0] as object, { due: new Date(0) })],
  ['work was given up', 'I12', (s) => Object.assign(s.dump.journal[0] as object, { deadAt: new Date(0) })],
  ['a removed person kept a seat', 'I12', (s) => Object.assign(registration(s, 3), { status: 'CONFIRMED' })],
  [
    'a cancelled registration is confirmed again',
    'I13',
    (s) => Object.assign(registration(s, 1), { status: 'CONFIRMED' }),
  ],
  [
    'another tenant’s person has a seat',
    'I14',
    (s) => Object.assign(registration(s, 0), { userId: s.dump.users.at(-1)?._id }),
  ],
  [
    'a registration is kept under another tenant',
    'I14',
    (s) => Object.assign(registration(s, 0), { tenantId: new Types.ObjectId() }),
  ],
  [
    'another tenant’s date was booked',
    'I14',
    (s) => Object.assign(told(s, 'k13'), { outcome: 'ok', said: { code: 'Payload', id: 'x' } }),
  ],
  [
    'another tenant’s date was told of',
    'I14',
    (s) => Object.assign(told(s, 'k13'), { said: { code: 'OccurrenceFullError' } }),
  ],
  ['a date of a series is missing', 'I15', (s) => drop(s.dump.occurrences, (one) => one === large(s))],
  [
    'a date of a series is there twice',
    'I15',
    (s) => void s.dump.occurrences.push({ ...large(s), _id: new Types.ObjectId() }),
  ],
  [
    'a date is not when its clocks say',
    'I16',
    (s) => Object.assign(large(s), { startsAtLocal: '2027-01-06T08:30:00' }),
  ],
  ['a registration did not move with its date', 'I16', (s) => Object.assign(small(s), { endsAt: new Date(0) })],
  ['who was confirmed does not see it', 'I17', (s) => Object.assign(reading(s, 'readDate').said, { mine: null })],
  [
    'who cancelled still sees it',
    'I17',
    (s) =>
      Object.assign(the(s.history, ({ said }) => said.mine === null).said, {
        mine: { id: told(s, 'k2').said.id, status: 'CONFIRMED' },
      }),
  ],
  [
    'a name that was changed here is read as it was',
    'I18',
    (s) => Object.assign(reading(s, 'readEvent').said, { revision: 1 }),
  ],
  [
    'a name that was changed elsewhere is read as it was, late',
    'I18',
    (s) =>
      Object.assign(reading(s, 'readEvent'), {
        server: 1,
        invoke: 9_000,
        return: 9_005,
        said: { code: 'Event', revision: 1 },
      }),
  ],
];

function twoPlaces(sample: Sample): void {
  const { s, e } = registration(sample, 0);
  Object.assign(registration(sample, 3), { status: 'CONFIRMED', holder: registration(sample, 0).holder, s, e });
}

const stranger = (sample: Sample) => ({ ...registration(sample, 0), _id: new Types.ObjectId(), holder: 'u:nobody' });

function secondKey(sample: Sample): void {
  const row = keyed(sample, 'k1');
  sample.dump.idempotency.push({ ...row, _id: row._id.replace('k1', 'k99') });
  sample.history.push({ ...told(sample, 'k1'), key: 'k99' });
}

/** What Bob asked for under k7 is there. */
function happened({ dump }: Sample): void {
  const { _id: id, ...ofBob } = the(dump.registrations, ({ status }) => status === 'CANCELLED');
  const made = {
    ...ofBob,
    _id: new Types.ObjectId(),
    occurrenceId: the(dump.occurrences, ({ capacity }) => capacity === 11)._id,
  };
  const row = the(dump.idempotency, ({ outcome }) => outcome.id === id.toHexString());
  dump.registrations.push({ ...made, status: 'CONFIRMED', active: true });
  dump.idempotency.push({
    ...row,
    _id: row._id.replace(/k\d$/, 'k7'),
    outcome: { type: 'registration', id: made._id.toHexString() },
  });
}

function reuseKey(sample: Sample): void {
  const entry = told(sample, 'k1');
  if (entry.op.kind !== 'register') throw new Error('k1 registers');
  sample.history.push({ ...entry, op: { ...entry.op, seats: 2 } });
}

describe('the checker', () => {
  test('finds nothing in a good run', () => {
    const { history, dump } = goodSample();
    expect(check(history, dump, AT_REST)).toEqual([]);
  });

  test.each(MUTANTS)('finds that %s, and calls it %s', (_what, name, damage) => {
    const sample = goodSample();
    damage(sample);
    expect([...found(sample)]).toContain(name);
  });

  test('does not hold against anybody what another process may still show', () => {
    const sample = goodSample();
    Object.assign(reading(sample, 'readEvent'), { server: 1, said: { code: 'Event', revision: 1 } });
    expect(found(sample)).toEqual(new Set());
  });

  test.each([
    ['did not happen', () => undefined],
    ['happened', (s: Sample) => happened(s)],
  ])('leaves open what somebody cannot ask any more, and it %s', (_what, damage) => {
    const sample = goodSample();
    const settled = the(sample.history, ({ key, settles }) => key === 'k7' && settles === true);
    Object.assign(settled, { said: { code: 'UNAUTHENTICATED' } });
    damage(sample);
    expect([...found(sample)].filter((name) => name === 'I8' || name === 'I9')).toEqual([]);
  });

  test.each([
    ['work that a clock in the future put off is not late', '2030-06-01', new Set()],
    ['work that was put off for half a year is', '2029-12-31', new Set(['I12'])],
  ])('%s', (_what, made, expected) => {
    const sample = goodSample();
    const _id = Types.ObjectId.createFromTime(new Date(made).getTime() / 1_000);
    Object.assign(sample.dump.journal[0] as object, { _id, due: new Date('2030-06-02') });
    expect(found(sample)).toEqual(expected);
  });

  test.each([
    ['is none where the same process was too busy for everybody', (own: Entry) => ({ ...own }), new Set()],
    ['is one where nobody else was told so', () => null, new Set(['I14'])],
    ['is one where another process was', (own: Entry) => ({ ...own, server: own.server + 1 }), new Set(['I14'])],
    [
      'is one where that was long before',
      (own: Entry) => ({ ...own, invoke: own.invoke - 20_000, return: own.return - 20_000 }),
      new Set(['I14']),
    ],
  ])('a "busy" about another tenant’s date tells of it or not: %s', (_what, beside, expected) => {
    const sample = goodSample();
    const foreign = told(sample, 'k13');
    Object.assign(foreign, { said: { code: 'BusyError' } });
    const own = beside({ ...foreign, op: { ...told(sample, 'k1').op }, key: 'k99', outcome: 'fail' });
    if (own !== null) sample.history.push(own);
    expect(found(sample)).toEqual(expected);
  });

  test('does not ask for work to be done before it is at rest', () => {
    const sample = goodSample();
    Object.assign(sample.dump.journal[0] as object, { due: new Date(0) });
    expect(check(sample.history, sample.dump, { ...AT_REST, atRest: null })).toEqual([]);
  });
});
