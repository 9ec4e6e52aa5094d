import { type Answer, codesOf, dataOf } from './client';
import { type Accepted, acceptance, invited, PASSWORD, result } from './colleagues';
import { founderOf, type SignedIn } from './founder';
import type { TestService } from './service';

/* Sessions over the wire, as a client has them. */

const SESSION = `session {
  accessToken refreshToken expiresAt
  viewer { account { id } user { id role } organization { id status } organizations { id status } }
}`;

export const LOG_IN = `mutation ($input: LogInInput!) { logIn(input: $input) { ${SESSION} } }`;
export const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${SESSION} } }`;
export const LOG_OUT = 'mutation ($input: LogOutInput!) { logOut(input: $input) { loggedOut } }';
export const SWITCH = `mutation ($input: SwitchOrganizationInput!) { switchOrganization(input: $input) { ${SESSION} } }`;
export const VIEWER = '{ viewer { user { id } organization { id } } }';

interface OrganizationOnWire {
  readonly id: string;
  readonly status: string;
}
export interface SessionOnWire {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly viewer: {
    readonly account: { readonly id: string };
    readonly user: { readonly id: string; readonly role: string };
    readonly organization: OrganizationOnWire;
    readonly organizations: readonly OrganizationOnWire[];
  };
}
interface WithSession {
  readonly session: SessionOnWire;
}

export const logIn = async (service: TestService, name: string, organizationId?: string): Promise<SessionOnWire> => {
  const input = { email: `${name.toLowerCase()}@example.org`, password: PASSWORD, organizationId };
  return (await result<WithSession>(service, [LOG_IN, input])).session;
};

export const refresh = (service: TestService, refreshToken: string): Promise<Answer<{ refreshSession: WithSession }>> =>
  service.ask(REFRESH, { input: { refreshToken } });

export const refreshed = async (service: TestService, { refreshToken }: SessionOnWire): Promise<SessionOnWire> =>
  dataOf(await refresh(service, refreshToken)).refreshSession.session;

/** What a request with the access token is refused with; nothing where it is answered. */
export const refusalOfToken = async (service: TestService, accessToken: string): Promise<string[]> =>
  codesOf(await service.ask(VIEWER, {}, accessToken));

/** Somebody's founder, who has also joined the organization of somebody else as a USER; and a session there. */
export async function founderIn(
  service: TestService,
  name: string,
  host: SignedIn,
): Promise<{ readonly own: SignedIn; readonly there: Accepted['session'] }> {
  const own = await founderOf(service, name);
  const { token } = await invited(service, host, { email: `${name.toLowerCase()}@example.org` });
  const { session } = await result<Accepted>(service, acceptance(token));
  return { own, there: session };
}
