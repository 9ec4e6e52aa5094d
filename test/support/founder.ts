import type { Role } from '../../src/domain/permissions';
import { dataOf } from './client';
import { type Accepted, acceptance, invited, result } from './colleagues';
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

/** One more person in the organization of somebody: invited, and joined. */
export async function colleagueOf(service: TestService, founder: SignedIn, role: Role): Promise<SignedIn> {
  const { token } = await invited(service, founder, { role });
  const { session } = await result<Accepted>(service, acceptance(token));
  return { token: session.accessToken, userId: session.viewer.user.id, organizationId: founder.organizationId };
}
