import { Types } from 'mongoose';
import { codesOf, dataOf } from '../support/client';
import { type Accepted, acceptance, invited, newAddress, result, type Result } from '../support/colleagues';
import { founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';
import { plainId } from '../support/walk/organization';
import { founderIn, logIn, LOG_IN, refresh, refusalOfToken, type SessionOnWire, SWITCH } from '../support/sessions';

jest.setTimeout(30_000);

const service = testService();

const ORGANIZATION = 'organization { id name slug timezone status }';
const CREATE = `mutation ($input: CreateOrganizationInput!) {
  createOrganization(input: $input) {
    __typename ... on CreateOrganizationPayload { ${ORGANIZATION} user { id name email role status } } ... on UserError { code message }
  }
}`;
const UPDATE = `mutation ($input: UpdateOrganizationInput!) {
  updateOrganization(input: $input) {
    __typename ... on UpdateOrganizationPayload { ${ORGANIZATION} } ... on UserError { code message }
  }
}`;
const ARCHIVE = `mutation ($input: ArchiveOrganizationInput!) { archiveOrganization(input: $input) { ${ORGANIZATION} } }`;

interface OrganizationOnWire {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly timezone: string;
  readonly status: string;
}
interface Created extends Result {
  readonly organization: OrganizationOnWire;
  readonly user: { readonly id: string; readonly role: string };
}

let people = 0;
const founder = (): Promise<SignedIn> => founderOf(service, `Founder${(people += 1)}`);
/** Somebody who was invited, and owns no organization. */
async function guest(): Promise<Accepted['session'] & { readonly email: string }> {
  const email = newAddress();
  const { token } = await invited(service, await founder(), { email });
  return { email, ...(await result<Accepted>(service, acceptance(token))).session };
}

const create = (token: string, given: object = {}): Promise<Created> =>
  result<Created>(service, [CREATE, { name: 'Side Project', timezone: 'Europe/Paris', ...given }], token);
const update = (token: string, input: object): Promise<Created> => result<Created>(service, [UPDATE, input], token);
const archive = (token: string, input: object = {}): Promise<Created> =>
  result<Created>(service, [ARCHIVE, input], token);
const rows = (collection: string) => service.connection.collection(collection);
const journalOf = (type: string, p: object = {}) =>
  rows('journal')
    .find({ type, ...p })
    .toArray();

describe('founding a further organization', () => {
  it('makes the caller its ORG_ADMIN, and leaves them what they are where they ask', async () => {
    const { accessToken, email, viewer } = await guest();
    const { organization, user } = await create(accessToken);

    expect(organization).toMatchObject({ name: 'Side Project', timezone: 'Europe/Paris', status: 'ACTIVE' });
    expect(organization.slug).toMatch(/^side-project(-[0-9a-f]{8})?$/);
    expect(user).toMatchObject({ name: 'Grace', email, role: 'ORG_ADMIN', status: 'ACTIVE' });
    const switched = await service.ask<{ switchOrganization: { session: SessionOnWire } }>(
      SWITCH,
      { input: { organizationId: organization.id } },
      accessToken,
    );
    const { session } = dataOf(switched).switchOrganization;
    expect(session.viewer).toMatchObject({ user: { id: user.id, role: 'ORG_ADMIN' } });
    expect(session.viewer.organizations.map(({ id }) => id)).toEqual([viewer.organization.id, organization.id]);
    expect((await update(session.accessToken, { name: 'Main Project' })).organization.name).toBe('Main Project');
    expect(codesOf(await service.ask(UPDATE, { input: { name: 'Mine' } }, accessToken))).toEqual(['FORBIDDEN']);
  });

  it('is once in an account, also for who signed up with one, and also at the same moment', async () => {
    const [owner, { accessToken }] = [await founder(), await guest()];
    expect(await create(owner.token)).toMatchObject({
      __typename: 'OrganizationAlreadyOwnedError',
      code: 'ORGANIZATION_ALREADY_OWNED',
    });
    const before = await rows('organizations').countDocuments();
    const results = await Promise.all(Array.from({ length: 10 }, () => create(accessToken)));

    const created = results.filter(({ __typename }) => __typename === 'CreateOrganizationPayload');
    expect(created).toHaveLength(1);
    expect(results.filter(({ code }) => code === 'ORGANIZATION_ALREADY_OWNED')).toHaveLength(9);
    expect(await rows('organizations').countDocuments()).toBe(before + 1);
  });

  it('happens once for one idempotencyKey, ten times at once and again later', async () => {
    const { accessToken, viewer } = await guest();
    const keyed = { idempotencyKey: 'found-it' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(accessToken, keyed)));
    const again = await create(accessToken, keyed);

    for (const one of answers) expect(one).toEqual(again);
    expect(again.__typename).toBe('CreateOrganizationPayload');
    expect(await journalOf('ORGANIZATION_FOUNDED', { 'p.slug': again.organization.slug })).toHaveLength(1);
    const other = { input: { name: 'Other', timezone: 'Europe/Paris', ...keyed } };
    expect(codesOf(await service.ask(CREATE, other, accessToken))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await rows('users').countDocuments({ accountId: new Types.ObjectId(plainId(viewer.account.id)) })).toBe(2);
  });
});

describe('changing an organization', () => {
  it('changes what is given, and nothing else, and the journal says what', async () => {
    const { token } = await founder();
    const before = (await update(token, {})).organization;
    const { organization } = await update(token, { slug: `${before.slug}-new`, timezone: 'america/new_york' });

    expect(organization).toEqual({ ...before, slug: `${before.slug}-new`, timezone: 'America/New_York' });
    expect((await update(token, { name: '  Renamed ' })).organization).toEqual({ ...organization, name: 'Renamed' });
    const told = await journalOf('ORGANIZATION_UPDATED', { 'p.slug': organization.slug });
    expect(told).toMatchObject([{ version: 2, p: { slug: organization.slug, timezone: 'America/New_York' } }]);
  });

  it('that says what is so already writes nothing', async () => {
    const { token } = await founder();
    const { name, slug, timezone } = (await update(token, {})).organization;
    const before = await rows('journal').countDocuments();
    await update(token, { name, slug, timezone });

    expect(await rows('journal').countDocuments()).toBe(before);
  });

  it('is refused for a slug that another one has, archived or not, and changes nothing then', async () => {
    const [mine, other, closed] = [await founder(), await founder(), await founder()];
    const before = (await update(mine.token, {})).organization;
    for (const { token } of [other, closed]) {
      const { slug } = (await update(token, {})).organization;
      if (token === closed.token) await archive(token);
      expect(await update(mine.token, { name: 'Changed', slug })).toMatchObject({
        __typename: 'SlugTakenError',
        code: 'SLUG_TAKEN',
      });
    }
    expect((await update(mine.token, {})).organization).toEqual(before);
  });

  it('gives a slug to one of two who want it at the same moment', async () => {
    const both = [await founder(), await founder()];
    const results = await Promise.all(both.map(({ token }) => update(token, { slug: 'the-only-one' })));

    expect(results.map(({ __typename }) => __typename).sort()).toEqual(['SlugTakenError', 'UpdateOrganizationPayload']);
  });

  it('has one effect for one idempotencyKey', async () => {
    const { token } = await founder();
    const first = await update(token, { name: 'First', idempotencyKey: 'rename' });
    await update(token, { name: 'Second' });
    const replay = await update(token, { name: 'First', idempotencyKey: 'rename' });

    expect(first.organization.name).toBe('First');
    expect(replay.organization.name).toBe('Second');
  });
});

describe('archiving an organization', () => {
  it('makes all of its tokens answer FORBIDDEN, and lets nobody sign in to it [T13]', async () => {
    const host = await founder();
    const { own, there } = await founderIn(service, 'Visitor', host);
    expect(await archive(host.token)).toMatchObject({ organization: { status: 'ARCHIVED' } });

    for (const token of [host.token, there.accessToken])
      expect(await refusalOfToken(service, token)).toEqual(['FORBIDDEN']);
    expect(codesOf(await refresh(service, there.refreshToken))).toEqual(['FORBIDDEN']);
    const input = {
      email: 'visitor@example.org',
      password: 'correct horse battery',
      organizationId: host.organizationId,
    };
    expect(codesOf(await service.ask(LOG_IN, { input }))).toEqual(['UNAUTHENTICATED']);
    const switched = await service.ask(SWITCH, { input: { organizationId: host.organizationId } }, own.token);
    expect(codesOf(switched)).toEqual(['NOT_FOUND']);
    const { viewer } = await logIn(service, 'Visitor');
    expect(viewer.organizations).toEqual([
      { id: own.organizationId, status: 'ACTIVE' },
      { id: host.organizationId, status: 'ARCHIVED' },
    ]);
  });

  it('frees its owner to found another one', async () => {
    const host = await founder();
    const { own, there } = await founderIn(service, 'Restless', host);
    expect(await create(there.accessToken)).toMatchObject({ code: 'ORGANIZATION_ALREADY_OWNED' });
    await archive(own.token);

    expect(await create(there.accessToken)).toMatchObject({ user: { role: 'ORG_ADMIN' } });
  });

  it('cancels nothing', async () => {
    const { token } = await founder();
    const createEvent = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { __typename } }';
    const event = { name: 'Kept', timezone: 'UTC', startsAtLocal: '2027-03-01T08:00', duration: 'PT1H', publish: true };
    dataOf(await service.ask(createEvent, { input: event }, token));
    const before = await rows('events').findOne({ name: 'Kept' });
    await archive(token);

    expect(await rows('events').findOne({ name: 'Kept' })).toEqual(before);
    expect(await rows('occurrences').findOne({ eventId: before?._id })).toMatchObject({ status: 'SCHEDULED' });
  });

  it('is told of in the journal once, though it is asked for ten times at once', async () => {
    const { token, organizationId } = await founder();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        service.ask(ARCHIVE, { input: { idempotencyKey: `a-${index}` } }, token),
      ),
    );
    const target = `organization:${plainId(organizationId)}`;

    expect(answers.flatMap(codesOf).filter((code) => code !== 'FORBIDDEN')).toEqual([]);
    expect(await journalOf('ORGANIZATION_ARCHIVED', { target })).toHaveLength(1);
  });

  it('is for an ORG_ADMIN alone', async () => {
    const { accessToken } = await guest();
    expect(codesOf(await service.ask(ARCHIVE, { input: {} }, accessToken))).toEqual(['FORBIDDEN']);
    expect(codesOf(await service.ask(UPDATE, { input: {} }, accessToken))).toEqual(['FORBIDDEN']);
  });
});
