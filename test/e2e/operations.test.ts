import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { readFileSync } from 'node:fs';
import { readOperations } from '../../scripts/explorer/operation-files';
import { castOf } from '../../scripts/seed/report';
import { DEMO, seedDatabase } from '../../scripts/seed/seed-database';
import { tokenOf } from '../../scripts/seed/tokens';
import { AccessTokens } from '../../src/platform/token';
import { factsOfTheDay } from '../../web/explorer/facts';
import { type Audience, filled, isFor, type OperationFile } from '../../web/explorer/operations';
import { dataOf } from '../support/client';
import { factsFor } from '../support/explorer-facts';
import { testService } from '../support/service';

const ROOT = join(__dirname, '..', '..');
const schema = buildSchema(readFileSync(join(ROOT, 'src', 'schema.graphql'), 'utf8'));

/** What each file answers on the demo data; a subscription is executed by the explorer's test. */
const ANSWERS: Readonly<Record<string, object>> = {
  '01-sign-in': { logIn: { session: { viewer: { user: { name: 'Uma Keller' } } } } },
  '02-sign-up': { signUp: { __typename: 'SignUpPayload' } },
  '10-next-30-days': { occurrences: { edges: { 0: { node: { name: 'Life drawing' } } } } },
  '11-register': { registerForOccurrence: { __typename: 'RegisterForOccurrencePayload' } },
  '12-full-date': { registerForOccurrence: { __typename: 'OccurrenceFullError', nextWithSeats: {} } },
  '13-overlap': { wanted: { __typename: 'OverlappingRegistrationError', conflictingRegistration: {} } },
  '14-my-registrations': { myRegistrations: { edges: { 0: { node: { status: 'CONFIRMED' } } } } },
  '15-cancel-registration': { cancelRegistration: { __typename: 'CancelRegistrationPayload' } },
  '16-series': { event: { recurrence: { text: 'every week' } } },
  '19-calendar-feed': { createCalendarFeed: { __typename: 'CreateCalendarFeedPayload', feed: { kind: 'MINE' } } },
  '20-preview-rule': { previewRecurrence: { __typename: 'PreviewRecurrencePayload', total: 6 } },
  '21-create-series': { createEvent: { __typename: 'CreateEventPayload', event: { status: 'PUBLISHED' } } },
  '22-edit-one-date': { updateOccurrence: { __typename: 'UpdateOccurrencePayload' } },
  '23-edit-all': { updateEvent: { __typename: 'UpdateEventPayload' } },
  '24-cancel-date': { cancelOccurrence: { occurrence: { status: 'CANCELLED' } } },
  '25-attendees': { occurrence: { registrations: { edges: { 0: { node: { status: 'CONFIRMED' } } } } } },
  '30-people': { users: { edges: { 0: { node: { name: 'Ada Lindqvist' } } } } },
  '31-invite': { inviteUser: { __typename: 'InviteUserPayload', invitation: { role: 'ORGANIZER' } } },
  '32-invitations': { invitations: {} },
  '33-change-role': { changeRole: { __typename: 'LastAdminError' } },
  '34-audit-log': { auditLog: { edges: { 0: { node: { happenedAt: expect.any(String) as string } } } } },
};

const service = testService();
let operations: OperationFile[] = [];
const tokens = new Map<Audience, string>();

beforeAll(async () => {
  operations = await readOperations(join(ROOT, 'operations'));
  const { connection, clock } = service;
  const { organizations } = await seedDatabase(connection, DEMO, { clock, progress: () => undefined });
  for (const person of organizations.slice(0, 1).flatMap(castOf)) {
    const { token } = await tokenOf(service.running.app.get(AccessTokens), person);
    tokens.set(person.user.role, token);
  }
});

/** As whom it is for, with what there is at this moment. */
async function answerOf({ name, query, variables, audience }: OperationFile): Promise<unknown> {
  service.clock.advance(1_000);
  const token = tokens.get(audience);
  const facts = token === undefined ? factsOfTheDay(service.clock.now()) : await factsFor(service, token);
  const text = filled(variables, facts);
  if (text === null) throw new Error(`${name} cannot be filled in on the demo data`);
  return dataOf(await service.ask<unknown>(query, JSON.parse(text) as object, token));
}

const isSubscription = ({ query }: OperationFile): boolean => /^subscription /m.test(query);

describe('the operations folder', () => {
  it('has documents that fit the schema, under a name of their own', () => {
    for (const { name, query } of operations) {
      expect({ name, errors: validate(schema, parse(query)) }).toEqual({ name, errors: [] });
    }
    const names = operations.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
    expect(new Set(names).size).toBe(operations.length);
    expect(names).not.toContain(undefined);
  });

  it('answers what each file promises on the sample data, in any order', async () => {
    const requests = operations.filter((operation) => !isSubscription(operation));
    expect(requests.map(({ name }) => name)).toEqual(Object.keys(ANSWERS));
    for (const operation of [...requests, ...requests.toReversed()]) {
      expect({ [operation.name]: await answerOf(operation) }).toMatchObject({
        [operation.name]: ANSWERS[operation.name],
      });
    }
  }, 60_000);

  it('shows nobody what is not for them', () => {
    const shown = (role: Parameters<typeof isFor>[1]) =>
      operations.filter((operation) => isFor(operation, role)).map(({ audience }) => audience);
    expect(new Set(shown(null))).toEqual(new Set(['anybody']));
    expect(new Set(shown('USER'))).toEqual(new Set(['USER']));
    expect(new Set(shown('ORGANIZER'))).toEqual(new Set(['USER', 'ORGANIZER']));
  });
});
