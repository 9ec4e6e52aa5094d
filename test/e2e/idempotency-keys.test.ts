import { codesOf } from '../support/client';
import { journalRows, rowsOfRequest } from '../support/audit';
import { newId } from '../../src/platform/new-id';
import { rawPost, type RawAnswer } from '../support/raw-post';
import { testService } from '../support/service';
import { resultOf, succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import type { Member } from '../support/walk/organization';
import { type Args, sampleOf } from '../support/walk/samples';
import { withValueAt } from '../support/walk/set-at';
import { fieldName, operationNamed, operations, positionsOf, type WireOperation } from '../support/wire';

jest.setTimeout(60_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
  // A second person who may do everything.
  const { members } = world.organization;
  const input = { userId: members.ORGANIZER.userId, role: 'ORG_ADMIN' };
  await world.organization.ask(operationNamed('changeRole').document, { input });
});

const keyed = operations
  .filter((operation) => positionsOf(operation).some((position) => fieldName(position) === 'idempotencyKey'))
  .map((operation) => [operation.name, operation] as const);

/** Where the sample's next input would be the same. null: there is no other input than the key. */
const OTHERWISE: Readonly<Record<string, readonly [field: string, value: unknown] | null>> = {
  createEvent: ['name', 'Another'],
  createOrganization: ['name', 'Another'],
  verifyEmail: ['code', '654321'],
  createCalendarFeed: ['kind', 'ORGANIZATION'],
  requestEmailVerification: null,
  archiveOrganization: null,
};

const withKey = (args: Args, key: string): Args => withValueAt(args, ['input', 'idempotencyKey'], key);
const argsFor = async ({ name }: WireOperation, member: Member = world.organization.admin): Promise<Args> =>
  sampleOf(name).args(world.organization, member);

let requests = 0;
/** An answer, and how many rows the request wrote. */
async function send(
  { document: query }: WireOperation,
  variables: Args,
  { token }: Member = world.organization.admin,
): Promise<{ readonly answer: RawAnswer; readonly wrote: number }> {
  const requestId = `keys-${(requests += 1)}`;
  const answer = await rawPost(service.url, { query, variables, token, headers: { 'x-request-id': requestId } });
  return { answer, wrote: (await rowsOfRequest(service, requestId)).length };
}

/** What is shown once, and not when it is asked for again. */
const SHOWN_ONCE: ReadonlySet<string> = new Set(['token', 'url']);
const lasting = (answer: RawAnswer, name: string): string =>
  JSON.stringify(resultOf(answer, name), (field, value: unknown) => (SHOWN_ONCE.has(field) ? undefined : value));

describe('the same key again', () => {
  it.each(keyed)('with the same input: the same answer, one effect: %s', async (name, operation) => {
    const args = withKey(await argsFor(operation), newId());
    const first = await send(operation, args);
    expect({ ok: succeeded(first.answer, name), body: first.answer.body }).toMatchObject({ ok: true });
    expect(first.wrote).toBeGreaterThan(0);
    // Of a closed organization nobody is answered: open it, or the key would not be asked.
    if (name === 'archiveOrganization') await world.organization.restore();

    const second = await send(operation, args);
    expect(second.wrote).toBe(0);
    const expected = lasting(first.answer, name);
    const isOpenAgain = name === 'archiveOrganization';
    expect(lasting(second.answer, name)).toBe(isOpenAgain ? expected.replace('ARCHIVED', 'ACTIVE') : expected);
  });

  it.each(keyed)('with another input: IDEMPOTENCY_KEY_REUSED, and nothing happens: %s', async (name, operation) => {
    const key = newId();
    const first = await send(operation, withKey(await argsFor(operation), key));
    expect({ ok: succeeded(first.answer, name), body: first.answer.body }).toMatchObject({ ok: true });

    const [other, args] = await otherwise(operation);
    const { answer, wrote } = await send(other, withKey(args, key));
    expect(codesOf(answer.body as never)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(wrote).toBe(0);
  });

  it.each(keyed)('by somebody else: their own, and an effect of their own: %s', async (name, operation) => {
    const key = newId();
    const first = await send(operation, withKey(await argsFor(operation), key));
    expect(succeeded(first.answer, name)).toBe(true);

    const other = world.organization.members.ORGANIZER;
    const args = await argsFor(operation, other);
    const { answer, wrote } = await send(operation, withKey(args, key), other);
    if (name === 'transferOwnership') {
      // They are not the owner: they are told so, and not what the owner was told.
      expect(codesOf(answer.body as never)).toEqual(['FORBIDDEN']);
      return;
    }
    expect({ ok: succeeded(answer, name), body: answer.body }).toMatchObject({ ok: true });
    expect(wrote).toBeGreaterThan(0);
  });

  /** The operation with another input; where it has none, another operation. */
  async function otherwise(operation: WireOperation): Promise<readonly [WireOperation, Args]> {
    const change = OTHERWISE[operation.name];
    if (change === null) {
      const rename = operationNamed('updateOrganization');
      return [rename, await argsFor(rename)];
    }
    const args = await argsFor(operation);
    return [operation, change === undefined ? args : withValueAt(args, ['input', change[0]], change[1])];
  }
});

describe('twenty requests with one key at once', () => {
  it.each([
    ['createEvent', 'EVENT_CREATED'],
    ['updateEvent', 'EVENT_UPDATED'],
    ['cancelEvent', 'EVENT_CANCELLED'],
    ['registerForEvent', 'REGISTERED'],
    ['cancelRegistration', 'REGISTRATION_CANCELLED'],
    ['inviteUser', 'USER_INVITED'],
    ['changeRole', 'USER_ROLE_CHANGED'],
    ['removeUser', 'USER_REMOVED'],
    ['updateOrganization', 'ORGANIZATION_UPDATED'],
  ])('have one effect, and one answer: %s', async (name, type) => {
    const operation = operationNamed(name);
    const args = withKey(await argsFor(operation), newId());
    const before = (await journalRows(service, { type })).length;
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(operation, args)));
    const answers = new Set(sent.map(({ answer }) => lasting(answer, name)));
    expect(sent.every(({ answer }) => succeeded(answer, name))).toBe(true);
    expect(answers.size).toBe(1);
    expect(await journalRows(service, { type })).toHaveLength(before + 1);
    expect(sent.filter(({ wrote }) => wrote > 0)).toHaveLength(1);
  });
});
