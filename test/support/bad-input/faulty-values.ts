import { ABSENT } from '../walk/set-at';

/** A value that does not fit, and what is wrong with it. */
export interface Fault {
  readonly what: string;
  readonly value: unknown;
}

const fault = (what: string, value: unknown): Fault => ({ what, value });

export const LEFT_OUT = fault('left out', ABSENT);
export const NULL = fault('null', null);
export const LONG = 'n'.repeat(10_000);
const LONE_SURROGATE = 'a\ud800b';

/** As a client would send it: with keys of its own that plain object literals cannot have. */
const fromJson = (json: string): unknown => JSON.parse(json);

/** What no scalar and no enum is. */
const OBJECTS: readonly Fault[] = [
  fault('an operator of the database', { $ne: 1 }),
  fault('another operator', { $where: 'sleep(5000)' }),
  fault('a __proto__ key', fromJson('{"__proto__":{"polluted":true}}')),
  fault('a constructor key', fromJson('{"constructor":{"prototype":{"polluted":true}}}')),
  fault('a list of two', ['a', 'b']),
];

/** Texts that are no value of any text scalar with a format. */
const NO_FORMAT: readonly Fault[] = [
  fault('a number', 20_270_301),
  fault('a boolean', true),
  fault('an empty text', ''),
  fault('10,000 characters', LONG),
  fault('a control character', 'a\u0000b'),
  fault('half a surrogate pair', LONE_SURROGATE),
  fault('__proto__', '__proto__'),
];

const texts = (...values: string[]): Fault[] => values.map((value) => fault(JSON.stringify(value), value));

/** What does not fit each scalar, whatever the field is for. */
export const FAULTS_OF_SCALAR: Readonly<Record<string, readonly Fault[]>> = {
  String: [fault('a number', 5), fault('a float', 1.5), fault('a boolean', true), ...OBJECTS],
  ID: [fault('a float', 1.5), fault('a boolean', true), ...OBJECTS],
  Boolean: [fault('a text', 'true'), fault('a number', 1), ...OBJECTS],
  Int: [
    fault('a text', '5'),
    fault('a float', 1.5),
    fault('a boolean', true),
    fault('more than 32 bits', 2_147_483_648),
    fault('less than 32 bits', -2_147_483_649),
    fault('a huge number', 1e300),
    ...OBJECTS,
  ],
  DateTime: [
    ...NO_FORMAT,
    ...OBJECTS,
    ...texts('2027-02-30T10:00:00Z', '2027-03-01T10:00:00', '2027-03-01', '2027-13-01T00:00:00Z', 'now'),
    ...texts('2027-03-01T25:00:00Z', '2027-03-01T10:00:60Z', '2027-03-01T10:00:00+99:00', '+12027-03-01T10:00:00Z'),
  ],
  LocalDateTime: [
    ...NO_FORMAT,
    ...OBJECTS,
    ...texts('2027-02-30T10:00', '2027-03-01T10:00:00Z', '2027-03-01T10:00+01:00', '2027-03-01', '10:00'),
    ...texts('1969-12-31T23:59', '2201-01-01T00:00', '0001-01-01T00:00', '9999-01-01T00:00', '2027-03-01T24:01'),
  ],
  TimeZone: [
    ...NO_FORMAT,
    ...OBJECTS,
    ...texts('Mars/Olympus', '+02:00', '+0200', 'UTC+2', 'CEST', '../../etc/passwd', 'constructor', 'Europe/Berlin\n'),
  ],
  Duration: [...NO_FORMAT, ...OBJECTS, ...texts('PT0S', '-PT1H', 'P32D', 'P1Y', 'PT', 'P', '1h', '90', 'PT1H30')],
  EmailAddress: [
    ...NO_FORMAT,
    ...OBJECTS,
    ...texts('nobody', 'a@b@c', '@example.org', 'a@', 'a b@example.org', 'a@example.org\r\nBcc: b@example.org'),
  ],
};

export const FAULTS_OF_ENUM: readonly Fault[] = [
  ...texts('NOPE', 'user', '', '__proto__', 'constructor', 'toString', LONE_SURROGATE),
  fault('a number', 0),
  fault('a boolean', false),
  ...OBJECTS,
];

export const FAULTS_OF_OBJECT: readonly Fault[] = [
  fault('a text', 'text'),
  fault('a number', 5),
  fault('a boolean', true),
  fault('a list', ['a']),
  fault('an empty list', []),
];

/** Keys that no input has; each is added to one that is right. */
export const FOREIGN_KEYS: readonly string[] = ['tenantId', '$ne', '$where', '__proto__', 'constructor', 'a.b', ''];

export const BAD_TEXTS = {
  empty: fault('an empty text', ''),
  blank: fault('nothing but blanks', '   '),
  long: fault('10,000 characters', LONG),
  control: fault('a control character', 'a\u0000b'),
  surrogate: fault('half a surrogate pair', LONE_SURROGATE),
} satisfies Record<string, Fault>;

export const numbers = (...values: number[]): Fault[] => values.map((value) => fault(String(value), value));
export const listOf = (length: number, value: unknown): Fault =>
  fault(
    `${length} entries`,
    Array.from({ length }, () => value),
  );
