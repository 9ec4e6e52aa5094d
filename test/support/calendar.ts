import ICAL from 'ical.js';
import { createHash } from 'node:crypto';
import { dataOf } from './client';
import type { SignedIn } from './founder';
import type { TestService } from './service';

/* Calendar feeds as a calendar program has them: made over the wire, fetched, and read by a parser that is not ours. */

/** One VEVENT; instants as in ISO 8601. */
export interface ReadEntry {
  readonly uid: string;
  readonly sequence: number;
  readonly status: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly summary: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly stamp: string;
  readonly lastModified: string;
}

export interface ReadCalendar {
  readonly name: string;
  readonly timezone: string;
  readonly entries: readonly ReadEntry[];
}

const PROPERTIES = [
  'categories',
  'description',
  'dtend',
  'dtstamp',
  'dtstart',
  'last-modified',
  'sequence',
  'status',
  'summary',
  'uid',
];

/** @throws where the text is no calendar, has anything but events, or an event has anything but what ours have */
export function readCalendar(text: string): ReadCalendar {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  const components = calendar.getAllSubcomponents();
  if (calendar.name !== 'vcalendar' || components.some(({ name }) => name !== 'vevent')) {
    throw new Error('there is something else than events in the calendar');
  }
  return {
    name: unescaped(textOf(calendar, 'x-wr-calname') ?? ''),
    timezone: textOf(calendar, 'x-wr-timezone') ?? '',
    entries: components.map(readEntry),
  };
}

/** The parser knows no types of names that begin with an X. */
const unescaped = (value: string): string =>
  value.replace(/\\(.)/gu, (_, special: string) => (special === 'n' ? '\n' : special));

function readEntry(event: ICAL.Component): ReadEntry {
  const names = event.getAllProperties().map(({ name }) => name);
  const strange = names.filter((name) => !PROPERTIES.includes(name));
  if (strange.length > 0 || new Set(names).size < names.length || event.getAllSubcomponents().length > 0) {
    throw new Error(`an event with ${names.join(', ')}`);
  }
  return {
    uid: textOf(event, 'uid') ?? '',
    sequence: Number(event.getFirstPropertyValue('sequence')),
    status: textOf(event, 'status') ?? '',
    startsAt: instantOf(event, 'dtstart'),
    endsAt: instantOf(event, 'dtend'),
    summary: textOf(event, 'summary') ?? '',
    description: textOf(event, 'description'),
    categories: event.getFirstProperty('categories')?.getValues().map(String) ?? [],
    stamp: instantOf(event, 'dtstamp'),
    lastModified: instantOf(event, 'last-modified'),
  };
}

const textOf = (component: ICAL.Component, name: string): string | null => {
  const value = component.getFirstPropertyValue(name);
  return value === null ? null : String(value);
};

function instantOf(event: ICAL.Component, name: string): string {
  const value = event.getFirstPropertyValue(name);
  if (!(value instanceof ICAL.Time) || value.zone !== ICAL.Timezone.utcTimezone)
    throw new Error(`${name} is not in UTC`);
  return value.toJSDate().toISOString();
}

export interface FetchedFeed {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function fetchFeed(url: string, headers: Record<string, string> = {}): Promise<FetchedFeed> {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What a program shows that has subscribed. */
export async function entriesAt(url: string): Promise<readonly ReadEntry[]> {
  const { status, text } = await fetchFeed(url);
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return readCalendar(text).entries;
}

export const FEED = 'feed { id kind status createdAt lastUsedAt }';
export const CREATE_FEED = `mutation ($input: CreateCalendarFeedInput!) {
  createCalendarFeed(input: $input) {
    __typename
    ... on CreateCalendarFeedPayload { url ${FEED} }
    ... on UserError { code message }
    ... on TooManyCalendarFeedsError { maximum }
  }
}`;
export const REVOKE_FEED = `mutation ($input: RevokeCalendarFeedInput!) { revokeCalendarFeed(input: $input) { ${FEED} } }`;

export interface FeedOnWire {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}
export interface FeedCreated {
  createCalendarFeed: { __typename: string; url: string; feed: FeedOnWire };
}

/** Subscribes somebody to their own registrations, or to everything. */
export async function subscribe(
  service: TestService,
  { token }: Pick<SignedIn, 'token'>,
  kind: 'MINE' | 'ORGANIZATION' = 'MINE',
): Promise<{ readonly url: string; readonly feed: FeedOnWire }> {
  return dataOf(await service.ask<FeedCreated>(CREATE_FEED, { input: { kind } }, token)).createCalendarFeed;
}

/** The ETag that a text has to have. */
export const etagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url')}"`;
