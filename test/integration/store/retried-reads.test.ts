import { Types } from 'mongoose';
import type { Event } from '../../../src/domain/event';
import { systemScope } from '../../../src/domain/scope';
import { runMigrations } from '../../../src/store/migrations';
import { eventSchema, type EventDoc } from '../../../src/store/event.schema';
import { type Failure, whileFailing } from '../../support/fail-point';
import { makeEvent, makeScope, makeUser, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { storeOn, type Store } from '../../support/store';

/* Reads in command form have no retry of the driver's: a dropped connection or a step-down must not be seen by a request. */

jest.setTimeout(30_000);

const database = testDatabase();
const scope = makeScope();
const user = makeUser(scope.tenantId);
const event = makeEvent(scope.tenantId);
let store: Store;

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  await store.unitOfWork.run(scope, async (tx) => {
    await store.users.add(tx, user);
    await store.events.add(tx, event);
  });
});

type Fault = Omit<Failure, 'failCommands'>;
const failing = <T>(
  collection: string,
  fault: Fault & { readonly times: number },
  work: () => Promise<T>,
): Promise<T> => {
  const namespace = `${database.connection.name}.${collection}`;
  return whileFailing(database.connection, { failCommands: ['find'], namespace, ...fault }, work);
};

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['a connection that is dropped', { closeConnection: true }],
  ['a step-down (11602)', { errorCode: 11_602 }],
  ['a server that shuts down (91)', { errorCode: 91 }],
];
const ONCE = { times: 1 } as const;

describe.each(FAULTS)('%s', (_name, fault) => {
  it('is not noticed by a single read', async () => {
    const read = failing('users', { ...fault, ...ONCE }, () => store.users.findById(scope, user.id));
    expect(await read).toMatchObject({ id: user.id });
  });

  it('is not noticed by a read by id', async () => {
    const read = failing('events', { ...fault, ...ONCE }, () => store.events.findManyById(scope, [event.id]));
    expect(await read).toMatchObject([{ id: event.id }]);
  });

  it('is not noticed by who looks for due work', async () => {
    const look = () => store.deliveries.findDue(systemScope('test'), NOW, 1);
    expect(await failing('deliveries', { ...fault, ...ONCE }, look)).toEqual([]);
  });

  it('is not noticed by the read of an organization', async () => {
    expect(await failing('organizations', { ...fault, ...ONCE }, () => store.organizations.find(scope))).toBeNull();
  });

  it('that stays is told after the second try', async () => {
    const read = () => store.users.findById(scope, user.id);
    await failing('users', { ...fault, times: 2 }, async () => {
      await expect(read()).rejects.toThrow();
      expect(await read()).toMatchObject({ id: user.id });
    });
  });

  it('in a transaction begins the whole of it again, and not the read alone', async () => {
    let begun = 0;
    const work = () =>
      store.unitOfWork.run(scope, async (tx) => {
        begun += 1;
        return store.users.findById(tx, user.id);
      });
    // A read that tried again by itself would use both faults up in the first attempt.
    const labelled = { errorLabels: ['TransientTransactionError'], ...fault, times: 2 };
    expect(await failing('users', labelled, work)).toMatchObject({ id: user.id });
    expect(begun).toBe(3);
  });
});

it('an error that another try cannot help is told at once', async () => {
  const read = failing('users', { errorCode: 2, ...ONCE }, () => store.users.findById(scope, user.id));
  await expect(read).rejects.toMatchObject({ code: 2 });
});

it('five hundred events of the largest size are read by their ids', async () => {
  const date = (n: number): string => new Date(NOW.getTime() + n * 3_600_000).toISOString().slice(0, 19);
  const dates = Array.from({ length: 500 }, (_, n) => date(n));
  const recurrence: Event['recurrence'] = { rrule: 'FREQ=DAILY', exdates: dates, rdates: dates };
  const large = makeEvent(scope.tenantId, { description: '字'.repeat(5_000), recurrence });
  await store.unitOfWork.run(scope, (tx) => store.events.add(tx, large));
  const events = database.connection.model<EventDoc>('Event', eventSchema).collection;
  const doc = await events.findOne<EventDoc>({ _id: new Types.ObjectId(large.id) });
  if (doc === null) throw new Error('the event is lost');
  const copies = Array.from({ length: 500 }, () => ({ ...doc, _id: new Types.ObjectId() }));
  await events.insertMany(copies);

  const ids = copies.map(({ _id }) => _id.toHexString() as Event['id']);
  const found = await store.events.findManyById(scope, ids);
  expect(found.map((one) => one?.id)).toEqual(ids);
});
