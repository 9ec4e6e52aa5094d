import { codesOf, dataOf } from '../support/client';
import { founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';

const service = testService();
let ada: SignedIn;
beforeAll(async () => {
  ada = await founderOf(service, 'Ada');
});

const ask = async <Data>(query: string, variables: object = {}) =>
  dataOf(await service.ask<Data>(query, variables, ada.token));

const EVENT = /* GraphQL */ `
  fragment event on Event {
    id
    name
    status
    revision
    capacity
    recurrence {
      rrule
    }
    occurrences(first: 3) {
      edges {
        node {
          id
          name
          description
          startsAt
          duration
          startsAtLocal
          recurrenceId
          status
          revision
          capacity
        }
      }
    }
  }
`;
const CREATE = `${EVENT} mutation ($input: CreateEventInput!) { createEvent(input: $input) { ... on CreateEventPayload { event { ...event } } } }`;
const UPDATE = /* GraphQL */ `
  ${EVENT}
  mutation ($input: UpdateEventInput!) {
    updateEvent(input: $input) {
      __typename
      ... on UpdateEventPayload {
        occurrencesChanged
        event {
          ...event
        }
      }
      ... on UserError {
        code
        message
      }
      ... on StaleRevisionError {
        currentRevision
      }
      ... on CapacityBelowTakenError {
        minimum
      }
      ... on MoveConflictsError {
        total
        conflicts {
          registration {
            id
          }
          newStartsAt
          newEndsAt
        }
      }
      ... on DatesWithRegistrationsError {
        total
        occurrences {
          id
          startsAtLocal
        }
      }
    }
  }
`;
const UPDATE_ONE = /* GraphQL */ `
  mutation ($input: UpdateOccurrenceInput!) {
    updateOccurrence(input: $input) {
      __typename
      ... on UpdateOccurrencePayload {
        occurrence {
          id
          name
          startsAtLocal
          recurrenceId
          revision
        }
      }
      ... on UserError {
        code
      }
    }
  }
`;
const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterForOccurrenceInput!) {
    registerForOccurrence(input: $input) {
      ... on RegisterForOccurrencePayload {
        registration {
          id
        }
      }
    }
  }
`;

interface OccurrenceData {
  id: string;
  name: string;
  revision: number;
  duration: string;
  startsAtLocal: string;
  recurrenceId: string;
}
interface EventData {
  id: string;
  revision: number;
  occurrences: { edges: { node: OccurrenceData }[] };
}
const datesOf = ({ occurrences }: EventData) => occurrences.edges.map(({ node }) => node);

async function create(startsAtLocal: string, duration = 'PT1H'): Promise<EventData> {
  const rrule = 'FREQ=WEEKLY;COUNT=3';
  const input = { name: 'Yoga', timezone: 'Europe/Berlin', startsAtLocal, duration, capacity: 5 };
  const given = { ...input, recurrence: { rule: { rrule } }, publish: true };
  return (await ask<{ createEvent: { event: EventData } }>(CREATE, { input: given })).createEvent.event;
}
interface Updated {
  updateEvent: { __typename: string; event: EventData; [field: string]: unknown };
}
const update = async ({ id, revision }: EventData, given: object) =>
  (await ask<Updated>(UPDATE, { input: { eventId: id, expectedRevision: revision, ...given } })).updateEvent;

const register = async (occurrenceId: string) =>
  (await ask<{ registerForOccurrence: { registration: { id: string } } }>(REGISTER, { input: { occurrenceId } }))
    .registerForOccurrence.registration.id;

describe('an edit of the whole series', () => {
  it('changes what is given, leaves what is left out, and clears what is null', async () => {
    const event = await create('2027-03-01T10:00');
    const renamed = await update(event, { name: 'Pilates' });
    expect(renamed).toMatchObject({ __typename: 'UpdateEventPayload', event: { name: 'Pilates', capacity: 5 } });
    const unlimited = await update(renamed.event, { capacity: null });
    expect(unlimited).toMatchObject({ occurrencesChanged: 3, event: { name: 'Pilates', capacity: null } });
    const once = await update(unlimited.event, { recurrence: null });
    expect(once.event).toMatchObject({ recurrence: null, occurrences: { edges: [{ node: { capacity: null } }] } });
  });

  it('moves every date and keeps its id', async () => {
    const event = await create('2027-04-05T10:00');
    const moved = await update(event, { startsAtLocal: '2027-04-05T11:00' });
    expect(datesOf(moved.event).map(({ id, startsAtLocal }) => [id, startsAtLocal])).toEqual(
      datesOf(event).map(({ id, startsAtLocal }) => [id, startsAtLocal.replace('T10', 'T11')]),
    );
  });

  it('is refused to whoever has not seen the last one', async () => {
    const event = await create('2027-05-03T10:00');
    await update(event, { name: 'First' });
    expect(await update(event, { name: 'Second' })).toMatchObject({ code: 'STALE_REVISION', currentRevision: 2 });
  });

  it('is refused where somebody would lose a date, with the list', async () => {
    const event = await create('2027-06-07T10:00');
    const [, second] = datesOf(event);
    await register(second?.id ?? '');
    expect(await update(event, { recurrence: { rule: { rrule: 'FREQ=WEEKLY;COUNT=1' } } })).toMatchObject({
      code: 'DATES_WITH_REGISTRATIONS',
      total: 1,
      occurrences: [{ id: second?.id }],
    });
  });

  it('is refused where somebody would be in two places, with the list', async () => {
    const [one, two] = [await create('2027-07-05T10:00'), await create('2027-07-05T12:00')];
    const held = await register(datesOf(one)[0]?.id ?? '');
    await register(datesOf(two)[0]?.id ?? '');
    expect(await update(one, { startsAtLocal: '2027-07-05T12:30' })).toMatchObject({
      code: 'MOVE_CONFLICTS',
      total: 1,
      conflicts: [
        { registration: { id: held }, newStartsAt: '2027-07-05T10:30:00.000Z', newEndsAt: '2027-07-05T11:30:00.000Z' },
      ],
    });
  });

  it('of "this and future" is not there yet', async () => {
    const { id, revision } = await create('2027-08-02T10:00');
    const input = { eventId: id, expectedRevision: revision, scope: 'THIS_AND_FUTURE' };
    const { errors } = await service.ask(UPDATE, { input }, ada.token);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.scope' }] });
  });
});

describe('an edit of one date', () => {
  it('moves and renames it alone; it stays in its series', async () => {
    const event = await create('2027-09-06T10:00');
    const [first] = datesOf(event);
    const input = {
      occurrenceId: first?.id,
      expectedRevision: first?.revision,
      name: 'Special',
      startsAtLocal: '2027-09-07T09:00',
    };
    const changed = await ask<{ updateOccurrence: { occurrence: OccurrenceData } }>(UPDATE_ONE, { input });
    expect(changed.updateOccurrence.occurrence).toEqual({
      id: first?.id,
      name: 'Special',
      startsAtLocal: '2027-09-07T09:00:00',
      recurrenceId: '2027-09-06T10:00:00',
      revision: 2,
    });
    const renamed = await update(event, { name: 'Series' });
    expect(
      datesOf(renamed.event)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Series', 'Series', 'Special']);
  });
});

describe('a date of a whole day', () => {
  it('is one on the day on which clocks change, too, and a form that sends that back changes nothing', async () => {
    // Clocks in Berlin go back on 31 October 2027: that Sunday has 25 hours.
    const dates = datesOf(await create('2027-10-24T00:00', 'PT24H'));
    expect(dates.map(({ duration }) => duration)).toEqual(['P1D', 'P1D', 'P1D']);
    const [, { id, revision, duration }] = dates as [OccurrenceData, OccurrenceData];
    const input = { occurrenceId: id, expectedRevision: revision, duration };
    const changed = await ask<{ updateOccurrence: { occurrence: OccurrenceData } }>(UPDATE_ONE, { input });
    expect(changed.updateOccurrence.occurrence.revision).toBe(1);
  });
});

describe('a cancellation', () => {
  it('frees the people, tells how many they were, and answers the same when it is repeated', async () => {
    const CANCEL =
      'mutation ($input: CancelEventInput!) { cancelEvent(input: $input) { ... on CancelEventPayload { registrationsCancelled event { status } } } }';
    const event = await create('2027-10-04T10:00');
    await register(datesOf(event)[0]?.id ?? '');
    const expected = { cancelEvent: { registrationsCancelled: 1, event: { status: 'CANCELLED' } } };
    expect(await ask(CANCEL, { input: { eventId: event.id, reason: 'flood' } })).toEqual(expected);
    expect(await ask(CANCEL, { input: { eventId: event.id } })).toEqual(expected);
    const DELETE = 'mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { ... on UserError { code } } }';
    expect(await ask(DELETE, { input: { eventId: event.id } })).toEqual({
      deleteEvent: { code: 'EVENT_HAS_REGISTRATIONS' },
    });
  });

  it('is for good when nobody ever registered', async () => {
    const event = await create('2027-11-01T10:00');
    const DELETE =
      'mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { ... on DeleteEventPayload { deletedEventId } } }';
    expect(await ask(DELETE, { input: { eventId: event.id } })).toEqual({ deleteEvent: { deletedEventId: event.id } });
    expect(
      codesOf(await service.ask('query ($id: ID!) { event(id: $id) { id } }', { id: event.id }, ada.token)),
    ).toEqual(['NOT_FOUND']);
  });
});
