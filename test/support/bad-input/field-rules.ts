import { BAD_TEXTS, type Fault, listOf, numbers } from './faulty-values';

const { empty, blank, long, control, surrogate } = BAD_TEXTS;
const line = [empty, blank, long, control, surrogate];
const paragraph = [long, control, surrogate];
const password = [empty, long, surrogate];
const token = [...line, { what: 'letters beyond ASCII', value: 'schlüssel' }];

/**
 * What a field refuses beyond its type, by its name, or by its input type and name. A text or a number that stands here
 * under neither fails the tests: somebody has to say what it refuses.
 */
const REFUSES: Readonly<Record<string, readonly Fault[]>> = {
  name: line,
  nameContains: line,
  organizationName: line,
  description: paragraph,
  reason: paragraph,
  password,
  refreshToken: token,
  providerToken: token,
  token,
  slug: [
    ...line,
    { what: 'an upper-case letter', value: 'Slug' },
    { what: 'a hyphen at the end', value: 'slug-' },
    { what: 'two hyphens in a row', value: 's--lug' },
    { what: '49 characters', value: 's'.repeat(49) },
  ],
  'AcceptInvitationInput.password': [...password, { what: 'seven characters', value: '1234567' }],
  'SignUpInput.password': [...password, { what: 'seven characters', value: '1234567' }],
  idempotencyKey: token,
  code: [...token, { what: 'five digits', value: '12345' }, { what: 'digits of another script', value: '١٢٣٤٥٦' }],
  after: token,
  seats: numbers(0, -1, 1_001, 2_147_483_647),
  capacity: numbers(-1, 1_000_001, 2_147_483_647),
  maxSeatsPerRegistration: numbers(0, -1, 101),
  expectedRevision: numbers(0, -1),
  first: numbers(0, -1, 101, 2_147_483_647),
  days: numbers(0, -1, 367, 2_147_483_647),
  ids: [listOf(101, 'x')],
  statuses: [listOf(11, 'CONFIRMED')],
  types: [listOf(31, 'EVENT_CREATED')],
  // What these mean is judged by the recurrence policy, whose "no" is a refusal: `recurrence-bombs.ts`.
  rrule: [],
  interval: [],
  count: [],
  monthDays: [],
  nth: [],
  exdates: [],
  rdates: [],
  weekdays: [],
};

/** null where nobody has said anything about the field. */
export const refusedBy = (owner: string | null, field: string): readonly Fault[] | null =>
  REFUSES[`${owner}.${field}`] ?? REFUSES[field] ?? null;
