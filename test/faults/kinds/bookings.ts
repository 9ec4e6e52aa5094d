import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import type { JournalDoc } from '../../../src/store/journal.schema';
import { until } from '../../support/until';
import type { Fault, Scene } from '../fault';
import type { Person, Tenant } from '../world';

const CROWD = 500;
const SAME_KEY = 50;

export const register = ({ tenantId, userId }: Person, occurrenceId: string) =>
  ({ kind: 'register', tenantId, userId, occurrenceId, seats: 1 }) as const;

/** A tenant that nobody else books at, so that what is left can be counted. */
export async function hall({ lab, tenants, month }: Scene, people: number): Promise<Tenant> {
  const [tenant] = await lab.world.make({ tenants: 1, people }, lab.post, { month });
  if (tenant === undefined) throw new Error('one was asked for');
  tenants.push(tenant);
  return tenant;
}

const crowd: Fault = {
  kind: 'F22',
  name: `${CROWD} after the last seats; ${SAME_KEY} times one key; cancellations against registrations`,
  expected: 'exactly as many winners as seats; one effect per key',
  inject: async (scene) => {
    const { load, injected, missed } = scene;
    const { people, dates } = await hall(scene, CROWD);
    const [small, , large] = dates;
    const [first] = people;
    if (small === undefined || large === undefined || first === undefined)
      throw new Error('a hall has dates and people');
    injected();
    const answers = await Promise.all(people.map((person) => load.ask(register(person, small.occurrenceId), person)));
    const winners = answers.filter(({ outcome }) => outcome === 'ok');
    if (winners.length !== small.capacity) missed(`${winners.length} winners of ${small.capacity} seats`);
    injected();
    const op = register(first, large.occurrenceId);
    const same = await Promise.all(Array.from({ length: SAME_KEY }, () => load.ask(op, first, 'the-same-key')));
    const ids = new Set(same.map(({ said }) => said.id ?? said.code));
    if (ids.size !== 1) missed(`one key was answered ${[...ids].join(', ')}`);
    injected();
    // Everybody who won gives it back while everybody else asks for it.
    const byId = new Map(people.map((person) => [person.userId, person]));
    await Promise.all([
      ...winners.map(({ op: { tenantId, userId }, said }) => {
        const cancel = { kind: 'cancel', tenantId, userId, registrationId: said.id ?? '' } as const;
        return load.ask(cancel, byId.get(userId) ?? first);
      }),
      ...people.slice(0, 100).map((person) => load.ask(register(person, small.occurrenceId), person)),
    ]);
  },
};

/** A row that no version can work on, one of a version to come, and one that is there already. */
async function poison({ lab, tenants, injected, missed }: Scene): Promise<Types.ObjectId[]> {
  const tenantId = new Types.ObjectId(tenants[0]?.tenantId);
  const journal = lab.database.collection<JournalDoc>('journal');
  const now = new Date(Date.now() - 60_000);
  const common = { tenantId, version: 1, actor: 's:faults', requestId: 'faults', p: { userId: 17 }, at: now };
  const ids = Array.from({ length: 4 }, () => new Types.ObjectId());
  const rows = ids.map((_id, turn) => ({
    ...common,
    _id,
    target: `work:${_id.toHexString()}`,
    type: turn === 0 ? ('OF_A_VERSION_TO_COME' as JournalDoc['type']) : ('USER_REGISTRATIONS_DUE' as const),
    due: now,
    // The last one has been tried as often as anything is.
    attempts: turn === 3 ? 12 : 0,
  }));
  await journal.insertMany(rows);
  injected(rows.length + 1);
  const twice = await journal
    .insertOne({ ...common, _id: new Types.ObjectId(), type: 'USER_JOINED', target: rows[1]?.target ?? '' })
    .then(
      () => true,
      () => false,
    );
  if (twice) missed('a version of one thing was written twice');
  return ids;
}

const poisoned: Fault = {
  kind: 'F23',
  name: 'due work that cannot be done, of a version to come, and written twice',
  expected: 'given up after twelve tries; the rest flows',
  inject: async (scene) => {
    const { lab, load, tenants, missed, holdMs } = scene;
    const ids = await poison(scene);
    const [tenant] = tenants;
    const person = tenant?.people[0];
    if (tenant === undefined || person === undefined) throw new Error('there are tenants');
    const { organizer, dates } = tenant;
    await load.ask(register(person, dates[2]?.occurrenceId ?? ''), person);
    await load.ask(
      { kind: 'remove', tenantId: organizer.tenantId, userId: organizer.userId, removedId: person.userId },
      organizer,
    );
    const left = { holder: `u:${person.userId}`, status: { $ne: 'CANCELLED' } };
    const registrations = lab.database.collection('registrations');
    const released = async (): Promise<boolean> => (await registrations.countDocuments(left)) === 0;
    await until(released, 'the work behind it is done', { patienceMs: 20_000 }).catch(() =>
      missed('the work behind it waited'),
    );
    await sleep(holdMs);
    const journal = lab.database.collection<JournalDoc>('journal');
    const buried = await journal.countDocuments({ _id: { $in: ids }, deadAt: { $exists: true } });
    if (buried !== 1) missed(`${buried} rows were given up, 1 expected`);
    await journal.deleteMany({ _id: { $in: ids } });
  },
};

export const BOOKING_FAULTS = [crowd, poisoned] as const;
