import { getNamedType, isInputObjectType } from 'graphql';
import { databaseHash } from '../../support/database-hash';
import { rawPost } from '../../support/raw-post';
import { testService } from '../../support/service';
import { furnished, type Furnished } from '../../support/walk/mirrored';
import { sampleOf } from '../../support/walk/samples';
import { withValueAt } from '../../support/walk/set-at';
import { operations, schema } from '../../support/wire';

/** J13: what the service alone decides of what it stores. */
const ITS_OWN: Readonly<Record<string, unknown>> = {
  ...{ id: 'x', _id: '64b000000000000000000001', tenantId: '64b000000000000000000001', organization: 'x' },
  ...{
    accountId: 'x',
    ownerAccountId: 'x',
    adminCount: 1,
    memberships: [],
    emailVerified: true,
    emailVerifiedAt: null,
  },
  ...{ createdAt: '2027-01-01T00:00:00Z', createdBy: 'x', updatedAt: '2027-01-01T00:00:00Z', updatedBy: 'x' },
  ...{ version: 1, revision: 1, rev: 1, epoch: 1, confirmedSeats: 0, heldSeats: 0, seatsLeft: 99, seatsTaken: 0 },
  ...{ passwordHash: 'x', hash: 'x', expiresAt: '2099-01-01T00:00:00Z', usedAt: null, holder: 'x', isAdmin: true },
};
/** Fields that are dangerous elsewhere, and where they are what the operation is for; both need ORG_ADMIN. */
const ROLE_IS_GIVEN_IN = ['ChangeRoleInput', 'InviteUserInput'];

const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
/** What a mutation takes: its input, and the inputs inside of it. */
function written(): readonly string[] {
  const names = new Set<string>();
  const visit = (name: string): void => {
    const type = inputs.find((input) => input.name === name);
    if (type === undefined || names.has(name)) return;
    names.add(name);
    for (const field of Object.values(type.getFields())) visit(getNamedType(field.type).name);
  };
  for (const { args } of operations.filter(({ kind }) => kind === 'mutation')) {
    for (const { type } of args) visit(getNamedType(type).name);
  }
  return [...names];
}
const fieldsOf = (input: string): readonly string[] =>
  Object.keys(inputs.find(({ name }) => name === input)?.getFields() ?? {});
const inputsWith = (field: string): readonly string[] => written().filter((input) => fieldsOf(input).includes(field));

describe('J13: what a client can write', () => {
  it('is nothing of what the service decides', () => {
    expect(written().length).toBeGreaterThan(20);
    expect(Object.keys(ITS_OWN).flatMap((field) => inputsWith(field))).toEqual([]);
  });

  it('is no status, and a role only where roles are given', () => {
    expect(inputsWith('status')).toEqual([]);
    expect([...inputsWith('role')].sort()).toEqual(ROLE_IS_GIVEN_IN);
  });

  it('names an organization only to sign in to it, where membership decides', () => {
    expect([...inputsWith('organizationId')].sort()).toEqual([
      'LogInInput',
      'LogInWithProviderInput',
      'SwitchOrganizationInput',
    ]);
  });
});

describe('J13: a field of the service’s own, sent all the same,', () => {
  jest.setTimeout(60_000);
  const service = testService();
  let world: Furnished;
  beforeAll(async () => {
    world = await furnished(service, 'A');
  });
  const mutations = operations.filter(({ kind, args }) => kind === 'mutation' && args.length === 1);

  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    'is refused by name, and nothing happens: %s',
    async (name, { args: [input] }) => {
      const query = `mutation ($input: ${String(input!.type)}) { ${name}(input: $input) { __typename } }`;
      const { organization } = world;
      const right = await sampleOf(name).args(organization, organization.admin);
      const before = await databaseHash(service.connection);
      const known = fieldsOf(getNamedType(input!.type).name);
      for (const [field, value] of Object.entries({ ...ITS_OWN, status: 'ACTIVE', role: 'ORG_ADMIN' })) {
        if (known.includes(field)) continue;
        const variables = withValueAt(right, ['input', field], value);
        const { body } = await rawPost(service.url, { query, variables, token: organization.admin.token });
        expect({ field, codes: body.errors?.map(({ extensions: { code } }) => code) }).toEqual({
          field,
          codes: ['BAD_USER_INPUT'],
        });
      }
      expect(await databaseHash(service.connection)).toBe(before);
    },
  );
});
