import { generateKeyPairSync } from 'node:crypto';
import { codesOf } from '../support/client';
import { testService } from '../support/service';

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const service = testService({ NODE_ENV: 'production', HOST: '127.0.0.1', ACCESS_TOKEN_KEY: key });

describe('in production', () => {
  it('the schema cannot be asked for', async () => {
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Event") { name } }']) {
      expect(codesOf(await service.ask(query))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    }
  });

  it('nobody is helped to guess names', async () => {
    const guesses = [
      '{ viewe { account { id } } }',
      '{ node(idd: "x") { id } }',
      '{ nodes(ids: ["x"]) { ... on Even { name } } }',
    ];
    for (const query of guesses) {
      const answer = await service.ask(query);
      expect(codesOf(answer)).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(JSON.stringify(answer)).not.toMatch(/Did you mean/);
    }
  });

  it('a browser is shown no page', async () => {
    const page = await fetch(service.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).not.toContain('html');
  });

  it('everything else works as ever', async () => {
    expect(await service.ask('{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });
  });
});
