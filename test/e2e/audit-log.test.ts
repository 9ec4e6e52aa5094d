import type { Role } from '../../src/domain/permissions';
import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { JournalRetention } from '../../src/use-cases/jobs/journal-retention';
import { codesOf, dataOf } from '../support/client';
import { profiled } from '../support/profile';
import { testService } from '../support/service';
import { settled } from '../support/settled';
import { furnished, type Furnished } from '../support/walk/mirrored';
import type { Member } from '../support/walk/organization';
import { operationNamed } from '../support/wire';

jest.setTimeout(30_000);

const DAY = 86_400_000;
const service = testService();
let world: Furnished;
const admin = (): Member => world.organization.admin;
beforeEach(async () => {
  world = await furnished(service, 'A');
});

const ENTRY = `id type version requestId happenedAt target { kind id } changes { field before after }
  actor { system user { id name } }`;
const AUDIT_LOG = `query ($first: Int! = 50, $after: String, $filter: AuditLogFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    edges { cursor node { ${ENTRY} } } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
const HISTORY = `query ($ids: [ID!]!, $first: Int! = 20) {
  nodes(ids: $ids) { ... on Registration { id history(first: $first) { ${ENTRY} } } }
}`;

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly requestId: string;
  readonly happenedAt: string;
  readonly target: { readonly kind: string; readonly id: string | null };
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly actor: { readonly system: string | null; readonly user: { readonly id: string } | null };
}
interface Log {
  readonly auditLog: {
    readonly edges: readonly { readonly cursor: string; readonly node: Entry }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface Histories {
  readonly nodes: readonly { readonly id: string; readonly history: readonly Entry[] }[];
}

const page = async (variables: object = {}, member = admin()): Promise<Log['auditLog']> =>
  dataOf(await service.ask<Log>(AUDIT_LOG, variables, member.token)).auditLog;
const entries = async (filter: object = {}): Promise<Entry[]> => (await page({ filter })).edges.map(({ node }) => node);
const historyOf = async (id: string, member: Member, first = 20): Promise<readonly Entry[]> => {
  const { nodes } = dataOf(await service.ask<Histories>(HISTORY, { ids: [id], first }, member.token));
  return nodes[0]?.history ?? [];
};
const mutate = (name: string, input: object, member = admin()) =>
  world.organization.ask(operationNamed(name).document, { input }, member);

describe('the audit log', () => {
  it('tells who changed what, from what to what, and when', async () => {
    const { draft } = world;
    const edit = { eventId: draft.id, expectedRevision: 1, name: 'Renamed', capacity: null };
    await mutate('updateEvent', { ...edit, recurrence: { rule: { rrule: 'FREQ=WEEKLY;COUNT=2' } } });
    await mutate('publishEvent', { eventId: draft.id });
    const [published, updated, created, ...more] = await entries({ targetId: draft.id });

    expect(more).toEqual([]);
    expect([created?.type, created?.version]).toEqual(['EVENT_CREATED', 1]);
    expect(published).toMatchObject({
      type: 'EVENT_PUBLISHED',
      version: 3,
      changes: [{ field: 'status', before: 'DRAFT', after: 'PUBLISHED' }],
    });
    expect(updated).toMatchObject({
      type: 'EVENT_UPDATED',
      version: 2,
      target: { kind: 'EVENT', id: draft.id },
      actor: { system: null, user: { id: admin().userId } },
      happenedAt: service.clock.now().toISOString(),
    });
    expect(updated?.changes).toEqual([
      { field: 'name', before: world.organization.mark('Draft'), after: 'Renamed' },
      { field: 'recurrence.rrule', before: null, after: 'FREQ=WEEKLY;COUNT=2' },
      { field: 'recurrence.exdates', before: null, after: '' },
      { field: 'recurrence.rdates', before: null, after: '' },
      { field: 'capacity', before: '10', after: null },
      { field: 'occurrencesChanged', before: null, after: '2' },
    ]);
  });

  it('tells of single dates, people and the organization alike', async () => {
    const { organization, workshop } = world;
    const [date] = workshop.occurrences;
    await mutate('updateOccurrence', { occurrenceId: date?.id, expectedRevision: 1, capacity: 4 });
    await mutate('changeRole', { userId: organization.members.ORGANIZER.userId, role: 'USER' });
    await mutate('updateOrganization', { timezone: 'Europe/Vienna' });
    const told = (await page({ first: 3 })).edges.map(({ node }) => node);

    expect(told.map(({ type, target, changes }) => ({ type, target, changes }))).toEqual([
      {
        type: 'ORGANIZATION_UPDATED',
        target: { kind: 'ORGANIZATION', id: organization.id },
        changes: [{ field: 'timezone', before: 'Europe/Berlin', after: 'Europe/Vienna' }],
      },
      {
        type: 'USER_ROLE_CHANGED',
        target: { kind: 'USER', id: organization.members.ORGANIZER.userId },
        changes: [{ field: 'role', before: 'ORGANIZER', after: 'USER' }],
      },
      {
        type: 'OCCURRENCE_UPDATED',
        target: { kind: 'OCCURRENCE', id: date?.id },
        changes: [
          { field: 'capacity', before: '10', after: '4' },
          { field: 'overriddenFields', before: '', after: 'capacity' },
        ],
      },
    ]);
  });

  it('comes in pages, the newest first, each entry once', async () => {
    const all = (await page({ first: 100 })).edges.map(({ node }) => node);
    const seen: Entry[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo }: Log['auditLog'] = await page({ first: 3, after });
      seen.push(...edges.map(({ node }) => node));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);

    expect(all.length).toBeGreaterThan(10);
    expect(seen).toEqual(all);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.at(-1)?.type).toMatch(/ORGANIZATION_FOUNDED|USER_JOINED|EMAIL_CODE_REQUESTED/);
  });

  it('is filtered by what, by whom, by kind and by time', async () => {
    const { organization, usersSeat, cancelled } = world;
    const user = organization.members.USER;
    service.clock.advance(60_000);
    const since = service.clock.now().toISOString();
    const token = await organization.freshToken();
    await mutate('cancelRegistration', { registrationId: usersSeat }, { ...admin(), token });
    const log = async (filter: object): Promise<string[]> => (await entries(filter)).map(({ type }) => type);

    expect(await log({ targetId: usersSeat })).toEqual(['REGISTRATION_CANCELLED', 'REGISTERED']);
    expect(await log({ targetId: cancelled, types: ['REGISTERED'] })).toEqual(['REGISTERED']);
    const byUser = { actorUserId: user.userId };
    expect(await log({ ...byUser, types: ['REGISTERED', 'REGISTRATION_CANCELLED'] })).toEqual([
      'REGISTRATION_CANCELLED',
      'REGISTERED',
      'REGISTERED',
    ]);
    expect(await log({ range: { from: since, to: '2027-12-01T00:00:00Z' } })).toEqual(['REGISTRATION_CANCELLED']);
    expect(await log({ range: { from: '2026-12-01T00:00:00Z', to: since }, targetId: usersSeat })).toEqual([
      'REGISTERED',
    ]);
    expect(await log({ types: [] })).toEqual([]);
  });

  it('knows what is gone; of what never was it knows nothing', async () => {
    const { draft } = world;
    await mutate('deleteEvent', { eventId: draft.id });
    const [deleted] = await entries({ targetId: draft.id });
    expect(deleted).toMatchObject({
      type: 'EVENT_DELETED',
      changes: [
        { field: 'occurrences', before: null, after: '1' },
        { field: 'name', before: world.organization.mark('Draft'), after: null },
        { field: 'status', before: 'DRAFT', after: null },
      ],
    });
    const other = await furnished(service, 'B');
    for (const targetId of [
      encodeId('Event', newId()),
      other.draft.id,
      other.organization.id,
      admin().accountId,
      'x',
    ]) {
      expect(codesOf(await service.ask(AUDIT_LOG, { filter: { targetId } }, admin().token))).toEqual(['NOT_FOUND']);
    }
    for (const actorUserId of [encodeId('User', newId()), other.organization.admin.userId, draft.id]) {
      expect(codesOf(await service.ask(AUDIT_LOG, { filter: { actorUserId } }, admin().token))).toEqual(['NOT_FOUND']);
    }
  });

  it('refuses a range that runs backwards, and one of more than a year', async () => {
    for (const to of ['2026-12-31T23:59:59Z', '2028-01-03T00:00:00Z']) {
      const filter = { range: { from: '2027-01-01T00:00:00Z', to } };
      const answer = await service.ask(AUDIT_LOG, { filter }, admin().token);
      expect(answer.errors?.[0]?.extensions.fields?.map(({ path }) => path)).toEqual(['filter.range.to']);
    }
  });

  it('tells nobody whether an invited person has an account elsewhere', async () => {
    await world.organization.newcomer();
    const [accepted] = await entries({ types: ['INVITATION_ACCEPTED'] });
    expect(accepted?.changes.map(({ field }) => field)).toEqual(['userId']);
  });
});

describe('the history of a registration', () => {
  it('is told in order to its holder, and to organizers with who did it', async () => {
    const { organization, usersSeat, workshop } = world;
    const { USER, ORGANIZER } = organization.members;
    const startsAtLocal = workshop.startsAtLocal.replace(/T\d\d:/, 'T20:');
    const [date] = workshop.occurrences;
    await mutate('updateOccurrence', { occurrenceId: date?.id, expectedRevision: 1, startsAtLocal });
    await mutate('cancelRegistration', { registrationId: usersSeat, reason: 'Too late' });
    const seen = await historyOf(usersSeat, ORGANIZER);

    expect(seen.map(({ type, version }) => `${type} ${version}`)).toEqual([
      'REGISTERED 1',
      'REGISTRATION_MOVED 2',
      'REGISTRATION_CANCELLED 3',
    ]);
    expect(seen[1]?.changes.filter(({ before }) => before !== null).map(({ field }) => field)).toEqual([
      'startsAt',
      'endsAt',
    ]);
    expect(seen[2]?.changes).toEqual([
      { field: 'occurrenceId', before: null, after: date?.id },
      { field: 'holder', before: null, after: USER.userId },
      { field: 'seats', before: null, after: '1' },
      { field: 'reason', before: null, after: 'Too late' },
    ]);
    expect(seen.map(({ actor }) => actor.user?.id)).toEqual([USER.userId, admin().userId, admin().userId]);
    // Who organizers are is not for everybody; that it was not oneself is.
    const own = await historyOf(usersSeat, USER);
    expect(own.map(({ actor }) => actor.user?.id ?? null)).toEqual([USER.userId, null, null]);
    expect((await historyOf(usersSeat, ORGANIZER, 2)).map(({ version }) => version)).toEqual([2, 3]);
    expect(codesOf(await service.ask(HISTORY, { ids: [usersSeat], first: 101 }, admin().token))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('is one read for many, and so are the people in it', async () => {
    const { usersSeat, adminsSeat, cancelled } = world;
    const ids = [usersSeat, adminsSeat, cancelled];
    const ask = async () => dataOf(await service.ask<Histories>(HISTORY, { ids }, admin().token));
    await ask();
    const counted = async (collection: string) => {
      const statements = await profiled(service.connection, collection, ask);
      // The workers look for due rows in between.
      return statements.filter(({ plan }) => !plan.includes('due'));
    };
    expect((await ask()).nodes.map(({ history }) => history.length)).toEqual([1, 1, 2]);
    expect(await counted('journal')).toHaveLength(1);
    expect(await counted('users')).toHaveLength(1);
  });
});

describe('who is no ORG_ADMIN', () => {
  it.each<Role>(['USER', 'ORGANIZER'])('is not shown the log: %s', async (role) => {
    const { token } = world.organization.members[role];
    expect(codesOf(await service.ask(AUDIT_LOG, {}, token))).toEqual(['FORBIDDEN']);
  });
});

describe('after 400 days', () => {
  it('the log begins later; what is asked for by its id is still known', async () => {
    const { workshop, usersSeat, organization } = world;
    // Rows that leave work to do stay: here none does.
    await settled(service.connection);
    service.clock.advance(401 * DAY);
    const token = await organization.freshToken();
    const member = { ...admin(), token };
    await mutate('updateOrganization', { timezone: 'Europe/Vienna' }, member);
    expect(await service.running.app.get(JournalRetention).run()).toBeGreaterThan(10);

    const { edges } = await page({}, member);
    expect(edges.map(({ node }) => node.type)).toEqual(['ORGANIZATION_UPDATED']);
    expect((await page({ filter: { targetId: workshop.id } }, member)).edges).toEqual([]);
    expect(await historyOf(usersSeat, member)).toEqual([]);
  });
});
