import { generateKeyPairSync } from 'node:crypto';
import { testService } from '../../support/service';
import { schema } from '../../support/wire';

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const service = testService();

describe('G11: what production gives away', () => {
  const production = testService({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    ACCESS_TOKEN_KEY: key,
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  });

  it.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "User") { fields { name } } }',
    '{ a: __type(name: "x") { name } }',
  ])('no introspection: %s', async (query) => {
    const answer = await production.ask(query);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    expect(answer.errors).toHaveLength(1);
  });
  it('no name of the schema to whoever guesses', async () => {
    const words = Object.keys(schema.getQueryType()?.getFields() ?? {});
    const told: string[] = [];
    for (const word of words) {
      const guess = `${word.slice(0, -1)}x`;
      const text = JSON.stringify((await production.ask(`{ ${guess} { id } }`)).errors);
      if (text.replaceAll(guess, '').includes(word)) told.push(word);
    }
    expect(told).toEqual([]);
  });
  it('negative control: outside production the same guesses are helped', async () => {
    const text = JSON.stringify((await service.ask('{ event_ { id } }')).errors);
    expect(text).toContain('Did you mean');
  });
  it('no page, no trace, no cost, no version', async () => {
    const page = await fetch(production.url, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toMatch(/<html/i);
    const answer = await fetch(production.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1' },
      body: '{"query":"{ viewer { account { id } } }"}',
    });
    const text = await answer.text();
    expect(text).not.toMatch(/extensions":\{"(cost|ftv1|tracing)|stacktrace/);
    expect([answer.headers.get('x-powered-by'), answer.headers.get('server')]).toEqual([null, null]);
  });
});
