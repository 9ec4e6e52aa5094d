import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { codesOf, dataOf } from '../support/client';
import { testService } from '../support/service';
import { Organization } from '../support/walk/organization';

jest.setTimeout(30_000);

const service = testService();

interface DateNode {
  readonly id: string;
  readonly name: string;
  readonly startsAt: string;
  readonly endsAt: string;
}
interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly horizonAt: string | null;
}

const OCCURRENCES = /* GraphQL */ `
  query ($range: DateRangeInput!, $filter: OccurrenceFilter, $first: Int! = 50, $after: String) {
    occurrences(range: $range, filter: $filter, first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          name
          startsAt
          endsAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      horizonAt
    }
  }
`;

/** An organization of its own for each story, so that none sees what another one planned. */
async function inTheirOwnHouse() {
  const house = await Organization.found(service, 'R');
  const at = async (name: string, startsAtLocal: string, duration: string, given: object = {}) =>
    house.event({ name, startsAtLocal, duration, timezone: 'UTC', ...given });
  const page = async (variables: object, member = house.admin): Promise<Page<DateNode>> =>
    dataOf(await service.ask<{ occurrences: Page<DateNode> }>(OCCURRENCES, variables, member.token)).occurrences;
  const names = async (variables: object): Promise<string[]> =>
    (await page(variables)).edges.map(({ node }) => node.name);
  return { house, at, page, names };
}

const between = (from: string, to: string) => ({ range: { between: { from, to } } });
const next = (days: number, timezone: string) => ({ range: { next: { days, timezone } } });

describe('whoever asks what takes place in a range', () => {
  it('is told of everything that overlaps it: what began before, what ends after, and not what only touches', async () => {
    const { at, names } = await inTheirOwnHouse();
    await at('ends as it begins', '2027-03-01T08:00', 'PT2H');
    await at('reaches in', '2027-03-01T09:00', 'PT2H');
    await at('inside', '2027-03-01T11:00', 'PT1H');
    await at('reaches out', '2027-03-01T13:30', 'PT2H');
    await at('begins as it ends', '2027-03-01T14:00', 'PT1H');
    await at('around it', '2027-02-28T00:00', 'P3D');
    await at('a month long, from long before', '2027-02-05T00:00', 'P31D');
    expect(await names(between('2027-03-01T10:00:00Z', '2027-03-01T14:00:00Z'))).toEqual([
      'a month long, from long before',
      'around it',
      'reaches in',
      'inside',
      'reaches out',
    ]);
  });

  it('may write the instants with any offset', async () => {
    const { at, names } = await inTheirOwnHouse();
    await at('noon in London', '2027-01-20T12:00', 'PT1H', { timezone: 'Europe/London' });
    expect(await names(between('2027-01-20T17:30:00+05:30', '2027-01-20T17:31:00+05:30'))).toEqual(['noon in London']);
    expect(await names(between('2027-01-20T17:29:00+05:30', '2027-01-20T17:30:00+05:30'))).toEqual([]);
  });

  it.each([
    ['empty', between('2027-03-01T10:00:00Z', '2027-03-01T11:00:00+01:00'), 'range.between.to'],
    ['backwards', between('2027-03-02T00:00:00Z', '2027-03-01T00:00:00Z'), 'range.between.to'],
    ['longer than 366 days', between('2027-01-01T00:00:00Z', '2028-01-02T00:00:00.001Z'), 'range.between.to'],
  ])('is told that a range is %s', async (_what, variables, path) => {
    const { house } = await inTheirOwnHouse();
    const answer = await service.ask(OCCURRENCES, variables, house.admin.token);
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.extensions.fields).toMatchObject([{ path }]);
  });

  it('may filter by event, status, category and free seats', async () => {
    const { house, at, names } = await inTheirOwnHouse();
    const talk = await at('talk', '2027-03-01T10:00', 'PT1H', { category: 'MEETING', capacity: 1 });
    await at('concert', '2027-03-02T10:00', 'PT1H', { category: 'CONCERT', capacity: null });
    await at('closed', '2027-03-03T10:00', 'PT1H', { category: 'CONCERT', capacity: 0 });
    await house.seat(house.members.USER, talk.occurrences[0]?.id ?? '');
    const march = between('2027-03-01T00:00:00Z', '2027-04-01T00:00:00Z');
    expect(await names({ ...march, filter: { eventId: talk.id } })).toEqual(['talk']);
    expect(await names({ ...march, filter: { category: 'CONCERT' } })).toEqual(['concert', 'closed']);
    expect(await names({ ...march, filter: { onlyWithSeats: true } })).toEqual(['concert']);
    expect(await names({ ...march, filter: { status: 'SCHEDULED' } })).toEqual(['talk', 'concert', 'closed']);
    expect(await names({ ...march, filter: { status: 'CANCELLED' } })).toEqual([]);
    const unknown = { eventId: encodeId('Event', newId()) };
    const answer = await service.ask(OCCURRENCES, { ...march, filter: unknown }, house.admin.token);
    expect(codesOf(answer)).toEqual(['NOT_FOUND']);
  });

  it('sees drafts as an organizer, and not as anybody else', async () => {
    const { house, at, page } = await inTheirOwnHouse();
    await at('public', '2027-03-01T10:00', 'PT1H');
    await at('secret', '2027-03-02T10:00', 'PT1H', { publish: false });
    const march = between('2027-03-01T00:00:00Z', '2027-04-01T00:00:00Z');
    const seenBy = async (member: (typeof house)['admin']) =>
      (await page(march, member)).edges.map(({ node }) => node.name);
    expect(await seenBy(house.members.ORGANIZER)).toEqual(['public', 'secret']);
    expect(await seenBy(house.members.USER)).toEqual(['public']);
  });
});

describe('"the next days"', () => {
  /** The test clock stands at 09:00 UTC on 4 January 2027; a story about clock changes moves it there and back. */
  const at = async (now: string, story: () => Promise<void>): Promise<void> => {
    const forth = Date.parse(now) - service.clock.now().getTime();
    service.clock.advance(forth);
    try {
      await story();
    } finally {
      service.clock.advance(-forth);
    }
  };

  it('begin with the start of today in the zone that is asked for', async () => {
    const { at: plan, names } = await inTheirOwnHouse();
    await plan('this morning', '2027-01-04T00:00', 'PT30M');
    await plan('tonight, tomorrow in Auckland', '2027-01-04T11:00', 'PT30M');
    await plan('thirty days on', '2027-02-02T23:00', 'PT30M');
    await plan('thirty-one days on', '2027-02-03T00:00', 'PT30M');
    expect(await names(next(30, 'UTC'))).toEqual(['this morning', 'tonight, tomorrow in Auckland', 'thirty days on']);
    expect(await names(next(1, 'UTC'))).toEqual(['this morning', 'tonight, tomorrow in Auckland']);
    // In Auckland (UTC+13) today ends at 11:00 UTC.
    expect(await names(next(1, 'Pacific/Auckland'))).toEqual(['this morning']);
  });

  it.each([
    ['a day of 23 hours', '2027-03-28', 23],
    ['a day of 24 hours', '2027-03-29', 24],
    ['a day of 25 hours', '2027-10-31', 25],
  ])('count %s right', async (_what, day, hours) => {
    const { house, at: plan, names } = await inTheirOwnHouse();
    const midnight = new Date(`${day}T00:00:00Z`).getTime() - (day === '2027-03-28' ? 1 : 2) * 3_600_000;
    const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
    await plan('yesterday’s last minute', utc(midnight - 60_000), 'PT1M');
    await plan('the first minute', utc(midnight), 'PT1M');
    await plan('the last minute', utc(midnight + hours * 3_600_000 - 60_000), 'PT1M');
    await plan('tomorrow’s first minute', utc(midnight + hours * 3_600_000), 'PT1M');
    await at(`${day}T10:00:00Z`, async () => {
      const token = await house.freshToken();
      const answer = await service.ask<{ occurrences: Page<DateNode> }>(OCCURRENCES, next(1, 'Europe/Berlin'), token);
      expect(dataOf(answer).occurrences.edges.map(({ node }) => node.name)).toEqual([
        'the first minute',
        'the last minute',
      ]);
    });
    expect(await names(next(1, 'UTC'))).toEqual([]);
  });
});

describe('page after page', () => {
  const june = between('2027-06-01T00:00:00Z', '2027-07-01T00:00:00Z');

  it('everything comes once, in order, though more is planned meanwhile', async () => {
    const { at, page } = await inTheirOwnHouse();
    const planned: string[] = [];
    const plan = async (name: string, local: string) =>
      planned.push((await at(name, local, 'PT1H')).occurrences[0]?.id ?? '');
    // Many at one and the same instant: the id decides between them.
    for (let n = 0; n < 7; n += 1) await plan(`same ${n}`, '2027-06-10T10:00');
    for (let n = 1; n <= 6; n += 1) await plan(`day ${n}`, `2027-06-${10 + n}T10:00`);
    const seen: DateNode[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 20; pages += 1) {
      const { edges, pageInfo }: Page<DateNode> = await page({ ...june, first: 3, after });
      seen.push(...edges.map(({ node }) => node));
      // One before what was read, one among what is to come.
      if (pages === 1) await at('too late', '2027-06-01T10:00', 'PT1H');
      if (pages === 1) await plan('just in time', '2027-06-14T12:00');
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    const order = ({ startsAt, id }: DateNode): string => `${startsAt} ${Buffer.from(id, 'base64url').toString()}`;
    expect(seen.map(order)).toEqual(seen.map(order).sort());
    expect(seen.map(({ id }) => id).sort()).toEqual(planned.sort());
  });

  it('a cursor belongs to its list, its range and its filter, and to nothing else', async () => {
    const { house, at, page } = await inTheirOwnHouse();
    for (const day of [1, 2]) await at(`day ${day}`, `2027-06-0${day}T10:00`, 'PT1H');
    const { endCursor: after } = (await page({ ...june, first: 1 })).pageInfo;
    const otherwise = [
      between('2027-06-01T00:00:00Z', '2027-06-30T00:00:00Z'),
      { ...june, filter: { category: 'WORKSHOP' } },
      next(366, 'UTC'),
    ];
    for (const variables of otherwise) {
      const answer = await service.ask(OCCURRENCES, { ...variables, first: 1, after }, house.admin.token);
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.extensions.fields).toMatchObject([{ path: 'after' }]);
    }
    const elsewhere = await service.ask(
      'query ($after: String) { events(after: $after) { edges { cursor } } }',
      { after },
      house.admin.token,
    );
    expect(codesOf(elsewhere)).toEqual(['BAD_USER_INPUT']);
    // The length of the pages may change on the way.
    expect((await page({ ...june, first: 50, after })).edges.map(({ node }) => node.name)).toEqual(['day 2']);
  });
});

describe('a range that reaches further than dates are stored', () => {
  it('says from where on there may be more', async () => {
    const { at, page } = await inTheirOwnHouse();
    const endless = await at('for ever', '2027-02-01T10:00', 'PT1H', {
      recurrence: { rule: { rrule: 'FREQ=WEEKLY' } },
    });
    await at('once', '2027-02-02T10:00', 'PT1H');
    const near = await page(between('2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z'));
    expect(near.horizonAt).toBeNull();
    expect(near.edges).toHaveLength(5);
    const far = await page(between('2028-01-15T00:00:00Z', '2028-12-31T00:00:00Z'));
    const horizon = new Date(far.horizonAt ?? 0).getTime();
    expect(far.edges.length).toBeGreaterThan(0);
    expect(far.edges.every(({ node }) => new Date(node.startsAt).getTime() <= horizon)).toBe(true);
    const beyond = await page({
      ...between('2029-01-01T00:00:00Z', '2029-02-01T00:00:00Z'),
      filter: { eventId: endless.id },
    });
    expect(beyond).toMatchObject({ edges: [], horizonAt: far.horizonAt });
  });

  it('is complete where everything that was asked for happens once', async () => {
    const { at, page } = await inTheirOwnHouse();
    await at('for ever', '2027-02-01T10:00', 'PT1H', { recurrence: { rule: { rrule: 'FREQ=WEEKLY' } } });
    const once = await at('once', '2027-02-02T10:00', 'PT1H');
    const range = between('2029-01-01T00:00:00Z', '2029-02-01T00:00:00Z');
    expect(await page({ ...range, filter: { eventId: once.id } })).toMatchObject({ edges: [], horizonAt: null });
  });
});
