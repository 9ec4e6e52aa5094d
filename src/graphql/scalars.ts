import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { daysInMonth } from '../domain/civil-date';
import { parseDuration } from '../domain/duration';
import { canonicalTimeZone } from '../domain/time-zone';
import { formatLocal, parseLocal } from '../domain/wall-clock';
import { emailKey } from '../platform/email-key';

interface TextScalar<Internal> {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  /** What is expected, for the message: "an IANA zone name, e.g. …". */
  readonly expected: string;
  /** Longer text is refused before it is looked at. */
  readonly maxLength: number;
  /** null: no such value. */
  readonly parse: (text: string) => Internal | null;
  readonly serialize: (value: unknown) => string;
}

/** A scalar that travels as text, and accepts nothing but text: a number is never a date. */
function textScalar<Internal>(definition: TextScalar<Internal>): GraphQLScalarType<Internal, string> {
  const { name, description, specifiedByURL, expected, maxLength, parse, serialize } = definition;
  const read = (value: unknown, nodes?: ValueNode): Internal => {
    const parsed = typeof value === 'string' && value.length <= maxLength ? parse(value) : null;
    if (parsed === null) throw new GraphQLError(`must be ${expected}`, { nodes });
    return parsed;
  };
  return new GraphQLScalarType<Internal, string>({
    name,
    description,
    specifiedByURL,
    serialize,
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null, node),
  });
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;

/** An instant; null for naive times, dates alone, 30 February, leap seconds and offsets of a day. */
export function parseInstant(text: string): Date | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const dateExists = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  const timeExists = hour <= 23 && minute <= 59 && second <= 59 && offsetHour <= 23 && offsetMinute <= 59;
  if (!dateExists || !timeExists) return null;
  const instant = new Date(text);
  // An offset may carry the last day of the year 9999 out of what can be written back.
  return instant.getUTCFullYear() >= 0 && instant.getUTCFullYear() <= 9999 ? instant : null;
}

const asString = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new TypeError(`Expected text, got ${typeof value}`);
};

export const DateTimeScalar = textScalar<Date>({
  name: 'DateTime',
  description:
    'An instant. In: RFC 3339 with an offset or `Z`. Out: UTC with milliseconds, `2027-03-01T09:00:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  expected: 'an instant as RFC 3339 with an offset or Z, e.g. 2027-03-01T10:00:00+01:00',
  maxLength: 40,
  parse: parseInstant,
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString();
    throw new TypeError(`Expected a Date, got ${typeof value}`);
  },
});

export const LocalDateTimeScalar = textScalar<string>({
  name: 'LocalDateTime',
  description: 'What a clock on the wall shows, without an offset: `2027-03-01T10:00:00`; in also without seconds.',
  expected: 'a local date and time without an offset, from 1970 to 2200, e.g. 2027-03-01T10:00',
  maxLength: 19,
  parse: (text) => {
    const wallMs = parseLocal(text);
    return wallMs === null ? null : formatLocal(wallMs);
  },
  serialize: asString,
});

export const TimeZoneScalar = textScalar<string>({
  name: 'TimeZone',
  description: 'An IANA zone name such as `Europe/Berlin`; no offsets, no abbreviations. Out: its canonical name.',
  specifiedByURL: 'https://www.iana.org/time-zones',
  expected: 'an IANA zone name, e.g. Europe/Berlin',
  maxLength: 64,
  parse: canonicalTimeZone,
  serialize: asString,
});

export const DurationScalar = textScalar<string>({
  name: 'Duration',
  description: 'A length of time as ISO 8601, longer than zero and at most 31 days: `PT1H30M`, `P2D`.',
  specifiedByURL: 'https://www.iso.org/iso-8601-date-and-time-format.html',
  expected: 'an ISO 8601 duration, longer than zero and at most 31 days, e.g. PT1H30M',
  maxLength: 40,
  parse: (text) => (parseDuration(text) === null ? null : text),
  serialize: asString,
});

export const EmailAddressScalar = textScalar<string>({
  name: 'EmailAddress',
  description: 'An e-mail address, kept as typed; upper and lower case do not tell two apart.',
  expected: 'an e-mail address, e.g. ada@example.org',
  maxLength: 320,
  parse: (text) => (emailKey(text) === null ? null : text.trim()),
  serialize: asString,
});
