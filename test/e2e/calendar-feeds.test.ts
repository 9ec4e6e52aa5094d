import { Types } from 'mongoose';
import { MAX_CALENDAR_FEEDS } from '../../src/domain/calendar-feed';
import { OutcomeUnknownError } from '../../src/domain/errors';
import { Logger } from '../../src/platform/logger';
import { newTenantToken } from '../../src/platform/tenant-token';
import { AccessTokens } from '../../src/platform/token';
import type { AccountId, TenantId, UserId } from '../../src/domain/ids';
import { CalendarFeedRepository } from '../../src/store/calendar-feed.repository';
import { capturedLog } from '../support/captured-log';
import {
  CREATE_FEED,
  entriesAt,
  type FeedCreated,
  type FeedOnWire,
  fetchFeed,
  REVOKE_FEED,
  subscribe,
} from '../support/calendar';
import { codesOf, dataOf } from '../support/client';
import { colleagueOf, founderOf, type SignedIn } from '../support/founder';
import { profiled } from '../support/profile';
import { testService } from '../support/service';

/* Who has feeds, who sees and revokes them, and what a token is worth [K6, T10, N6]. */

jest.setTimeout(60_000);

const log = capturedLog();
const service = testService({}, log);
let ada: SignedIn;
let olga: SignedIn;
let grace: SignedIn;
let mallory: SignedIn;

beforeAll(async () => {
  ada = await founderOf(service, 'Ada');
  mallory = await founderOf(service, 'Mallory');
  olga = await colleagueOf(service, ada, 'ORGANIZER');
  grace = await colleagueOf(service, ada, 'USER');
});

const create = (who: SignedIn, input: object) => service.ask<FeedCreated>(CREATE_FEED, { input }, who.token);
const revoke = (who: SignedIn, feedId: string) =>
  service.ask<{ revokeCalendarFeed: { feed: FeedOnWire } }>(REVOKE_FEED, { input: { feedId } }, who.token);
const FEEDS = '{ calendarFeeds(first: 100) { edges { node { id kind status lastUsedAt } } } }';
const feedsOf = async (who: SignedIn): Promise<FeedOnWire[]> =>
  dataOf(
    await service.ask<{ calendarFeeds: { edges: { node: FeedOnWire }[] } }>(FEEDS, {}, who.token),
  ).calendarFeeds.edges.map(({ node }) => node);
const plain = (id: string): string => Buffer.from(id, 'base64url').toString().split(':')[1] ?? '';
const journalOf = async (feedId: string) => {
  const rows = await service.connection
    .collection('journal')
    .find({ target: `calendarFeed:${plain(feedId)}` })
    .toArray();
  return rows.map(({ type, version, actor }) => ({
    type: type as string,
    version: version as number,
    actor: actor as string,
  }));
};

/** What a program is told, but for what names the request. */
async function answerAt(url: string | URL): Promise<object> {
  const { status, headers, text } = await fetchFeed(String(url));
  const type = headers.get('content-type');
  return { status, type, cache: headers.get('cache-control'), text: text.replace(/"requestId":"[^"]+"/, '') };
}

describe('a feed', () => {
  it('is made with an address that is shown once', async () => {
    const input = { kind: 'MINE', idempotencyKey: 'one-feed' };
    const first = dataOf(await create(grace, input)).createCalendarFeed;
    const again = dataOf(await create(grace, input)).createCalendarFeed;
    const { host } = new URL(service.url);
    expect(first.url).toMatch(new RegExp(`^http://${host}/ical/${plain(ada.organizationId)}\\.[\\w-]{43}\\.ics$`));
    expect(again).toEqual({ ...first, url: null });
    expect(first.feed).toMatchObject({ kind: 'MINE', status: 'ACTIVE', lastUsedAt: null });
    expect(await journalOf(first.feed.id)).toEqual([
      { type: 'CALENDAR_FEED_CREATED', version: 1, actor: `u:${plain(grace.userId)}` },
    ]);
    const { body } = await nodeOf(first.feed.id, grace);
    expect(body).toMatchObject({ __typename: 'CalendarFeed', id: first.feed.id });
  });

  it('of the organization is made by organizers alone', async () => {
    expect(codesOf(await create(grace, { kind: 'ORGANIZATION' }))).toEqual(['FORBIDDEN']);
    expect(dataOf(await create(olga, { kind: 'ORGANIZATION' })).createCalendarFeed.feed.kind).toBe('ORGANIZATION');
  });

  it('is seen and revoked by its user, and that of the organization by an ORG_ADMIN, too', async () => {
    const [mine, everybodys] = [await subscribe(service, olga), await subscribe(service, olga, 'ORGANIZATION')];
    const ids = async (who: SignedIn) => (await feedsOf(who)).map(({ id }) => id);
    expect(await ids(olga)).toEqual(expect.arrayContaining([mine.feed.id, everybodys.feed.id]));
    expect(await ids(ada)).toContain(everybodys.feed.id);
    expect(await ids(ada)).not.toContain(mine.feed.id);
    expect(await ids(grace)).not.toEqual(expect.arrayContaining([everybodys.feed.id]));
    expect(await ids(mallory)).toEqual([]);
    for (const [who, { feed }] of [
      [grace, everybodys],
      [ada, mine],
      [mallory, mine],
    ] as const) {
      expect(codesOf(await revoke(who, feed.id))).toEqual(['NOT_FOUND']);
      expect((await nodeOf(feed.id, who)).body).toBeNull();
    }
    expect(dataOf(await revoke(ada, everybodys.feed.id)).revokeCalendarFeed.feed.status).toBe('REVOKED');
    expect((await fetchFeed(mine.url)).status).toBe(200);
  });

  it('is of no use from the moment on in which it is revoked; a second time says the same', async () => {
    const { url, feed } = await subscribe(service, grace);
    const { headers } = await fetchFeed(url);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await fetchFeed(url, known)).status).toBe(304);
    for (let n = 0; n < 2; n += 1) {
      expect(dataOf(await revoke(grace, feed.id)).revokeCalendarFeed.feed.status).toBe('REVOKED');
      expect((await fetchFeed(url)).status).toBe(404);
      expect((await fetchFeed(url, known)).status).toBe(404);
    }
    expect((await journalOf(feed.id)).map(({ type, version }) => [type, version])).toEqual([
      ['CALENDAR_FEED_CREATED', 1],
      ['CALENDAR_FEED_REVOKED', 2],
    ]);
  });

  it('says when it was read last, to the hour', async () => {
    const { url, feed } = await subscribe(service, olga);
    const lastUse = async () => (await feedsOf(await back(olga))).find(({ id }) => id === feed.id)?.lastUsedAt;
    const first = service.clock.now().toISOString();
    await fetchFeed(url);
    service.clock.advance(59 * 60_000);
    await fetchFeed(url);
    expect(await lastUse()).toBe(first);
    service.clock.advance(60_000);
    const second = service.clock.now().toISOString();
    await fetchFeed(url);
    expect(await lastUse()).toBe(second);
  });

  it('is answered although its use could not be noted', async () => {
    const { url } = await subscribe(service, await back(olga));
    const feeds = service.running.app.get(CalendarFeedRepository);
    const noteUse = jest.spyOn(feeds, 'noteUse').mockRejectedValueOnce(new OutcomeUnknownError());
    expect((await fetchFeed(url)).status).toBe(200);
    expect(noteUse).toHaveBeenCalledTimes(1);
    noteUse.mockRestore();
  });

  it('is one of five at most, even if all are made at once; a revoked one makes room', async () => {
    const rita = await colleagueOf(service, await back(ada), 'USER');
    const made = await Promise.all(Array.from({ length: 9 }, () => create(rita, { kind: 'MINE' })));
    const outcomes = made.map((answer) => dataOf(answer).createCalendarFeed);
    expect(outcomes.filter(({ url }) => url)).toHaveLength(MAX_CALENDAR_FEEDS);
    expect(outcomes.filter(({ url }) => !url)[0]).toEqual({
      __typename: 'TooManyCalendarFeedsError',
      code: 'TOO_MANY_CALENDAR_FEEDS',
      message: 'A person has at most 5 calendar feeds: revoke one first.',
      maximum: 5,
    });
    await revoke(rita, outcomes.find(({ url }) => url)?.feed.id ?? '');
    expect(dataOf(await create(rita, { kind: 'MINE' })).createCalendarFeed.feed.status).toBe('ACTIVE');
  });
});

const nodeOf = async (id: string, { token }: SignedIn) => {
  const { node } = dataOf(
    await service.ask<{ node: unknown }>('query ($id: ID!) { node(id: $id) { __typename id } }', { id }, token),
  );
  return { body: node };
};
/** The same person with a token of now. */
async function back(who: SignedIn): Promise<SignedIn> {
  const scope = { tenantId: plain(who.organizationId) as TenantId, userId: plain(who.userId) as UserId };
  const user = await service.connection.collection('users').findOne({ _id: new Types.ObjectId(scope.userId) });
  const accountId = String(user?.['accountId']) as AccountId;
  return { ...who, token: (await service.running.app.get(AccessTokens).issue({ ...scope, accountId })).token };
}

describe('a token', () => {
  it('that is unknown, revoked, of another organization, misspelt or none at all gets the same answer', async () => {
    const eve = await founderOf(service, 'Eve');
    const theirs = await subscribe(service, eve);
    const [, secret = ''] = /\.([\w-]{43})\.ics$/.exec(theirs.url) ?? [];
    const revoked = await subscribe(service, await back(ada));
    await revoke(await back(ada), revoked.feed.id);
    const { token: unknown } = newTenantToken(plain(ada.organizationId) as TenantId);
    const nowhere = unknown.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const of = (file: string) => new URL(`/ical/${file}`, service.url);
    const expected = {
      status: 404,
      type: 'application/json; charset=utf-8',
      cache: 'no-store',
      text: '{"errors":[{"message":"There is no such calendar.","extensions":{"code":"NOT_FOUND",}}]}',
    };
    const useless = [
      of(`${unknown}.ics`),
      of(`${nowhere}.ics`),
      revoked.url,
      of(`${plain(ada.organizationId)}.${secret}.ics`),
      theirs.url.replace('.ics', ''),
      theirs.url.replace('.ics', '.ICS'),
      theirs.url.replace(/.\.ics$/, '.ics'),
      `${theirs.url}%00`,
      of('.ics'),
      of('x'),
      of(`${'x'.repeat(5_000)}.ics`),
      of('%2e%2e%2fetc%2fpasswd'),
      of(`${plain(ada.organizationId)}.${JSON.stringify({ $ne: null })}.ics`),
    ];
    for (const url of useless) expect({ url, answer: await answerAt(url) }).toEqual({ url, answer: expected });
    expect((await fetchFeed(theirs.url)).status).toBe(200);
    const archive = 'mutation { archiveOrganization(input: {}) { __typename } }';
    expect(codesOf(await service.ask(archive, {}, eve.token))).toEqual([]);
    expect(await answerAt(theirs.url)).toEqual(expected);
  });

  it('stands neither in the database nor in a log', async () => {
    const { url } = await subscribe(service, await back(ada));
    const [, token = '', secret = ''] = /\/([0-9a-f]{24}\.([\w-]{43}))\.ics$/.exec(url) ?? [];
    await fetchFeed(url);
    await fetchFeed(`${url}/more`);
    await fetch(url, { method: 'DELETE' });
    service.running.app.get(Logger).warn({ path: new URL(url).pathname }, `GET ${url}`);
    expect(log.lines.some((line) => line.includes('/ical/'))).toBe(true);
    expect(log.lines.filter((line) => line.includes(secret))).toEqual([]);
    const native = service.connection.getClient().db(service.connection.name);
    for (const { name } of await native.listCollections().toArray()) {
      const documents = JSON.stringify(await native.collection(name).find().toArray());
      expect({ name, found: documents.includes(secret) || documents.includes(token) }).toEqual({ name, found: false });
    }
  });
});

describe('N6: what an organizer types', () => {
  it('stays one event with that text, whatever it is', async () => {
    const organizer = await founderOf(service, 'Nina');
    const { url } = await subscribe(service, organizer, 'ORGANIZATION');
    const evil = 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nATTACH:file:///etc/passwd\r\nURL:javascript:alert(1)';
    const names = [
      'a;b,c\\d\\n',
      'BEGIN:VEVENT',
      'END:VCALENDAR',
      ';TZID="Europe/Berlin":20270101T000000',
      '👩‍👩‍👧‍👦'.repeat(25),
      'مرحبا بالعالم',
      'שלום \u202eolleh',
      '漢'.repeat(200),
      '"quoted" \'text\' <b>&amp;',
    ];
    for (const [n, name] of names.entries()) {
      const input = {
        ...{
          name,
          description: `${name}\t${evil}`,
          category: 'OTHER',
          timezone: 'UTC',
          duration: 'PT1H',
          publish: true,
        },
        startsAtLocal: `2028-01-0${n + 1}T10:00:00`,
      };
      const made = await service.ask<{ createEvent: { __typename: string } }>(
        'mutation ($input: CreateEventInput!) { createEvent(input: $input) { __typename } }',
        { input },
        organizer.token,
      );
      expect(dataOf(made).createEvent.__typename).toBe('CreateEventPayload');
    }
    const entries = await entriesAt(url);
    expect(entries.map(({ summary }) => summary)).toEqual(names);
    expect(entries.map(({ description }) => description)).toEqual(
      names.map((name) => `${name}\t${evil.replaceAll('\r\n', '\n')}`),
    );
  });
});

describe('limits', () => {
  const limited = testService({ RATE_LIMIT_SENSITIVE: '5' });

  it('are of an address for what is no feed, and of a feed for what is one', async () => {
    const { url } = await subscribe(limited, await founderOf(limited, 'Paula'));
    const statuses = async (address: string | URL): Promise<number[]> => {
      const answers = [];
      for (let n = 0; n < 7; n += 1) answers.push(await fetchFeed(String(address)));
      const late = answers.at(-1);
      expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(late?.text).toContain('"code":"RATE_LIMITED"');
      return answers.map(({ status }) => status);
    };
    expect(await statuses(new URL('/ical/guess.ics', limited.url))).toEqual([404, 404, 404, 404, 404, 429, 429]);
    expect(await statuses(url)).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });

  it('are asked before a date is read', async () => {
    const { url } = await subscribe(limited, await founderOf(limited, 'Rosa'), 'ORGANIZATION');
    const reads: boolean[] = [];
    for (let n = 0; n < 7; n += 1) {
      reads.push((await profiled(limited.connection, 'occurrences', () => fetchFeed(url))).length > 0);
    }
    expect(reads).toEqual([true, true, true, true, true, false, false]);
  });
});
