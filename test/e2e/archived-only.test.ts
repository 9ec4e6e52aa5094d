import { ACCESS_TOKEN_MS } from '../../src/platform/token';
import { codesOf, dataOf } from '../support/client';
import { result, type Result } from '../support/colleagues';
import { founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';
import { logIn, refusalOfToken } from '../support/sessions';

/* Somebody who belongs to one organization, and archived it. */
jest.setTimeout(30_000);

const service = testService();

const ORGANIZATION = 'organization { id name status }';
const ARCHIVE = `mutation { archiveOrganization(input: {}) { ${ORGANIZATION} } }`;
const CREATE = `mutation ($input: CreateOrganizationInput!) {
  createOrganization(input: $input) {
    __typename ... on CreateOrganizationPayload { ${ORGANIZATION} user { role } } ... on UserError { code }
  }
}`;
const CREATE_AND_CHANGE = `mutation ($input: CreateOrganizationInput!) {
  createOrganization(input: $input) { __typename }
  updateOrganization(input: { name: "Not any more" }) { __typename }
}`;
interface Created extends Result {
  readonly organization: { readonly id: string; readonly name: string; readonly status: string };
  readonly user: { readonly role: string };
}
const NEXT = { name: 'Next', timezone: 'Europe/Paris' };

async function withoutOrganization(name: string): Promise<SignedIn> {
  const founder = await founderOf(service, name);
  dataOf(await service.ask(ARCHIVE, {}, founder.token));
  expect(await refusalOfToken(service, founder.token)).toEqual(['FORBIDDEN']);
  return founder;
}

describe('whoever archived their only organization', () => {
  it('founds another one with the token they have, once, and logs in there', async () => {
    const { token } = await withoutOrganization('Nomad');

    const { organization, user } = await result<Created>(service, [CREATE, NEXT], token);
    expect([organization.name, organization.status, user.role]).toEqual(['Next', 'ACTIVE', 'ORG_ADMIN']);
    expect(await result(service, [CREATE, NEXT], token)).toMatchObject({ code: 'ORGANIZATION_ALREADY_OWNED' });
    const { viewer } = await logIn(service, 'Nomad');
    expect(viewer.organization.id).toBe(organization.id);
  });

  it('does nothing else with it, not even in the operation that founds one', async () => {
    const { token } = await withoutOrganization('Lingerer');

    const answer = await service.ask(CREATE_AND_CHANGE, { input: NEXT }, token);
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['updateOrganization'], 'FORBIDDEN'],
    ]);
    const names = service.connection.collection('organizations').find({}, { projection: { name: 1 } });
    expect((await names.toArray()).map(({ name }) => String(name))).not.toContain('Not any more');
    expect(await refusalOfToken(service, token)).toEqual(['FORBIDDEN']);
  });

  it('founds none with a token that has expired', async () => {
    const { token } = await withoutOrganization('Latecomer');
    service.clock.advance(ACCESS_TOKEN_MS + 60_000);

    expect(codesOf(await service.ask(CREATE, { input: NEXT }, token))).toEqual(['UNAUTHENTICATED']);
  });
});
