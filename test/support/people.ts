import type { Connection } from 'mongoose';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Clock } from '../../src/platform/clock';
import { parseSecretsKeys, SecretBox } from '../../src/platform/secret-box';
import { NoProvider } from '../../src/platform/oidc';
import { parseKeyRing } from '../../src/platform/signing-keys';
import { SignedAccessTokens } from '../../src/platform/token';
import { MailOutbox } from '../../src/use-cases/delivery/mail-outbox';
import { Authenticator } from '../../src/use-cases/people/authenticate';
import { EmailCodes } from '../../src/use-cases/people/email-codes';
import { EndSession } from '../../src/use-cases/people/end-session';
import { FoundOrganization } from '../../src/use-cases/people/found-organization';
import { LogIn } from '../../src/use-cases/people/log-in';
import { LogOut } from '../../src/use-cases/people/log-out';
import { NewAccounts } from '../../src/use-cases/people/new-accounts';
import { ProviderSubjects } from '../../src/use-cases/people/provider-subjects';
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
  const provided = new ProviderSubjects(new NoProvider(), store.accounts, viewers, clock);
  const authenticator = new Authenticator(tokens, store.sessions, store.users, store.organizations, clock, provided);
  const ending = new EndSession(store.unitOfWork, store.sessions, store.journal, authenticator, clock);
  const box = new SecretBox(parseSecretsKeys(randomBytes(32).toString('base64')));
  const outbox = new MailOutbox(store.deliveries, box);
  const codes = new EmailCodes(store.accounts, store.journal, outbox, box, clock);
  const accounts = new NewAccounts(store.accounts, codes);
  const founding = new FoundOrganization(store.organizations, store.users, store.journal);
  return {
    store,
    tokens,
    signUp: new SignUp(store.unitOfWork, accounts, founding, sessions, clock),
    logIn: new LogIn(store.unitOfWork, store.accounts, viewers, sessions),
    refresh: new RefreshSession(store.unitOfWork, store.refreshTokens, viewers, sessions, ending, clock),
    logOut: new LogOut(store.refreshTokens, ending),
    switching: new SwitchOrganization(store.unitOfWork, store.accounts, viewers, sessions),
    sessions,
    codes,
    outbox,
    box,
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
