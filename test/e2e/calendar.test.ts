import { Types } from 'mongoose';
import { DAY_MS } from '../../src/domain/civil-date';
import { dataOf } from '../support/client';
import { entriesAt, etagOf, fetchFeed, type ReadEntry, readCalendar, subscribe } from '../support/calendar';
import { REMOVE } from '../support/colleagues';
import { colleagueOf, founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';

/*
 * A program that has subscribed, and what it shows after every kind of edit: the same UIDs, a larger SEQUENCE on what
 * changed and on nothing else, the right instants and texts. Read with ical.js.
 */

jest.setTimeout(60_000);

const service = testService();
let ada: SignedIn;
let grace: SignedIn;
let everybodys: string;
let graces: string;

beforeAll(async () => {
  ada = await founderOf(service, 'Ada');
  grace = await colleagueOf(service, ada, 'USER');
  everybodys = (await subscribe(service, ada, 'ORGANIZATION')).url;
  graces = (await subscribe(service, grace)).url;
});

const ask = async <Data>(query: string, input: object, { token } = ada): Promise<Data> =>
  dataOf(await service.ask<Data>(query, { input }, token));

interface DateOnWire {
  readonly id: string;
  readonly revision: number;
}
interface EventOnWire {
  readonly id: string;
  readonly revision: number;
  readonly occurrences: { readonly edges: readonly { readonly node: DateOnWire }[] };
}
const EVENT = 'event { id revision occurrences(first: 10) { edges { node { id revision } } } }';
const CREATE = `mutation ($input: CreateEventInput!) { createEvent(input: $input) { ... on CreateEventPayload { ${EVENT} } } }`;
const UPDATE = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { ... on UpdateEventPayload { ${EVENT} } ... on UserError { code message } } }`;
const PUBLISH = `mutation ($input: PublishEventInput!) { publishEvent(input: $input) { ... on PublishEventPayload { ${EVENT} } } }`;
const MOVE = `mutation ($input: UpdateOccurrenceInput!) {
  updateOccurrence(input: $input) { ... on UpdateOccurrencePayload { occurrence { id revision } } ... on UserError { code message } }
}`;
const CANCEL_EVENT =
  'mutation ($input: CancelEventInput!) { cancelEvent(input: $input) { ... on CancelEventPayload { event { id } } } }';
const CANCEL_DATE =
  'mutation ($input: CancelOccurrenceInput!) { cancelOccurrence(input: $input) { ... on CancelOccurrencePayload { occurrence { id } } } }';
const REGISTER = `mutation ($input: RegisterForOccurrenceInput!) {
  registerForOccurrence(input: $input) { ... on RegisterForOccurrencePayload { registration { id } } ... on UserError { code message } }
}`;
const GIVE_BACK =
  'mutation ($input: CancelRegistrationInput!) { cancelRegistration(input: $input) { ... on CancelRegistrationPayload { registration { id } } } }';

let events = 0;
/** Three weekly dates at ten in Berlin, each course in a month of its own. */
async function course(given: object = {}): Promise<{ readonly event: EventOnWire; readonly dates: DateOnWire[] }> {
  events += 1;
  const month = String(events).padStart(2, '0');
  const input = {
    name: `Course ${events}`,
    category: 'WORKSHOP',
    timezone: 'Europe/Berlin',
    startsAtLocal: `2028-${month}-03T10:00:00`,
    duration: 'PT1H',
    recurrence: { rule: { rrule: 'FREQ=WEEKLY;COUNT=3' } },
    publish: true,
    ...given,
  };
  const { event } = (await ask<{ createEvent: { event: EventOnWire } }>(CREATE, input)).createEvent;
  return { event, dates: datesOf(event) };
}
const datesOf = ({ occurrences }: EventOnWire): DateOnWire[] => occurrences.edges.map(({ node }) => node);
const update = async ({ id, revision }: EventOnWire, input: object): Promise<EventOnWire> =>
  (
    await ask<{ updateEvent: { event: EventOnWire } }>(UPDATE, {
      eventId: id,
      expectedRevision: revision,
      scope: 'ALL',
      ...input,
    })
  ).updateEvent.event;
const seat = async (date: DateOnWire | undefined, { token } = grace): Promise<string> => {
  const made = await ask<{ registerForOccurrence: { registration: { id: string } } }>(
    REGISTER,
    { occurrenceId: date?.id },
    { ...grace, token },
  );
  return made.registerForOccurrence.registration.id;
};

const plain = (id: string): string => Buffer.from(id, 'base64url').toString().split(':')[1] ?? '';
/** What a feed shows of some dates, in their order. */
async function shown(url: string, dates: readonly DateOnWire[]): Promise<ReadEntry[]> {
  const entries = await entriesAt(url);
  return dates.flatMap(({ id }) => entries.filter(({ uid }) => uid.startsWith(plain(id))));
}
/** After an edit: the same UIDs in the same order; which of them changed, and that those alone have a larger SEQUENCE. */
async function after(url: string, dates: readonly DateOnWire[], edit: () => Promise<unknown>) {
  const old = await shown(url, dates);
  service.clock.advance(1_000);
  await edit();
  const now = await shown(url, dates);
  expect(now.map(({ uid }) => uid)).toEqual(old.map(({ uid }) => uid));
  const visible = (entry: ReadEntry) => JSON.stringify({ ...entry, sequence: 0, stamp: '', lastModified: '' });
  const changed = now.map((entry, n) => visible(entry) !== visible(old[n] ?? entry));
  const grown = now.map(({ sequence }, n) => sequence > (old[n]?.sequence ?? Infinity));
  expect(grown).toEqual(changed);
  changed.forEach((is, n) =>
    expect(now[n]?.lastModified).toBe(is ? service.clock.now().toISOString() : old[n]?.lastModified),
  );
  return { changed, entries: now };
}

describe('a calendar of the organization', () => {
  it('shows each published date as it is, in UTC, and says what it is called', async () => {
    const { dates } = await course({ name: 'Go; for, beginners \\o/ 🎉 مرحبا', description: 'First:\nbring a board.' });
    const { name, timezone } = readCalendar((await fetchFeed(everybodys)).text);
    expect({ name, timezone }).toEqual({ name: 'Ada & Co', timezone: 'Europe/Berlin' });
    const entries = await shown(everybodys, dates);
    expect(entries).toMatchObject([
      { startsAt: '2028-01-03T09:00:00.000Z', endsAt: '2028-01-03T10:00:00.000Z', status: 'CONFIRMED' },
      { startsAt: '2028-01-10T09:00:00.000Z' },
      { startsAt: '2028-01-17T09:00:00.000Z' },
    ]);
    for (const { summary, description, categories, stamp, lastModified } of entries) {
      expect({ summary, description, categories }).toEqual({
        summary: 'Go; for, beginners \\o/ 🎉 مرحبا',
        description: 'First:\nbring a board.',
        categories: ['WORKSHOP'],
      });
      expect(stamp).toBe(lastModified);
    }
    expect(new Set(entries.map(({ uid }) => uid)).size).toBe(3);
  });

  it('follows a new name of all, and of one date', async () => {
    const { event, dates } = await course();
    const renamed = await after(everybodys, dates, () => update(event, { name: 'Chess' }));
    expect(renamed.entries.map(({ summary }) => summary)).toEqual(['Chess', 'Chess', 'Chess']);
    expect(renamed.changed).toEqual([true, true, true]);
    const [, second] = dates;
    const input = {
      occurrenceId: second?.id,
      expectedRevision: second?.revision,
      name: 'Chess for two',
      description: 'X',
    };
    const special = await after(everybodys, dates, () => ask(MOVE, input));
    expect(special.entries.map(({ summary }) => summary)).toEqual(['Chess', 'Chess for two', 'Chess']);
    expect(special.changed).toEqual([false, true, false]);
  });

  it('follows a move of one date, of all of them, into another zone and to another length', async () => {
    const { event, dates } = await course();
    const [first] = dates;
    const input = { occurrenceId: first?.id, expectedRevision: first?.revision, startsAtLocal: '2028-03-03T15:30:00' };
    const one = await after(everybodys, dates, () => ask(MOVE, input));
    expect(one.changed).toEqual([true, false, false]);
    expect(one.entries[0]).toMatchObject({ startsAt: '2028-03-03T14:30:00.000Z', endsAt: '2028-03-03T15:30:00.000Z' });
    let edited = event;
    const all = await after(everybodys, dates, async () => {
      edited = await update(event, { startsAtLocal: '2028-03-03T11:00:00', resetOverrides: true });
    });
    expect(all.changed).toEqual([true, true, true]);
    expect(all.entries.map(({ startsAt }) => startsAt)).toEqual([
      '2028-03-03T10:00:00.000Z',
      '2028-03-10T10:00:00.000Z',
      '2028-03-17T10:00:00.000Z',
    ]);
    const moved = await after(everybodys, dates, async () => {
      edited = await update(edited, { timezone: 'America/New_York' });
    });
    // New York is in summer time from the 12th of March on.
    expect(moved.entries.map(({ startsAt }) => startsAt)).toEqual([
      '2028-03-03T16:00:00.000Z',
      '2028-03-10T16:00:00.000Z',
      '2028-03-17T15:00:00.000Z',
    ]);
    const longer = await after(everybodys, dates, () => update(edited, { duration: 'PT3H' }));
    expect(longer.entries[0]).toMatchObject({
      startsAt: '2028-03-03T16:00:00.000Z',
      endsAt: '2028-03-03T19:00:00.000Z',
    });
  });

  it('keeps what is cancelled, marked so: one date, or the event', async () => {
    const { event, dates } = await course();
    const one = await after(everybodys, dates, () => ask(CANCEL_DATE, { occurrenceId: dates[1]?.id }));
    expect(one.changed).toEqual([false, true, false]);
    const all = await after(everybodys, [dates[0], dates[2]] as DateOnWire[], () =>
      ask(CANCEL_EVENT, { eventId: event.id }),
    );
    expect(all.changed).toEqual([true, true]);
    expect((await shown(everybodys, dates)).map(({ status }) => status)).toEqual([
      'CANCELLED',
      'CANCELLED',
      'CANCELLED',
    ]);
  });

  it('leaves out what an edit took away and nobody had registered for; what somebody had given back stays, cancelled', async () => {
    const { event, dates } = await course();
    await ask(GIVE_BACK, { registrationId: await seat(dates[2]) });
    await update(event, { recurrence: { rule: { rrule: 'FREQ=WEEKLY;COUNT=1' } } });
    expect((await shown(everybodys, dates)).map(({ uid, status }) => [uid, status])).toEqual([
      [`${plain(dates[0]?.id ?? '')}@happening`, 'CONFIRMED'],
      [`${plain(dates[2]?.id ?? '')}@happening`, 'CANCELLED'],
    ]);
  });

  it('shows no draft, not even a cancelled date of one, until it is published', async () => {
    const { event, dates } = await course({ publish: false });
    expect(await shown(everybodys, dates)).toEqual([]);
    await ask(CANCEL_DATE, { occurrenceId: dates[0]?.id });
    expect(await shown(everybodys, dates)).toEqual([]);
    await ask(PUBLISH, { eventId: event.id });
    expect((await shown(everybodys, dates)).map(({ status }) => status)).toEqual([
      'CANCELLED',
      'CONFIRMED',
      'CONFIRMED',
    ]);
  });

  it('tells of nobody who is registered', async () => {
    const { dates } = await course();
    const { text: before } = await fetchFeed(everybodys);
    await seat(dates[0]);
    const { text } = await fetchFeed(everybodys);
    expect(text).toBe(before);
    expect(text).not.toContain(plain(grace.userId));
  });

  it('T10: shows nothing of another organization', async () => {
    const { url } = await subscribe(service, await founderOf(service, 'Mallory'), 'ORGANIZATION');
    expect(readCalendar((await fetchFeed(url)).text)).toMatchObject({ name: 'Mallory & Co', entries: [] });
  });

  it('goes back 90 days', async () => {
    const { dates } = await course();
    const others = await shown(everybodys, dates);
    const start = Date.parse(others[0]?.startsAt ?? '');
    await atTime(start + 90 * DAY_MS, async () => expect(await uids(dates)).toHaveLength(3));
    await atTime(start + 90 * DAY_MS + 1, async () => {
      expect(await uids(dates)).toEqual(others.slice(1).map(({ uid }) => uid));
    });
  });
});

const uids = async (dates: readonly DateOnWire[]): Promise<string[]> =>
  (await shown(everybodys, dates)).map(({ uid }) => uid);

/** A look at another time. */
async function atTime(time: number, look: () => Promise<void>): Promise<void> {
  const by = time - service.clock.now().getTime();
  service.clock.advance(by);
  try {
    await look();
  } finally {
    service.clock.advance(-by);
  }
}

describe("a person's calendar", () => {
  it('shows what the person is registered for, keeps what was given back, and follows every edit', async () => {
    const { event, dates } = await course({ startsAtLocal: '2028-07-06T10:00:00' });
    const [first] = dates;
    expect(await shown(graces, dates)).toEqual([]);
    const registrationId = await seat(first);
    expect(await shown(graces, dates)).toMatchObject([
      { uid: `${plain(first?.id ?? '')}.${plain(grace.userId)}@happening`, status: 'CONFIRMED' },
    ]);
    const one = [first] as DateOnWire[];
    const given = await after(graces, one, () => ask(GIVE_BACK, { registrationId }, grace));
    expect(given.entries).toMatchObject([{ status: 'CANCELLED' }]);
    const again = await after(graces, one, () => seat(first));
    expect(again.entries).toMatchObject([{ status: 'CONFIRMED' }]);
    const moved = await after(graces, one, () => update(event, { startsAtLocal: '2028-07-06T12:00:00' }));
    expect(moved.entries).toMatchObject([{ startsAt: '2028-07-06T10:00:00.000Z' }]);
    const off = await after(graces, one, () => ask(CANCEL_DATE, { occurrenceId: first?.id }));
    expect(off.entries).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('is called after the organization and the person, and shows nothing of others', async () => {
    const { dates } = await course();
    await seat(dates[0], ada);
    const { name, entries } = readCalendar((await fetchFeed(graces)).text);
    expect(name).toMatch(/^Ada & Co: .+/);
    expect(entries.filter(({ uid }) => uid.startsWith(plain(dates[0]?.id ?? '')))).toEqual([]);
  });

  it('answers no more from the moment on in which the person is removed', async () => {
    const leaver = await colleagueOf(service, ada, 'ORGANIZER');
    const feeds = [await subscribe(service, leaver), await subscribe(service, leaver, 'ORGANIZATION')];
    for (const { url } of feeds) expect((await fetchFeed(url)).status).toBe(200);
    await ask(REMOVE, { userId: leaver.userId });
    for (const { url } of feeds) expect((await fetchFeed(url)).status).toBe(404);
    // Nor when the person comes back: the status of the user is not all that keeps it shut.
    const users = service.connection.collection('users');
    await users.updateOne({ _id: new Types.ObjectId(plain(leaver.userId)) }, { $set: { status: 'ACTIVE' } });
    for (const { url } of feeds) expect((await fetchFeed(url)).status).toBe(404);
    // And in the moment before: a feed that is still active is none without its user.
    const { url: late } = await subscribe(service, ada);
    const admin = { _id: new Types.ObjectId(plain(ada.userId)) };
    await users.updateOne(admin, { $set: { status: 'REMOVED' } });
    expect((await fetchFeed(late)).status).toBe(404);
    await users.updateOne(admin, { $set: { status: 'ACTIVE' } });
    expect((await fetchFeed(late)).status).toBe(200);
  });
});

describe('what is sent', () => {
  it('is a calendar, private, under a strong ETag of its content', async () => {
    const { headers, text } = await fetchFeed(everybodys);
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="calendar.ics"');
    expect(headers.get('cache-control')).toBe('private, max-age=300');
    expect(headers.get('etag')).toBe(etagOf(text));
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('is 304 to whoever has it, and has another ETag if and only if something changed', async () => {
    const { dates } = await course();
    const etag = (await fetchFeed(everybodys)).headers.get('etag') ?? '';
    service.clock.advance(60_000);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await fetchFeed(everybodys, { 'if-none-match': known });
      expect({ known, status: answer.status, text: answer.text }).toEqual({ known, status: 304, text: '' });
      expect(answer.headers.get('etag')).toBe(etag);
    }
    expect((await fetchFeed(everybodys, { 'if-none-match': '"other"' })).status).toBe(200);
    await ask(CANCEL_DATE, { occurrenceId: dates[0]?.id });
    const changed = await fetchFeed(everybodys, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('is announced by HEAD, and by no other method', async () => {
    const get = await fetchFeed(everybodys);
    const head = await fetch(everybodys, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect((await fetch(everybodys, { method: 'POST' })).status).toBe(404);
  });
});
