import { codeFlow } from '../support/code-flow';
import { AUDIENCE, CLIENT_ID } from '../support/issuer';
import { providerSuite, standAtRealTime } from '../support/provider-suite';
import { testService } from '../support/service';
import { Keycloak } from './keycloak';

// Fetching it, and the first start of a Java program, take their time.
jest.setTimeout(600_000);

const environment = { OIDC_ISSUER: '', OIDC_CLIENT_ID: CLIENT_ID, OIDC_AUDIENCE: AUDIENCE };
let keycloak: Keycloak | null = null;

// Before the service, which has to know the address.
beforeAll(async () => {
  keycloak = await Keycloak.start();
  environment.OIDC_ISSUER = keycloak.issuer;
});
afterAll(() => keycloak?.stop());

const service = testService(environment);
beforeAll(() => standAtRealTime(service.clock));

describe('with Keycloak, authorization code and PKCE through its own pages, the service', () => {
  providerSuite(service, {
    people: ['hedy', 'grace', 'mary'],
    signIn: (username) =>
      codeFlow({ issuer: environment.OIDC_ISSUER, clientId: CLIENT_ID, username, password: 'a password of the test' }),
    rotate: async () => keycloak?.rotate(),
    stop: async () => keycloak?.stop(),
  });
});
