import fc from 'fast-check';
import {
  type Calendar,
  type CalendarEntry,
  foldLine,
  MAX_LINE_OCTETS,
  serialiseCalendar,
} from '../../../src/domain/ical';
import { readCalendar } from '../../support/calendar';
import { at, NOW } from '../../support/make';

const entry = (given: Partial<CalendarEntry> = {}): CalendarEntry => ({
  uid: '65f000000000000000000001@happening',
  sequence: 3,
  startsAt: at(24),
  endsAt: at(25),
  status: 'CONFIRMED',
  summary: 'Chess',
  description: null,
  categories: ['WORKSHOP'],
  lastModified: NOW,
  ...given,
});
const calendar = (entries: readonly CalendarEntry[], name = 'Clubs'): Calendar => ({ name, timezone: 'UTC', entries });

/** What can be said in the format: line breaks are one kind, and other control characters do not exist. */
const speakable = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\t\n\u0080-\u009f]/gu, '');

/** What breaks out of a value where escaping is forgotten, and what breaks where folding counts characters. */
const NASTY = [
  'a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nEND:VEVENT',
  '\nBEGIN:VEVENT',
  '\rATTACH:file:///etc/passwd',
  'x\r\n URL:javascript:alert(1)',
  'BEGIN:VCALENDAR',
  'END:VCALENDAR\r\n',
  'Monday; Tuesday, Wednesday',
  'back\\slash \\n \\; \\, \\\\',
  '\\',
  'a\\',
  ';TZID="Europe/Berlin":x',
  'X-WR-CALNAME:other',
  ':;,="\'<>&',
  '\ttab\tand  blanks ',
  '👩‍👩‍👧‍👦'.repeat(30),
  '🎉🎊'.repeat(40),
  'مرحبا بالعالم '.repeat(12),
  'שלום\u202eolleh\u202c ',
  'é'.repeat(200),
  'e\u0301'.repeat(100),
  '漢字仮名'.repeat(50),
  'a'.repeat(74) + '漢',
  'a'.repeat(75),
  'a'.repeat(1_000),
  'line\u2028separator\u2029and\u0085next',
  'nul\u0000bell\u0007form\u000cescape\u001bdelete\u007f',
  '%s%n{{7*7}}${7}',
  'Ω≈ç√∫˜µ≤≥÷',
  'ﷺ'.repeat(30),
  '',
];

const texts = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.constantFrom('\r', '\n', '\r\n', ' ', '\t', '\\', 'n', ';', ',', ':', '"', 'BEGIN:VEVENT', '漢', '🎉'), {
      maxLength: 80,
    })
    .map((parts) => parts.join('')),
);

const lineOctets = (text: string): number[] => text.split('\r\n').map((line) => Buffer.byteLength(line));

describe('a calendar text', () => {
  it('is what it has always been, octet for octet', () => {
    const text = serialiseCalendar(calendar([entry({ description: 'Bring a board;\nand a friend.' })]));
    expect(text.split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Happening//Calendar feed//EN',
      'CALSCALE:GREGORIAN',
      'NAME:Clubs',
      'X-WR-CALNAME:Clubs',
      'X-WR-TIMEZONE:UTC',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
      'BEGIN:VEVENT',
      'UID:65f000000000000000000001@happening',
      'DTSTAMP:20270104T090000Z',
      'LAST-MODIFIED:20270104T090000Z',
      'SEQUENCE:3',
      'DTSTART:20270105T090000Z',
      'DTEND:20270105T100000Z',
      'STATUS:CONFIRMED',
      'SUMMARY:Chess',
      'DESCRIPTION:Bring a board\\;\\nand a friend.',
      'CATEGORIES:WORKSHOP',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('N6: says any text as it is, in one event for each that there is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 5 }), texts, (pairs, name) => {
        const entries = pairs.map(([summary, description], n) =>
          entry({ uid: `${n}@happening`, summary, description }),
        );
        const read = readCalendar(serialiseCalendar(calendar(entries, name)));
        expect(read.name).toBe(speakable(name));
        expect(read.entries.map(({ uid, summary, description }) => [uid, summary, description])).toEqual(
          entries.map(({ uid, summary, description }) => [uid, speakable(summary), speakable(description ?? '')]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each(NASTY)('N6: says %j', (summary) => {
    const { entries } = readCalendar(serialiseCalendar(calendar([entry({ summary, categories: ['WORKSHOP', 'b'] })])));
    expect(entries).toMatchObject([{ summary: speakable(summary), categories: ['WORKSHOP', 'b'] }]);
  });

  it('has lines of 75 octets at most, each whole in UTF-8, and no line break but CRLF', () => {
    fc.assert(
      fc.property(texts, (summary) => {
        const text = serialiseCalendar(calendar([entry({ summary })]));
        expect(Math.max(...lineOctets(text))).toBeLessThanOrEqual(MAX_LINE_OCTETS);
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        const decoder = new TextDecoder('utf-8', { fatal: true });
        for (const line of splitBytes(Buffer.from(text))) decoder.decode(line);
      }),
      { numRuns: 300 },
    );
  });
});

/** At the bytes of CRLF, as a program does that knows nothing of UTF-8. */
function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf('\r\n', from, 'latin1');
    lines.push(bytes.subarray(from, end));
    from = end + 2;
  }
  return lines;
}

describe('folding', () => {
  it('takes nothing away: what is unfolded is the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (line) => {
        const folded = foldLine(line);
        expect(folded.replaceAll('\r\n ', '')).toBe(line);
        expect(Math.max(...lineOctets(folded))).toBeLessThanOrEqual(MAX_LINE_OCTETS);
      }),
      { numRuns: 500 },
    );
  });

  it('fills each line: no piece but the last could have taken the next character', () => {
    const pieces = foldLine('漢🎉é'.repeat(60)).split('\r\n');
    expect(pieces.slice(0, -1).every((piece) => Buffer.byteLength(piece) > MAX_LINE_OCTETS - 4)).toBe(true);
    expect(foldLine('a'.repeat(75))).toBe('a'.repeat(75));
    expect(foldLine('a'.repeat(76))).toBe(`${'a'.repeat(75)}\r\n a`);
  });
});
