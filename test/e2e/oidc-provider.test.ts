import { exportJWK, generateKeyPair } from 'jose';
import { join } from 'node:path';
import { type Child, runChild } from '../support/child';
import { codeFlow } from '../support/code-flow';
import { AUDIENCE, CLIENT_ID } from '../support/issuer';
import { providerSuite, type RealProvider, standAtRealTime } from '../support/provider-suite';
import { testService } from '../support/service';

jest.setTimeout(60_000);

const PROGRAM = join(__dirname, '..', 'support', 'oidc-provider.mjs');
const environment = { OIDC_ISSUER: '', OIDC_CLIENT_ID: CLIENT_ID, OIDC_AUDIENCE: AUDIENCE };
let child: Child | null = null;

async function startProvider(port: string): Promise<void> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }];
  child = runChild(PROGRAM, [port, JSON.stringify(keys)]);
  environment.OIDC_ISSUER = await child.line();
}

const stopProvider = async (): Promise<void> => {
  await child?.end('SIGKILL');
  child = null;
};

// Before the service, which has to know the address.
beforeAll(() => startProvider('0'));
afterAll(stopProvider);

const service = testService(environment);

beforeAll(() => standAtRealTime(service.clock));

const provider: RealProvider = {
  people: ['hedy', 'grace', 'mary'],
  signIn: (username) =>
    codeFlow({ issuer: environment.OIDC_ISSUER, clientId: CLIENT_ID, username, password: 'whatever' }),
  rotate: async () => {
    const { port } = new URL(environment.OIDC_ISSUER);
    await stopProvider();
    await startProvider(port);
  },
  stop: stopProvider,
};

describe('with oidc-provider, authorization code and PKCE over HTTP, the service', () => {
  providerSuite(service, provider);
});
