import type { Answer } from '../../../src/domain/booking/commands';
import type { OccurrenceId, TenantId, UserId } from '../../../src/domain/ids';
import { ForbiddenError, NotFoundError } from '../../../src/domain/errors';
import type { Occurrence } from '../../../src/domain/occurrence';
import { viewerScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { ChangeFeed, type Change, type OpenFeed } from '../../../src/store/change-feed';
import { runMigrations } from '../../../src/store/migrations';
import { LiveFeed, subjectOf } from '../../../src/use-cases/live/live-feed';
import type { Listener, Watch } from '../../../src/use-cases/live/watch';
import { WatchRegistrations } from '../../../src/use-cases/live/watch-registrations';
import { WatchSeats } from '../../../src/use-cases/live/watch-seats';
import { publish, registrationIdOf } from '../../support/booking-client';
import { TestClock } from '../../support/clock';
import { makeEngine, type TestEngine } from '../../support/engine';
import { whileFailing } from '../../support/fail-point';
import { makeOccurrence, makeRegister, makeScope, makeViewer } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { storeOn, type Store } from '../../support/store';

jest.setTimeout(30_000);

const database = testDatabase();
const warnings: string[] = [];
const quiet = (): void => undefined;
const logger = { debug: quiet, info: quiet, warn: (_: object, text: string) => void warnings.push(text), error: quiet };

let store: Store;
let other: TestEngine;
let feed: LiveFeed;
let seats: WatchSeats;
let registrations: WatchRegistrations;
beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  other = makeEngine(database.connection, new TestClock());
});
beforeEach(() => {
  warnings.length = 0;
  feed = new LiveFeed(new ChangeFeed(database.connection, logger));
  seats = new WatchSeats(feed, store.occurrences, logger);
  registrations = new WatchRegistrations(feed, store.registrations, new TestClock());
});
afterEach(async () => {
  jest.restoreAllMocks();
  await feed.stop();
});

const published = async (given: Partial<Occurrence> = {}): Promise<Occurrence> => {
  const occurrence = makeOccurrence(newId<TenantId>(), { capacity: 1_000, ...given });
  await publish(database.connection, [occurrence]);
  return occurrence;
};
const listenerOf =
  ({ tenantId }: Occurrence, userId?: UserId): Listener =>
  () => {
    const { actor } = makeViewer('USER', tenantId);
    return Promise.resolve(viewerScope(tenantId, { ...actor, ...(userId && { userId }) }, 'live'));
  };
const takeSeat = (occurrence: Occurrence, userId = newId<UserId>()): Promise<Answer> =>
  other.engine.submit(makeScope(occurrence.tenantId), makeRegister(occurrence, { userId }));
const takenIn = async (watch: Watch<Occurrence>): Promise<number | undefined> =>
  (await watch.next())?.value.confirmedSeats;
const untilTaken = async (watch: Watch<Occurrence>, wanted: number): Promise<number[]> => {
  const seen: number[] = [];
  while (seen.at(-1) !== wanted) seen.push((await takenIn(watch)) ?? Number.NaN);
  return seen;
};

describe('seats', () => {
  it('taken while somebody begins to watch are in the snapshot or told after it, whenever it happens', async () => {
    const occurrence = await published();
    for (let round = 1; round <= 25; round += 1) {
      const [watch] = await Promise.all([seats.execute(listenerOf(occurrence), occurrence.id), takeSeat(occurrence)]);
      expect((await untilTaken(watch, round)).at(-1)).toBe(round);
      watch.close();
    }
  });

  it('are read after they are followed: one taken between the two is in the snapshot', async () => {
    const occurrence = await published();
    const follow = feed.follow.bind(feed);
    const passed = new Promise<void>((resolve) => {
      // The feed is open already, and goes on before the watch follows: nothing is told twice.
      void follow(subjectOf(occurrence.tenantId, occurrence.id), { changed: () => resolve(), missed: quiet });
    });
    jest.spyOn(feed, 'follow').mockImplementationOnce(async (subject, follower) => {
      await takeSeat(occurrence);
      await passed;
      return follow(subject, follower);
    });
    const watch = await seats.execute(listenerOf(occurrence), occurrence.id);
    expect(await takenIn(watch)).toBe(1);
    watch.close();
  });

  it('are never told older than before, nor twice', async () => {
    const occurrence = await published();
    const watch = await seats.execute(listenerOf(occurrence), occurrence.id);
    const told = untilTaken(watch, 60);
    await Promise.all(Array.from({ length: 60 }, () => takeSeat(occurrence)));
    const seen = await told;
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    watch.close();
  });

  it('cost few reads, however many watch and however many are taken; who is slow gets the latest only', async () => {
    const occurrence = await published();
    const watches = await Promise.all(
      Array.from({ length: 50 }, () => seats.execute(listenerOf(occurrence), occurrence.id)),
    );
    const reads = jest.spyOn(store.occurrences, 'findById');
    const [fast, ...slow] = watches;
    if (!fast) throw new Error('nobody watches');
    const told = untilTaken(fast, 100);
    await Promise.all(Array.from({ length: 100 }, () => takeSeat(occurrence)));
    await told;
    expect(reads.mock.calls.length).toBeLessThanOrEqual(101);
    for (const watch of slow) expect(await untilTaken(watch, 100)).toEqual([100]);
    for (const watch of watches) watch.close();
  });

  it('of a date that is taken away, or hidden from the listener, end the watch', async () => {
    const [gone, hidden] = [await published(), await published({ status: 'DRAFT' })];
    const watch = await seats.execute(listenerOf(gone), gone.id);
    await takenIn(watch);
    await database.connection.collection('occurrences').deleteMany({ tenantId: { $exists: true }, capacity: 1_000 });
    feed.missed();
    await expect(watch.next()).rejects.toThrow(NotFoundError);
    watch.close();
    const never = await seats.execute(listenerOf(hidden), hidden.id);
    await expect(never.next()).rejects.toThrow(NotFoundError);
    never.close();
  });

  it('are told to nobody who may not listen any more', async () => {
    const occurrence = await published();
    let allowed = true;
    const listener: Listener = () =>
      allowed ? listenerOf(occurrence)() : Promise.reject(new ForbiddenError('This organization is archived.'));
    const watch = await seats.execute(listener, occurrence.id);
    await takenIn(watch);
    allowed = false;
    await takeSeat(occurrence);
    await expect(watch.next()).rejects.toThrow(ForbiddenError);
    watch.close();
  });
});

describe('one’s own registrations', () => {
  it('come as a snapshot, and change by change, those of nobody else', async () => {
    const [first, second] = [await published(), await published()];
    const me = newId<UserId>();
    const mine = registrationIdOf(await takeSeat(first, me));
    const watch = await registrations.execute(listenerOf(first, me));
    expect((await watch.next())?.value).toMatchObject({ kind: 'snapshot', registrations: [{ id: mine }] });
    await takeSeat(first);
    await takeSeat(second, me);
    await other.engine.submit(makeScope(first.tenantId), {
      ...makeRegister(first, { userId: me }),
      kind: 'cancel',
      reason: null,
      registrationId: mine,
    });
    expect((await watch.next())?.value).toMatchObject({
      kind: 'change',
      registration: { id: mine, status: 'CANCELLED', version: 2 },
    });
    watch.close();
    expect(await watch.next()).toBeNull();
  });

  it('come as a new snapshot to whoever is more than a hundred changes behind', async () => {
    const occurrence = await published();
    const me = newId<UserId>();
    const watch = await registrations.execute(listenerOf(occurrence, me));
    await watch.next();
    const change: Change = {
      tenantId: occurrence.tenantId,
      occurrenceId: null,
      registrationId: null,
      holder: `u:${me}` as Change['holder'],
    };
    for (let n = 0; n < 500; n += 1) feed.changed({ ...change, registrationId: newId() });
    expect((await watch.next())?.value).toMatchObject({ kind: 'snapshot' });
    watch.close();
  });
});

describe('the feed', () => {
  const changesOf = (tenantId: TenantId, occurrenceId: OccurrenceId): Change => ({
    tenantId,
    occurrenceId,
    registrationId: null,
    holder: null,
  });

  it('brings a row to nobody of another tenant, whatever it names', async () => {
    const occurrence = await published();
    const watch = await seats.execute(listenerOf(occurrence), occurrence.id);
    await takenIn(watch);
    const reads = jest.spyOn(store.occurrences, 'findById');
    feed.changed(changesOf(newId<TenantId>(), occurrence.id));
    expect(reads).not.toHaveBeenCalled();
    feed.changed(changesOf(occurrence.tenantId, occurrence.id));
    expect(reads).toHaveBeenCalledTimes(1);
    watch.close();
  });

  it.each([
    ['history is lost', { errorCode: 286 }],
    ['the server goes away', { closeConnection: true }],
  ])('begins anew where %s, and what happened meanwhile is told', async (_what, failure) => {
    const occurrence = await published();
    const watch = await seats.execute(listenerOf(occurrence), occurrence.id);
    await takenIn(watch);
    await whileFailing(
      database.connection,
      { failCommands: ['getMore', 'aggregate'], times: 3, ...failure },
      async () => {
        await takeSeat(occurrence);
        expect((await untilTaken(watch, 1)).at(-1)).toBe(1);
      },
    );
    await takeSeat(occurrence);
    expect((await untilTaken(watch, 2)).at(-1)).toBe(2);
    watch.close();
  });

  it('says so where history is lost: registrations come as a snapshot again', async () => {
    const occurrence = await published();
    const watch = await registrations.execute(listenerOf(occurrence, newId<UserId>()));
    await watch.next();
    const failure = { failCommands: ['getMore', 'aggregate'], times: 2, errorCode: 286 };
    await whileFailing(database.connection, failure, async () => {
      expect((await watch.next())?.value).toMatchObject({ kind: 'snapshot', registrations: [] });
    });
    expect(warnings).not.toEqual([]);
    watch.close();
  });

  it('sends registrations as a snapshot again after a gap', async () => {
    const occurrence = await published();
    const me = newId<UserId>();
    const watch = await registrations.execute(listenerOf(occurrence, me));
    expect((await watch.next())?.value).toMatchObject({ kind: 'snapshot', registrations: [] });
    feed.missed();
    expect((await watch.next())?.value).toMatchObject({ kind: 'snapshot', registrations: [] });
    watch.close();
  });

  it('is opened once for all who watch, and again only after the last of them has left', async () => {
    const opened = jest.spyOn(ChangeFeed.prototype, 'open');
    const occurrence = await published();
    const watches = await Promise.all([1, 2, 3].map(() => seats.execute(listenerOf(occurrence), occurrence.id)));
    expect(opened).toHaveBeenCalledTimes(1);
    const [first] = await Promise.all(opened.mock.results.map(({ value }) => value as Promise<OpenFeed>));
    const closed = jest.spyOn(first as OpenFeed, 'close');
    const [one, ...others] = watches;
    for (const watch of others) watch.close();
    expect(closed).not.toHaveBeenCalled();
    one?.close();
    await seats.execute(listenerOf(occurrence), occurrence.id);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(opened).toHaveBeenCalledTimes(2);
  });
});
