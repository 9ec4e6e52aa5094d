import type { AuditType } from '../../src/domain/journal';
import type { JournalDoc } from '../../src/store/journal.schema';
import { journalRows, rowsOfRequest } from '../support/audit';
import { rawPost, type RawAnswer } from '../support/raw-post';
import { testService } from '../support/service';
import { resultOf, succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { type Member, PASSWORD, plainId } from '../support/walk/organization';
import { type Args, sampleOf } from '../support/walk/samples';
import { operationNamed, operations, type WireOperation } from '../support/wire';

jest.setTimeout(30_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

/** The one row that each mutation writes of its own; null: none, as it is about a session. */
const OWN_ROW: Readonly<Record<string, AuditType | null>> = {
  signUp: 'ORGANIZATION_FOUNDED',
  signUpWithProvider: 'ORGANIZATION_FOUNDED',
  createOrganization: 'ORGANIZATION_FOUNDED',
  updateOrganization: 'ORGANIZATION_UPDATED',
  archiveOrganization: 'ORGANIZATION_ARCHIVED',
  transferOwnership: 'OWNERSHIP_TRANSFERRED',
  inviteUser: 'USER_INVITED',
  acceptInvitation: 'INVITATION_ACCEPTED',
  acceptInvitationWithProvider: 'INVITATION_ACCEPTED',
  revokeInvitation: 'INVITATION_REVOKED',
  changeRole: 'USER_ROLE_CHANGED',
  removeUser: 'USER_REMOVED',
  requestEmailVerification: 'EMAIL_CODE_REQUESTED',
  verifyEmail: 'EMAIL_VERIFIED',
  linkIdentity: 'IDENTITY_LINKED',
  createCalendarFeed: 'CALENDAR_FEED_CREATED',
  revokeCalendarFeed: 'CALENDAR_FEED_REVOKED',
  createEvent: 'EVENT_CREATED',
  updateEvent: 'EVENT_UPDATED',
  publishEvent: 'EVENT_PUBLISHED',
  cancelEvent: 'EVENT_CANCELLED',
  deleteEvent: 'EVENT_DELETED',
  updateOccurrence: 'OCCURRENCE_UPDATED',
  cancelOccurrence: 'OCCURRENCE_CANCELLED',
  registerForOccurrence: 'REGISTERED',
  registerForEvent: 'REGISTERED',
  cancelRegistration: 'REGISTRATION_CANCELLED',
  logIn: null,
  logInWithProvider: null,
  refreshSession: null,
  switchOrganization: null,
  logOut: null,
};

/** What else may follow from a mutation; each of another thing. */
const CONSEQUENCES: Readonly<Record<string, readonly string[]>> = {
  signUp: ['USER_JOINED', 'EMAIL_CODE_REQUESTED'],
  signUpWithProvider: ['USER_JOINED', 'IDENTITY_LINKED', 'EMAIL_CODE_REQUESTED'],
  createOrganization: ['USER_JOINED'],
  transferOwnership: ['USER_ROLE_CHANGED'],
  acceptInvitation: ['USER_JOINED', 'EMAIL_CODE_REQUESTED'],
  acceptInvitationWithProvider: ['USER_JOINED', 'EMAIL_CODE_REQUESTED', 'IDENTITY_LINKED'],
  removeUser: ['USER_REGISTRATIONS_DUE'],
  updateEvent: ['OCCURRENCE_UPDATED', 'OCCURRENCE_CANCELLED', 'OCCURRENCE_REMOVED'],
  publishEvent: ['OCCURRENCE_UPDATED'],
  cancelEvent: ['OCCURRENCE_CANCELLED'],
  deleteEvent: ['OCCURRENCE_REMOVED'],
};

const mutations = operations.filter(({ kind }) => kind === 'mutation');
let requests = 0;

interface Asked {
  readonly answer: RawAnswer;
  /** What the request wrote. */
  readonly rows: readonly JournalDoc[];
}

async function ask(
  { document: query, name }: WireOperation,
  variables: Args,
  member: Member = world.organization.admin,
): Promise<Asked> {
  const requestId = `audit-${name}-${(requests += 1)}`;
  const headers = { 'x-request-id': requestId };
  const answer = await rawPost(service.url, { query, variables, token: member.token, headers });
  return { answer, rows: await rowsOfRequest(service, requestId) };
}

const argsOf = ({ name }: WireOperation): Promise<Args> =>
  sampleOf(name).args(world.organization, world.organization.admin);

describe('every mutation', () => {
  it('has somebody who says what it writes', () => {
    expect(Object.keys(OWN_ROW).sort()).toEqual(mutations.map(({ name }) => name).sort());
  });

  it.each(mutations.map((operation) => [operation.name, operation] as const))(
    'writes one row of its own, and none when it is repeated: %s',
    async (name, operation) => {
      const variables = await argsOf(operation);
      const { answer, rows } = await ask(operation, variables);
      expect({ ok: succeeded(answer, name), body: answer.body }).toMatchObject({ ok: true });
      const type = OWN_ROW[name] ?? null;
      const own = rows.filter((row) => row.type === type);
      expect(own).toHaveLength(type === null ? 0 : 1);
      const others = rows.filter((row) => row.type !== type).map((row) => row.type);
      expect(others.filter((other) => !CONSEQUENCES[name]?.includes(other))).toEqual([]);
      expect(new Set(rows.map(({ target }) => target)).size).toBe(rows.length);
      expect(rows.map(({ actor }) => actor)).toEqual(rows.map(() => actorOf(name, own)));

      const repeated = await ask(operation, variables);
      // A refresh token that comes a second time was stolen from somebody.
      const told = name === 'refreshSession' ? ['REFRESH_TOKEN_REUSED'] : [];
      expect(repeated.rows.map((row) => row.type)).toEqual(told);
    },
  );
});

/** Who did it: the admin, or whom the mutation has made. */
function actorOf(name: string, own: readonly JournalDoc[]): unknown {
  const makes = [
    'signUp',
    'signUpWithProvider',
    'createOrganization',
    'acceptInvitation',
    'acceptInvitationWithProvider',
  ].includes(name);
  return makes ? own[0]?.actor : `u:${plainId(world.organization.admin.userId)}`;
}

describe('whatever changes nothing', () => {
  const unchangedBy = async (work: () => Promise<unknown>): Promise<void> => {
    const requested = { requestId: { $not: /^work-/ } };
    const before = (await journalRows(service, requested)).length;
    await work();
    expect(await journalRows(service, requested)).toHaveLength(before);
  };

  it.each(operations.filter(({ kind }) => kind === 'query').map((operation) => [operation.name, operation] as const))(
    'writes nothing: the query %s',
    async (name, operation) => {
      const variables = await argsOf(operation);
      await unchangedBy(async () => expect(succeeded((await ask(operation, variables)).answer, name)).toBe(true));
    },
  );

  it.each<[string, string, (furnished: Furnished) => Promise<Args>]>([
    [
      'of somebody who is there already',
      'registerForOccurrence',
      async ({ workshop, organization }) => ({
        input: { occurrenceId: workshop.occurrences[0]?.id, userId: organization.members.USER.userId },
      }),
    ],
    [
      'of more seats than there are',
      'registerForEvent',
      async ({ organization }) => ({ input: { eventId: (await organization.event({ capacity: 0 })).id } }),
    ],
    [
      'that would take the organization from its owner',
      'removeUser',
      async ({ organization }) => {
        await organization.restore();
        return { input: { userId: organization.admin.userId } };
      },
    ],
    [
      'as of a revision that is over',
      'updateEvent',
      async ({ series }) => ({ input: { eventId: series.id, expectedRevision: 77, name: 'Too late' } }),
    ],
    ['of what people have booked', 'deleteEvent', async ({ workshop }) => ({ input: { eventId: workshop.id } })],
    [
      'with a code that is none',
      'verifyEmail',
      async ({ organization }) => {
        await organization.emailCode(organization.admin);
        return { input: { code: '000000' } };
      },
    ],
    [
      'of an address that belongs here already',
      'inviteUser',
      async ({ organization }) => ({ input: { email: organization.admin.email, role: 'USER' } }),
    ],
  ])('writes nothing: a refusal %s (%s)', async (_why, name, args) => {
    const operation = operationNamed(name);
    const variables = await args(world);
    await unchangedBy(async () => {
      const { answer } = await ask(operation, variables);
      expect((resultOf(answer, name) as { __typename: string }).__typename).toMatch(/Error$/);
    });
  });

  it.each<[string, (furnished: Furnished) => Promise<Args>]>([
    ['publishEvent', async ({ workshop }) => ({ input: { eventId: workshop.id } })],
    ['cancelRegistration', async ({ cancelled }) => ({ input: { registrationId: cancelled } })],
    ['updateEvent', async ({ draft }) => ({ input: { eventId: draft.id, expectedRevision: draft.revision } })],
    ['changeRole', async ({ organization }) => ({ input: { userId: organization.members.USER.userId, role: 'USER' } })],
  ])('writes nothing: what is so already (%s)', async (name, args) => {
    const variables = await args(world);
    await unchangedBy(async () => {
      const { answer } = await ask(operationNamed(name), variables);
      expect({ ok: succeeded(answer, name), body: answer.body }).toMatchObject({ ok: true });
    });
  });
});

describe('the journal of all that', () => {
  it('holds no secret: no password, hash, token, code or address', async () => {
    const rows = await journalRows(service);
    expect(rows.length).toBeGreaterThan(80);
    const text = JSON.stringify(rows);
    const { connection } = service;
    const stored = async (collection: string, fields: readonly string[]): Promise<string[]> => {
      const documents = await connection.collection(collection).find({}).toArray();
      return documents.flatMap((document) => fields.map((field) => String(document[field] ?? '')));
    };
    const secrets = [
      ...(await stored('accounts', ['passwordHash', 'email', 'emailKey'])),
      ...(await stored('invitations', ['hash', 'email', 'emailKey'])),
      ...(await stored('refreshTokens', ['hash'])),
      ...(await stored('deliveries', ['secret', 'to'])),
      ...(await stored('calendarFeeds', ['hash'])),
      PASSWORD,
      world.organization.admin.token,
    ].filter((secret) => secret.length > 5);
    expect(secrets.length).toBeGreaterThan(50);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    // Whatever is secret and not in a collection any more looks like one of these.
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|\$argon2|\$scrypt|\$2[aby]\$|[0-9a-f]{24}\.[\w-]{22,}/);
    expect(text).not.toMatch(/"(?:password|passwordHash|hash|token|code|secret|email|emailKey)":/i);
    expect(text).not.toMatch(/[^\s"@]+@[^\s"@]+\.[a-z]{2,}/i);
  });
});
