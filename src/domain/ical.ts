/**
 * iCalendar text (RFC 5545, with the few names that calendar programs read beside it). Own, because it is small and
 * because every octet of it is decided by strangers' texts [K7, N6].
 */

export type EntryStatus = 'CONFIRMED' | 'CANCELLED' | 'TENTATIVE';

export interface CalendarEntry {
  /** What a program recognises the entry by, for ever. Our own text. */
  readonly uid: string;
  /** Grows with every change; a program ignores what comes with a smaller one than it has. */
  readonly sequence: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly status: EntryStatus;
  readonly summary: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly lastModified: Date;
}

export interface Calendar {
  readonly name: string;
  /** IANA zone that a program may show the calendar in; the entries are in UTC. */
  readonly timezone: string;
  readonly entries: readonly CalendarEntry[];
}

/** What one line may have, octets of UTF-8, without its line break. */
export const MAX_LINE_OCTETS = 75;
const LINE_BREAK = '\r\n';
/** How often a program should look again. Some read one name of it, some the other. */
const REFRESH = 'PT1H';
const PRODUCT = '-//Happening//Calendar feed//EN';

/** The whole calendar, as it is sent. The same calendar gives the same text. */
export function serialiseCalendar({ name, timezone, entries }: Calendar): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT}`,
    'CALSCALE:GREGORIAN',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    `X-WR-TIMEZONE:${escapeText(timezone)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...entries.flatMap(entryLines),
    'END:VCALENDAR',
  ];
  return lines.map((line) => foldLine(line) + LINE_BREAK).join('');
}

function entryLines(entry: CalendarEntry): string[] {
  const { uid, sequence, startsAt, endsAt, status, summary, description, categories, lastModified } = entry;
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    // Nobody is invited by this calendar: the stamp is the entry's last change, so that reading twice gives the same.
    `DTSTAMP:${utc(lastModified)}`,
    `LAST-MODIFIED:${utc(lastModified)}`,
    `SEQUENCE:${sequence}`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(endsAt)}`,
    `STATUS:${status}`,
    `SUMMARY:${escapeText(summary)}`,
    ...(description === null ? [] : [`DESCRIPTION:${escapeText(description)}`]),
    ...(categories.length === 0 ? [] : [`CATEGORIES:${categories.map(escapeText).join(',')}`]),
    'END:VEVENT',
  ];
}

/** `20270301T090000Z` */
const utc = (instant: Date): string => `${instant.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** What the format has no way to say: control characters other than a tab and line breaks. */
const UNSPEAKABLE = /[^\P{Cc}\t\n\u0080-\u009f]/gu;

/** A text as a value: no line break, separator or escape of its own is left in it. */
const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(UNSPEAKABLE, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');

const SHORT_ASCII = /^[\x20-\x7e]{0,75}$/;

/** Cuts a line into pieces of 75 octets at most, never inside of a character; a piece that goes on begins with a blank. */
export function foldLine(line: string): string {
  if (SHORT_ASCII.test(line)) return line;
  const pieces: string[] = [];
  let from = 0;
  let octets = 0;
  for (let at = 0; at < line.length;) {
    const point = line.codePointAt(at) ?? 0;
    const size = octetsOf(point);
    if (octets + size > MAX_LINE_OCTETS) {
      pieces.push(line.slice(from, at));
      from = at;
      octets = 1;
    }
    octets += size;
    at += point > 0xffff ? 2 : 1;
  }
  pieces.push(line.slice(from));
  return pieces.join(`${LINE_BREAK} `);
}

/** Of a code point in UTF-8. */
function octetsOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
