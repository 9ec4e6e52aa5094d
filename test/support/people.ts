import type { Connection } from 'mongoose';
import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../src/platform/clock';
import { parseKeyRing } from '../../src/platform/signing-keys';
import { SignedAccessTokens } from '../../src/platform/token';
import { Authenticator } from '../../src/use-cases/people/authenticate';
import { EndSession } from '../../src/use-cases/people/end-session';
import { FoundOrganization } from '../../src/use-cases/people/found-organization';
import { LogIn } from '../../src/use-cases/people/log-in';
import { LogOut } from '../../src/use-cases/people/log-out';
import { RefreshSession } from '../../src/use-cases/people/refresh-session';
import { Sessions } from '../../src/use-cases/people/session';
import { SessionViewers } from '../../src/use-cases/people/session-viewers';
import { SignUp, type SignUpInput } from '../../src/use-cases/people/sign-up';
import { SwitchOrganization } from '../../src/use-cases/people/switch-organization';
import { storeOn } from './store';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The use cases of people on a real database, put together by hand; all share one signing key. */
export function peopleOn(connection: Connection, clock: Clock) {
  const store = storeOn(connection);
  const tokens = new SignedAccessTokens(parseKeyRing(pem), clock);
  const sessions = new Sessions(tokens, store.refreshTokens, store.sessions, clock);
  const viewers = new SessionViewers(store.accounts, store.users, store.organizations);
  const authenticator = new Authenticator(tokens, store.sessions, store.users, store.organizations, clock);
  const ending = new EndSession(store.unitOfWork, store.sessions, store.journal, authenticator, clock);
  const founding = new FoundOrganization(store.organizations, store.users, store.journal);
  return {
    store,
    tokens,
    signUp: new SignUp(store.unitOfWork, store.accounts, founding, sessions, clock),
    logIn: new LogIn(store.unitOfWork, store.accounts, viewers, sessions),
    refresh: new RefreshSession(store.unitOfWork, store.refreshTokens, viewers, sessions, ending, clock),
    logOut: new LogOut(store.refreshTokens, ending),
    switching: new SwitchOrganization(store.unitOfWork, store.accounts, viewers, sessions),
    sessions,
    authenticator,
  };
}

let people = 0;

/** Somebody new, each time. */
export const makeSignUp = (given: Partial<SignUpInput> = {}): SignUpInput => ({
  email: `person-${(people += 1)}@example.com`,
  password: 'correct horse battery',
  name: 'Ada Lovelace',
  organizationName: 'Analytical Engines',
  timezone: 'Europe/London',
  ...given,
});
