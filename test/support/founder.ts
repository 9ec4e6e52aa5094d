import type { AccountId, UserId } from '../../src/domain/ids';
import type { Role } from '../../src/domain/permissions';
import { tenantScope } from '../../src/domain/scope';
import type { User } from '../../src/domain/user';
import { decodeId, encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { AccessTokens } from '../../src/platform/token';
import { UnitOfWork } from '../../src/store/unit-of-work';
import { UserRepository } from '../../src/store/user.repository';
import { dataOf } from './client';
import type { TestService } from './service';

export interface SignedIn {
  readonly token: string;
  readonly userId: string;
  readonly organizationId: string;
}

const SIGN_UP = /* GraphQL */ `
  mutation ($input: SignUpInput!) {
    signUp(input: $input) {
      ... on SignUpPayload {
        session {
          accessToken
          viewer {
            user {
              id
            }
            organization {
              id
            }
          }
        }
      }
    }
  }
`;

interface SignedUp {
  signUp: { session: { accessToken: string; viewer: { user: { id: string }; organization: { id: string } } } };
}

/** Signs up over the wire: the ORG_ADMIN of an organization of their own. */
export async function founderOf(service: TestService, name: string): Promise<SignedIn> {
  const input = {
    email: `${name.toLowerCase()}@example.org`,
    password: 'correct horse battery',
    name,
    organizationName: `${name} & Co`,
    timezone: 'Europe/Berlin',
  };
  const { session } = dataOf(await service.ask<SignedUp>(SIGN_UP, { input })).signUp;
  const { user, organization } = session.viewer;
  return { token: session.accessToken, userId: user.id, organizationId: organization.id };
}

/** One more person in the organization of somebody; invitations are not on the wire yet. */
export async function colleagueOf(service: TestService, founder: SignedIn, role: Role): Promise<SignedIn> {
  const { app } = service.running;
  const tenantId = decodeId('Organization', founder.organizationId);
  const [accountId, id] = [newId<AccountId>(), newId<UserId>()];
  const user: User = {
    ...{ id, tenantId, accountId, role, status: 'ACTIVE', version: 1, createdAt: service.clock.now() },
    ...{ name: `Colleague ${id}`, email: `${id}@example.org` },
  };
  const scope = tenantScope(tenantId, { kind: 'system', name: 'test' }, 'test-request');
  await app.get(UnitOfWork).run(scope, (tx) => app.get(UserRepository).add(tx, user));
  const { token } = await app.get(AccessTokens).issue({ tenantId, accountId, userId: id });
  return { token, userId: encodeId('User', id), organizationId: founder.organizationId };
}
