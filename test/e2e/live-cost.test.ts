import { RateLimitedError } from '../../src/domain/errors';
import { RateLimits } from '../../src/platform/rate-limits';
import { LiveFeed } from '../../src/use-cases/live/live-feed';
import { codesOf } from '../support/client';
import { type Feed, listen, liveClient } from '../support/live-client';
import { testService, type TestService } from '../support/service';
import { until } from '../support/until';
import { type Member, Organization, plainId } from '../support/walk/organization';

jest.setTimeout(30_000);

/** 20,406 values, which is 21 points; of each further message 20, and 21 every other time. */
const DEAR = `subscription ($id: ID!) { occurrenceAvailability(occurrenceId: $id) { seatsTaken occurrence { event {
  occurrences(first: 100) { edges { node { event { occurrences(first: 100) { edges { node { id } } } } } } }
} } } }`;
const SMALL = `subscription ($id: ID!) { occurrenceAvailability(occurrenceId: $id) {
  seatsTaken seatsLeft capacity waitingCount status revision readAt occurrence { id name event { name } }
} }`;
interface Seats {
  readonly occurrenceAvailability: { readonly seatsTaken: number };
}
const seatsTaken = async (feed: Feed<Seats>): Promise<number | undefined> =>
  (await feed.next()).data?.occurrenceAvailability.seatsTaken;

/** A date of an organization of its own, and who follows it. */
async function published(service: TestService) {
  const ours = await Organization.found(service, 'A');
  const id = (await ours.event()).occurrences[0]?.id ?? '';
  const watch = (member: Member, query: string): Feed<Seats> =>
    listen<Seats>(liveClient(service.url, member.token), query, { id });
  /** Takes a seat and gives it back; each is a change, and heard before the next. */
  const change = async (heard: () => Promise<unknown>): Promise<void> => {
    const seat = await ours.seat(ours.members.ORGANIZER, id);
    await heard();
    await ours.giveBack(ours.members.ORGANIZER, seat);
    await heard();
  };
  return { ours, id, watch, change, watcher: ours.members.USER };
}

describe('what is told live is paid for', () => {
  const service = testService();
  afterEach(() => jest.restoreAllMocks());

  /** What the person's budget is asked for from now on, and the organization's for more than a point. */
  const budgetsOf = ({ accountId }: Member) => {
    const budgets = { asked: [] as [name: string, points: number][], usedUp: '', refusals: 0 };
    jest.spyOn(service.running.app.get(RateLimits), 'take').mockImplementation((name, key, points = 1) => {
      if (name === 'user' ? key !== plainId(accountId) : points === 1) return Promise.resolve();
      if (budgets.usedUp !== name) return Promise.resolve(void budgets.asked.push([name, points]));
      budgets.refusals += 1;
      return Promise.reject(new RateLimitedError(5));
    });
    return budgets;
  };

  it('as it begins, by what the operation costs, as over HTTP', async () => {
    const { watch, watcher } = await published(service);
    const { asked } = budgetsOf(watcher);
    const [small, dear] = [watch(watcher, SMALL), watch(watcher, DEAR)];
    await Promise.all([small.next(), dear.next()]);
    expect(asked.toSorted()).toEqual([
      ['tenant', 21],
      ['user', 1],
      ['user', 21],
    ]);
    await Promise.all([small.end(), dear.end()]);
  });

  it('and message by message after the first, which is what the start was paid for', async () => {
    const { watch, watcher, change } = await published(service);
    const feed = watch(watcher, DEAR);
    await feed.next();
    const { asked } = budgetsOf(watcher);
    await change(() => feed.next());
    await until(() => asked.length === 4, 'both messages are paid for');
    expect(asked).toEqual([
      ['user', 20],
      ['tenant', 20],
      ['user', 21],
      ['tenant', 21],
    ]);
    await feed.end();
  });

  it('by whole points: small messages ask no budget each time', async () => {
    const { watch, watcher, change } = await published(service);
    const feed = watch(watcher, SMALL);
    await feed.next();
    const { asked } = budgetsOf(watcher);
    for (let n = 0; n < 10; n += 1) await change(() => feed.next());
    expect(asked).toEqual([]);
    await feed.end();
  });

  it.each(['user', 'tenant'])('or waits until the budget “%s” allows it, and is the latest then', async (budget) => {
    const { ours, id, watch, watcher, change } = await published(service);
    const budgets = budgetsOf(watcher);
    const [dear, other] = [watch(watcher, DEAR), watch(ours.admin, SMALL)];
    await Promise.all([dear.next(), other.next()]);
    budgets.usedUp = budget;
    const first = await ours.seat(ours.admin, id);
    expect(await seatsTaken(dear)).toBe(1);
    await seatsTaken(other);
    await until(() => budgets.refusals > 0, 'it has to wait');
    await change(() => other.next());
    await ours.giveBack(ours.admin, first);
    expect(await seatsTaken(other)).toBe(0);
    const before = budgets.refusals;
    await until(() => budgets.refusals > before, 'it is tried again');
    budgets.usedUp = '';
    expect(await seatsTaken(dear)).toBe(0);
    // Nobody pays twice because the other was asked again.
    expect(budgets.asked.slice(2, 4)).toEqual([
      ['user', 20],
      ['tenant', 20],
    ]);
    await Promise.all([dear.end(), other.end()]);
  });

  it('or ends while it waits, where its client wants no more', async () => {
    const { ours, id, watch, watcher } = await published(service);
    const budgets = budgetsOf(watcher);
    const dear = watch(watcher, DEAR);
    await dear.next();
    budgets.usedUp = 'user';
    await ours.seat(ours.admin, id);
    await dear.next();
    await until(() => budgets.refusals > 0, 'it has to wait');
    await dear.end();
    await until(() => service.running.app.get(LiveFeed).followers === 0, 'nothing is followed any more');
  });
});

describe('a budget that live updates have used up', () => {
  const service = testService({ RATE_LIMIT_USER: '100' });
  const VIEWER = '{ viewer { account { id } } }';

  it('is used up for whatever else that person asks, and for nobody else', async () => {
    const { ours, watch, watcher, change } = await published(service);
    const take = jest.spyOn(service.running.app.get(RateLimits), 'take');
    const dear = watch(watcher, DEAR);
    await dear.next();
    await change(() => dear.next());
    await change(() => dear.next());
    const paid = () => take.mock.calls.filter(([name, , points = 1]) => name === 'user' && points >= 20);
    await until(() => paid().length === 5, 'the start and four messages are to be paid');
    expect(codesOf(await service.ask(VIEWER, {}, watcher.token))).toEqual(['RATE_LIMITED']);
    expect((await watch(watcher, SMALL).next()).errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect(codesOf(await service.ask(VIEWER, {}, ours.admin.token))).toEqual([]);
    await dear.end();
  });
});
