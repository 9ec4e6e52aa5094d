import { type GraphQLScalarType, parseValue } from 'graphql';
import {
  DateTimeScalar,
  DurationScalar,
  EmailAddressScalar,
  LocalDateTimeScalar,
  TimeZoneScalar,
} from '../../../src/graphql/scalars';

const fromVariable = (scalar: GraphQLScalarType, value: unknown): unknown => scalar.parseValue(value);
const fromDocument = (scalar: GraphQLScalarType, source: string): unknown => scalar.parseLiteral(parseValue(source));

describe('DateTime', () => {
  it.each([
    ['2027-03-01T09:00:00Z', '2027-03-01T09:00:00.000Z'],
    ['2027-03-01T10:00:00+01:00', '2027-03-01T09:00:00.000Z'],
    ['2027-02-28T23:30:00.5-10:30', '2027-03-01T10:00:00.500Z'],
    ['2028-02-29T00:00:00.123456789Z', '2028-02-29T00:00:00.123Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(DateTimeScalar.serialize(fromVariable(DateTimeScalar, text))).toBe(instant);
    expect(DateTimeScalar.serialize(fromDocument(DateTimeScalar, `"${text}"`))).toBe(instant);
  });

  it.each([
    ['a naive time', '2027-03-01T10:00:00'],
    ['a date alone', '2027-03-01'],
    ['30 February', '2027-02-30T10:00:00Z'],
    ['29 February of a common year', '2027-02-29T10:00:00Z'],
    ['29 February of 2100', '2100-02-29T10:00:00Z'],
    ['24 o’clock', '2027-03-01T24:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['month 0', '2027-00-10T10:00:00Z'],
    ['an offset of a day', '2027-03-01T10:00:00+24:00'],
    ['an offset without a colon', '2027-03-01T10:00:00+0100'],
    ['a zone name', '2027-03-01T10:00:00[Europe/Berlin]'],
    ['minutes alone', '2027-03-01T10:00Z'],
    ['a blank in the middle', '2027-03-01 10:00:00Z'],
    ['a blank at the end', '2027-03-01T10:00:00Z '],
    ['a line feed at the end', '2027-03-01T10:00:00Z\n'],
    ['five digits of a year', '12027-03-01T10:00:00Z'],
    ['a number', 1_700_000_000_000],
    ['a number as text', '1700000000000'],
    ['nothing', ''],
    ['an operator', { $ne: 1 }],
    ['a list', ['2027-03-01T09:00:00Z']],
    ['true', true],
  ])('refuses %s', (_what, value) => {
    expect(() => fromVariable(DateTimeScalar, value)).toThrow(/must be an instant/);
  });

  it('refuses a number that stands in the document', () => {
    expect(() => fromDocument(DateTimeScalar, '1700000000000')).toThrow(/must be an instant/);
  });
});

describe('LocalDateTime', () => {
  it('reads a time with or without seconds, and writes it with them', () => {
    expect(fromVariable(LocalDateTimeScalar, '2027-03-01T10:00')).toBe('2027-03-01T10:00:00');
    expect(fromVariable(LocalDateTimeScalar, '2027-03-01T10:00:30')).toBe('2027-03-01T10:00:30');
  });

  it.each([
    '2027-03-01T10:00Z',
    '2027-03-01T10:00+01:00',
    '2027-02-30T10:00',
    '2027-03-01',
    '1969-12-31T23:59',
    5,
    null,
  ])('refuses %p', (value) => {
    expect(() => fromVariable(LocalDateTimeScalar, value)).toThrow(/must be a local date and time/);
  });
});

describe('TimeZone', () => {
  it('writes the canonical name, however it was typed', () => {
    expect(fromVariable(TimeZoneScalar, 'europe/berlin')).toBe('Europe/Berlin');
    expect(fromVariable(TimeZoneScalar, 'UTC')).toBe('UTC');
  });

  it.each(['+02:00', 'EST', 'Mars/Olympus', 'Etc/GMT-5', '', 'constructor', 7])('refuses %p', (value) => {
    expect(() => fromVariable(TimeZoneScalar, value)).toThrow(/must be an IANA zone name/);
  });
});

describe('Duration', () => {
  it.each(['PT1H30M', 'P2D', 'P31D', 'PT45S'])('reads %s and writes the same', (text) => {
    expect(DurationScalar.serialize(fromVariable(DurationScalar, text))).toBe(text);
  });

  it.each(['PT0S', 'P32D', '-PT1H', 'P1M', 'PT', 'P', '30m', 'PT1.5H', 90])('refuses %p', (value) => {
    expect(() => fromVariable(DurationScalar, value)).toThrow(/must be an ISO 8601 duration/);
  });
});

describe('EmailAddress', () => {
  it('keeps what was typed, without the blanks around it', () => {
    expect(fromVariable(EmailAddressScalar, '  Ada.Lovelace@Example.org ')).toBe('Ada.Lovelace@Example.org');
  });

  it.each(['ada', 'ada@', '@example.org', 'ada@example', 'a b@example.org', 'a@example.org\r\nBcc: b@example.org', 5])(
    'refuses %p',
    (value) => {
      expect(() => fromVariable(EmailAddressScalar, value)).toThrow(/must be an e-mail address/);
    },
  );
});
