import { codesOf, dataOf } from '../support/client';
import { colleagueOf, founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';

const service = testService();
let ada: SignedIn;
beforeAll(async () => {
  ada = await founderOf(service, 'Ada');
});

const ask = async <Data>(query: string, variables: object = {}, { token } = ada) =>
  dataOf(await service.ask<Data>(query, variables, token));

const CREATE = /* GraphQL */ `
  mutation ($input: CreateEventInput!) {
    createEvent(input: $input) {
      __typename
      ... on CreateEventPayload {
        event {
          id
          name
          status
          timezone
          startsAtLocal
          duration
          revision
          recurrence {
            rrule
            text
            exdates
            rdates
            horizonAt
          }
          occurrences(first: 3) {
            edges {
              cursor
              node {
                id
                name
                startsAt
                endsAt
                startsAtLocal
                status
                seatsLeft
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
            horizonAt
          }
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidRecurrenceError {
        part
      }
      ... on StartNotOnRuleError {
        firstMatch
      }
    }
  }
`;
const yoga = {
  name: ' Yoga ',
  timezone: 'europe/berlin',
  startsAtLocal: '2027-03-22T18:00',
  duration: 'PT1H30M',
  recurrence: { rule: { rrule: 'FREQ=WEEKLY;BYDAY=MO' } },
  capacity: 12,
  publish: true,
};
interface Dates {
  edges: { cursor: string; node: { id: string; startsAt: string; [field: string]: unknown } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
  horizonAt: string | null;
}
interface EventData {
  id: string;
  revision: number;
  status: string;
  occurrences: Dates;
}
interface Created {
  createEvent: { __typename: string; code?: string; part?: string; firstMatch?: string; event: EventData };
}
const create = async (given: object = {}) => (await ask<Created>(CREATE, { input: { ...yoga, ...given } })).createEvent;

describe('an organizer', () => {
  it('creates a weekly event, whose dates keep their hour across the clock change', async () => {
    const { event } = await create();
    expect(event).toMatchObject({
      name: 'Yoga',
      status: 'PUBLISHED',
      timezone: 'Europe/Berlin',
      startsAtLocal: '2027-03-22T18:00:00',
      recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO', exdates: [], rdates: [] },
    });
    expect(event.occurrences.edges.map(({ node }) => [node.startsAtLocal, node.startsAt, node.endsAt])).toEqual([
      ['2027-03-22T18:00:00', '2027-03-22T17:00:00.000Z', '2027-03-22T18:30:00.000Z'],
      ['2027-03-29T18:00:00', '2027-03-29T16:00:00.000Z', '2027-03-29T17:30:00.000Z'],
      ['2027-04-05T18:00:00', '2027-04-05T16:00:00.000Z', '2027-04-05T17:30:00.000Z'],
    ]);
    expect(event.occurrences).toMatchObject({
      pageInfo: { hasNextPage: true },
      horizonAt: expect.stringMatching(/Z$/) as string,
    });
  });

  it('is told what is wrong with a rule', async () => {
    expect(await create({ recurrence: { rule: { rrule: 'FREQ=HOURLY' } } })).toMatchObject({
      __typename: 'InvalidRecurrenceError',
      code: 'INVALID_RECURRENCE',
      part: 'FREQ',
    });
    expect(await create({ recurrence: { rule: { rrule: 'FREQ=WEEKLY;BYDAY=TU' } } })).toMatchObject({
      __typename: 'StartNotOnRuleError',
      firstMatch: '2027-03-23T18:00:00',
    });
  });

  it('creates one event with one key, however often it is sent', async () => {
    const first = await create({ idempotencyKey: 'k-1' });
    expect((await create({ idempotencyKey: 'k-1' })).event.id).toBe(first.event.id);
    const other = await service.ask(CREATE, { input: { ...yoga, name: 'Other', idempotencyKey: 'k-1' } }, ada.token);
    expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('previews a pattern without storing anything', async () => {
    const PREVIEW = /* GraphQL */ `
      query ($input: PreviewRecurrenceInput!) {
        previewRecurrence(input: $input) {
          __typename
          ... on PreviewRecurrencePayload {
            occurrences {
              startsAt
              dstAdjusted
            }
            total
            text
            warnings
          }
          ... on UserError {
            code
          }
        }
      }
    `;
    const { timezone, startsAtLocal, duration } = yoga;
    const pattern = { frequency: 'WEEKLY', weekdays: [{ day: 'MONDAY' }], count: 3 };
    const input = { timezone, startsAtLocal, duration, first: 2, recurrence: { rule: { pattern } } };
    expect(await ask(PREVIEW, { input })).toMatchObject({
      previewRecurrence: {
        __typename: 'PreviewRecurrencePayload',
        total: 3,
        occurrences: [{ startsAt: '2027-03-22T17:00:00.000Z' }, { startsAt: '2027-03-29T16:00:00.000Z' }],
      },
    });
    const refused = { ...input, recurrence: { rule: { rrule: 'FREQ=DAILY;INTERVAL=0' } } };
    expect(await ask(PREVIEW, { input: refused })).toMatchObject({ previewRecurrence: { code: 'INVALID_RECURRENCE' } });
  });
});

describe('a list', () => {
  const OCCURRENCES = /* GraphQL */ `
    query ($range: DateRangeInput!, $filter: OccurrenceFilter, $first: Int, $after: String) {
      occurrences(range: $range, filter: $filter, first: $first, after: $after) {
        edges {
          cursor
          node {
            id
            startsAt
            event {
              id
              name
            }
            myRegistration {
              id
            }
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        horizonAt
      }
    }
  `;
  const march = { between: { from: '2027-03-20T00:00:00+01:00', to: '2027-04-20T00:00:00+02:00' } };
  let eventId: string;
  let filter: object;
  beforeAll(async () => {
    eventId = (await create({ name: 'Listed' })).event.id;
    filter = { eventId };
  });

  it('goes page by page, in order and without a gap', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { occurrences }: { occurrences: Dates } = await ask(OCCURRENCES, { range: march, filter, first: 2, after });
      seen.push(...occurrences.edges.map(({ node }) => node.startsAt));
      if (!occurrences.pageInfo.hasNextPage) break;
      after = occurrences.pageInfo.endCursor;
    }
    expect(seen).toEqual([
      '2027-03-22T17:00:00.000Z',
      '2027-03-29T16:00:00.000Z',
      '2027-04-05T16:00:00.000Z',
      '2027-04-12T16:00:00.000Z',
      '2027-04-19T16:00:00.000Z',
    ]);
  });

  it('says how far the dates exist when more is asked for, and nothing when they all do', async () => {
    const later = { between: { from: '2027-12-01T00:00:00Z', to: '2028-06-01T00:00:00Z' } };
    const all = await ask<{ occurrences: Dates }>(OCCURRENCES, { range: later, filter });
    expect(all.occurrences.horizonAt).toMatch(/^2028-/);
    expect((await ask<{ occurrences: Dates }>(OCCURRENCES, { range: march, filter })).occurrences.horizonAt).toBeNull();
  });

  it('refuses a cursor of another list, of another filter and of somebody else', async () => {
    const first = await ask<{ occurrences: Dates }>(OCCURRENCES, { range: march, filter, first: 1 });
    const after = first.occurrences.pageInfo.endCursor;
    const grace = await founderOf(service, 'Grace');
    const attempts: [string, object, SignedIn][] = [
      [OCCURRENCES, { range: { next: { days: 30, timezone: 'UTC' } }, filter, after }, ada],
      [OCCURRENCES, { range: march, after }, ada],
      [OCCURRENCES, { range: march, filter, after: `${after.slice(0, -1)}_` }, ada],
      ['query ($after: String) { events(after: $after) { edges { cursor } } }', { after }, ada],
      ['query ($after: String) { events(after: $after) { edges { cursor } } }', { after }, grace],
    ];
    for (const [query, variables, { token }] of attempts) {
      const { errors } = await service.ask(query, variables, token);
      expect(errors?.map(({ extensions }) => [extensions.code, extensions.fields?.[0]?.path])).toEqual([
        ['BAD_USER_INPUT', 'after'],
      ]);
    }
  });

  it.each([
    [
      'a range of more than 366 days',
      { range: { between: { from: '2027-01-01T00:00:00Z', to: '2028-01-03T00:00:00Z' } } },
      'range.between.to',
    ],
    [
      'a range that runs backwards',
      { range: { between: { from: '2027-02-01T00:00:00Z', to: '2027-01-01T00:00:00Z' } } },
      'range.between.to',
    ],
    [
      'a naive time',
      { range: { between: { from: '2027-02-01T00:00:00', to: '2027-03-01T00:00:00Z' } } },
      'range.between.from',
    ],
    ['two ranges', { range: { ...march, next: { days: 1, timezone: 'UTC' } } }, 'range'],
    ['no range', {}, 'range'],
    ['no days', { range: { next: { days: 0, timezone: 'UTC' } } }, 'range.next.days'],
    ['a page of none', { range: march, first: 0 }, 'first'],
    ['a page that is null', { range: march, first: null }, 'first'],
    ['a page beyond what a number holds', { range: march, first: 1e12 }, 'first'],
    ['a status that is none', { range: march, filter: { status: 'FULL' } }, 'filter.status'],
  ])('refuses %s and names the argument', async (_what, variables, path) => {
    const { errors } = await service.ask(OCCURRENCES, variables, ada.token);
    expect(errors?.map(({ extensions }) => [extensions.code, extensions.fields?.[0]?.path])).toEqual([
      ['BAD_USER_INPUT', path],
    ]);
  });
});

describe('seats', () => {
  const REGISTER = /* GraphQL */ `
    mutation ($input: RegisterForOccurrenceInput!) {
      registerForOccurrence(input: $input) {
        __typename
        ... on RegisterForOccurrencePayload {
          registration {
            id
            status
            seats
            position
            revision
            user {
              id
            }
            occurrence {
              id
              seatsTaken
              seatsLeft
              myRegistration {
                id
              }
            }
          }
        }
        ... on UserError {
          code
          message
        }
        ... on AlreadyRegisteredError {
          registration {
            id
          }
        }
        ... on OverlappingRegistrationError {
          conflictingRegistration {
            id
          }
        }
        ... on OccurrenceFullError {
          seatsLeft
          nextWithSeats {
            id
          }
        }
        ... on TooManySeatsError {
          maximum
        }
      }
    }
  `;
  const CANCEL = /* GraphQL */ `
    mutation ($input: CancelRegistrationInput!) {
      cancelRegistration(input: $input) {
        ... on CancelRegistrationPayload {
          registration {
            id
            status
            cancelReason
            occurrence {
              seatsLeft
              myRegistration {
                id
              }
            }
          }
        }
        ... on RegistrationClosedError {
          reason
        }
      }
    }
  `;
  interface Registered {
    registerForOccurrence: { __typename: string; registration: { id: string }; [field: string]: unknown };
  }
  const register = async (occurrenceId: string, given: object = {}, as = ada) =>
    (await ask<Registered>(REGISTER, { input: { occurrenceId, ...given } }, as)).registerForOccurrence;

  it('are taken, shown, given back and free again', async () => {
    const { event } = await create({ name: 'Seats', startsAtLocal: '2027-05-03T18:00' });
    const [first] = event.occurrences.edges.map(({ node }) => node.id);
    const taken = await register(first ?? '');
    expect(taken.registration).toMatchObject({
      status: 'CONFIRMED',
      seats: 1,
      position: null,
      user: { id: ada.userId },
      occurrence: { id: first, seatsTaken: 1, seatsLeft: 11, myRegistration: { id: taken.registration.id } },
    });
    expect(await register(first ?? '')).toMatchObject({
      code: 'ALREADY_REGISTERED',
      registration: { id: taken.registration.id },
    });
    expect(await register(first ?? '', { seats: 2 })).toMatchObject({
      __typename: expect.stringMatching(/Error$/) as string,
    });
    const input = { registrationId: taken.registration.id, reason: 'ill' };
    const given = {
      cancelRegistration: {
        registration: { status: 'CANCELLED', cancelReason: 'ill', occurrence: { seatsLeft: 12, myRegistration: null } },
      },
    };
    expect(await ask(CANCEL, { input })).toMatchObject(given);
    expect(await ask(CANCEL, { input })).toMatchObject(given);
  });

  it('are refused at the same time as others, and when there are too many', async () => {
    const one = await create({ name: 'One', startsAtLocal: '2027-06-07T18:00', capacity: 1 });
    const two = await create({ name: 'Two', startsAtLocal: '2027-06-07T19:00' });
    const idOf = ({ event }: { event: EventData }) => event.occurrences.edges[0]?.node.id ?? '';
    const held = await register(idOf(one));
    expect(await register(idOf(two))).toMatchObject({
      code: 'OVERLAPPING_REGISTRATION',
      conflictingRegistration: { id: held.registration.id },
    });
    expect(await register(idOf(two), { seats: 5 })).toMatchObject({ code: 'TOO_MANY_SEATS', maximum: 1 });
  });

  it('that are gone are offered on the next date that has some', async () => {
    const { event } = await create({ name: 'Small', startsAtLocal: '2027-08-02T08:00', capacity: 1 });
    const [first, second] = event.occurrences.edges.map(({ node }) => node.id);
    const bob = await colleagueOf(service, ada, 'USER');
    await register(first ?? '');
    expect(await register(first ?? '', {}, bob)).toMatchObject({
      code: 'OCCURRENCE_FULL',
      seatsLeft: 0,
      nextWithSeats: { id: second },
    });
  });

  it('are taken for somebody else by an organizer, and by nobody below', async () => {
    const { event } = await create({ name: 'For others', startsAtLocal: '2027-09-06T08:00' });
    const [first] = event.occurrences.edges.map(({ node }) => node.id);
    const bob = await colleagueOf(service, ada, 'USER');
    const eve = await colleagueOf(service, ada, 'USER');
    expect((await register(first ?? '', { userId: bob.userId })).registration).toMatchObject({
      user: { id: bob.userId },
    });
    const refused = await service.ask(REGISTER, { input: { occurrenceId: first, userId: bob.userId } }, eve.token);
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  });

  it('that an organizer holds are nobody’s to give back from the start on; those of others are, until the end', async () => {
    const soon = { startsAtLocal: '2027-01-04T10:01', duration: 'PT2M', recurrence: null };
    const { event } = await create({ name: 'Soon', ...soon });
    const first = event.occurrences.edges[0]?.node.id ?? '';
    const bob = await colleagueOf(service, ada, 'USER');
    const [own, his] = [await register(first), await register(first, { userId: bob.userId })];
    const giveBack = (seat: typeof own) => ask(CANCEL, { input: { registrationId: seat.registration.id } });
    service.clock.advance(60_000);
    expect(await giveBack(own)).toEqual({ cancelRegistration: { reason: 'STARTED' } });
    expect(await giveBack(his)).toMatchObject({ cancelRegistration: { registration: { status: 'CANCELLED' } } });
  });

  it('are shown to whoever holds them', async () => {
    const MINE = '{ myRegistrations(first: 1) { edges { node { id occurrence { name } } } pageInfo { hasNextPage } } }';
    const { myRegistrations } = await ask<{ myRegistrations: { edges: unknown[] } }>(MINE);
    expect(myRegistrations.edges).toHaveLength(1);
  });
});

describe('a USER', () => {
  const NAMES = '{ events(first: 100) { edges { node { id name } } } }';

  it('sees no draft, neither in a list nor by its id', async () => {
    const bob = await colleagueOf(service, ada, 'USER');
    const { event } = await create({ name: 'Secret plans', publish: false });
    const occurrenceId = event.occurrences.edges[0]?.node.id;
    expect(JSON.stringify(await ask(NAMES))).toContain('Secret plans');
    expect(JSON.stringify(await ask(NAMES, {}, bob))).not.toContain('Secret plans');
    const byId = await service.ask('query ($id: ID!) { event(id: $id) { name } }', { id: event.id }, bob.token);
    expect(codesOf(byId)).toEqual(['NOT_FOUND']);
    const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(await ask(NODES, { ids: [event.id, occurrenceId] }, bob)).toEqual({ nodes: [null, null] });
  });

  it('sees nothing of a draft of which a date was called off, until it is published', async () => {
    const bob = await colleagueOf(service, ada, 'USER');
    const recurrence = { rule: { rrule: 'FREQ=WEEKLY;COUNT=2' } };
    const { event } = await create({ publish: false, startsAtLocal: '2028-02-08T18:00', recurrence });
    const occurrenceId = event.occurrences.edges[0]?.node.id;
    const CALL_OFF =
      'mutation ($id: ID!) { cancelOccurrence(input: { occurrenceId: $id }) { ... on CancelOccurrencePayload { occurrence { status } } } }';
    expect(await ask(CALL_OFF, { id: occurrenceId })).toMatchObject({
      cancelOccurrence: { occurrence: { status: 'CANCELLED' } },
    });
    const DAY =
      '{ occurrences(range: { between: { from: "2028-02-08T00:00:00Z", to: "2028-02-09T00:00:00Z" } }) { edges { node { id status } } } }';
    const BY_ID = 'query ($id: ID!) { occurrence(id: $id) { status } }';
    const REGISTER =
      'mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { __typename ... on RegistrationClosedError { reason } } }';
    const edges = [{ node: { id: occurrenceId, status: 'CANCELLED' } }];
    expect(await ask(DAY)).toEqual({ occurrences: { edges } });
    expect(await ask(DAY, {}, bob)).toEqual({ occurrences: { edges: [] } });
    expect(codesOf(await service.ask(BY_ID, { id: occurrenceId }, bob.token))).toEqual(['NOT_FOUND']);
    expect(codesOf(await service.ask(REGISTER, { id: occurrenceId }, bob.token))).toEqual(['NOT_FOUND']);
    await ask('mutation ($id: ID!) { publishEvent(input: { eventId: $id }) { __typename } }', { id: event.id });
    expect(await ask(DAY, {}, bob)).toEqual({ occurrences: { edges } });
    expect(await ask(BY_ID, { id: occurrenceId }, bob)).toEqual({ occurrence: { status: 'CANCELLED' } });
    expect(await ask(REGISTER, { id: occurrenceId }, bob)).toEqual({
      registerForOccurrence: { __typename: 'RegistrationClosedError', reason: 'CANCELLED' },
    });
  });

  it('may neither write events nor read who else registered', async () => {
    const bob = await colleagueOf(service, ada, 'USER');
    const { event } = await create({ name: 'Open' });
    const occurrenceId = event.occurrences.edges[0]?.node.id;
    expect(codesOf(await service.ask(CREATE, { input: yoga }, bob.token))).toEqual(['FORBIDDEN']);
    expect(codesOf(await service.ask('{ users { edges { cursor } } }', {}, bob.token))).toEqual(['FORBIDDEN']);
    const ATTENDEES = 'query ($id: ID!) { occurrence(id: $id) { name registrations { edges { cursor } } } }';
    const answer = await service.ask(ATTENDEES, { id: occurrenceId }, bob.token);
    expect(answer.data).toEqual({ occurrence: { name: 'Open', registrations: null } });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(codesOf(await service.ask(ATTENDEES, { id: occurrenceId }, ada.token))).toEqual([]);
  });
});

describe('another organization', () => {
  it('finds nothing of it, by whatever id', async () => {
    const { event } = await create({ name: 'CANARY', startsAtLocal: '2027-10-04T18:00' });
    const occurrenceId = event.occurrences.edges[0]?.node.id ?? '';
    const REGISTER =
      'mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { ... on RegisterForOccurrencePayload { registration { id } } } }';
    interface Registered {
      registerForOccurrence: { registration: { id: string } };
    }
    const { registerForOccurrence: registered } = await ask<Registered>(REGISTER, { id: occurrenceId });
    const mallory = await founderOf(service, 'Mallory');
    const attempts: [string, object][] = [
      ['query ($id: ID!) { event(id: $id) { name } }', { id: event.id }],
      ['query ($id: ID!) { occurrence(id: $id) { name } }', { id: occurrenceId }],
      ['query ($id: ID!) { registrations(filter: { occurrenceId: $id }) { edges { cursor } } }', { id: occurrenceId }],
      ['query ($id: ID!) { registrations(filter: { userId: $id }) { edges { cursor } } }', { id: ada.userId }],
      [
        'query ($id: ID!) { occurrences(range: { next: { days: 300, timezone: "UTC" } }, filter: { eventId: $id }) { edges { cursor } } }',
        { id: event.id },
      ],
      [
        'mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { __typename } }',
        { id: occurrenceId },
      ],
      ['mutation ($id: ID!) { registerForEvent(input: { eventId: $id }) { __typename } }', { id: event.id }],
      ['mutation ($id: ID!) { publishEvent(input: { eventId: $id }) { __typename } }', { id: event.id }],
      ['mutation ($id: ID!) { cancelEvent(input: { eventId: $id }) { __typename } }', { id: event.id }],
      [
        'mutation ($id: ID!) { updateEvent(input: { eventId: $id, expectedRevision: 1 }) { __typename } }',
        { id: event.id },
      ],
      [
        'mutation ($id: ID!) { updateOccurrence(input: { occurrenceId: $id, expectedRevision: 1 }) { __typename } }',
        { id: occurrenceId },
      ],
      [
        'mutation ($id: ID!) { cancelRegistration(input: { registrationId: $id }) { __typename } }',
        { id: registered.registration.id },
      ],
      ['mutation ($id: ID!) { deleteEvent(input: { eventId: $id }) { __typename } }', { id: event.id }],
      ['mutation ($id: ID!) { cancelOccurrence(input: { occurrenceId: $id }) { __typename } }', { id: occurrenceId }],
    ];
    for (const [query, variables] of attempts) {
      const answer = await service.ask(query, variables, mallory.token);
      expect([query, codesOf(answer)]).toEqual([query, ['NOT_FOUND']]);
      expect(JSON.stringify(answer)).not.toContain('CANARY');
    }
    const { events } = await ask<{ events: Dates }>('{ events { edges { node { id } } } }', {}, mallory);
    expect(events.edges).toEqual([]);
  });
});
