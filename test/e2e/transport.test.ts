import { codesOf, type AnswerError } from '../support/client';
import { testService } from '../support/service';

const service = testService();

async function send(init: RequestInit & { path?: string }) {
  const response = await fetch(new URL(init.path ?? '/graphql', service.url), init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, headers: response.headers, text };
}
const errorsIn = (text: string): AnswerError[] => (JSON.parse(text) as { errors: AnswerError[] }).errors;
const json = { 'content-type': 'application/json' };

describe('the endpoint', () => {
  it('answers a question', async () => {
    expect(await service.ask('{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });
  });

  it('speaks application/graphql-response+json with whoever asks for it', async () => {
    const headers = { ...json, accept: 'application/graphql-response+json' };
    const answer = await send({ method: 'POST', headers, body: '{"query":"{__typename}"}' });
    expect(answer.type).toContain('application/graphql-response+json');
  });

  it.each([
    ['a body that is no JSON', { method: 'POST', headers: json, body: '{"query":' }, 400, 'BAD_REQUEST'],
    [
      'a body beyond 100 kB',
      { method: 'POST', headers: json, body: `{"query":"${' '.repeat(103_000)}"}` },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'an unknown charset',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=x' }, body: '{}' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'an array of operations',
      { method: 'POST', headers: json, body: '[{"query":"{__typename}"}]' },
      400,
      'BAD_REQUEST',
    ],
    ['a body without a query', { method: 'POST', headers: json, body: '{}' }, 400, 'BAD_REQUEST'],
    [
      'a form',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={__typename}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'plain text',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{__typename}"}' },
      400,
      'BAD_REQUEST',
    ],
    ['a bare GET', { method: 'GET', path: '/graphql?query=%7B__typename%7D' }, 400, 'BAD_REQUEST'],
  ])('refuses %s, in JSON and with a code and a request id', async (_what, init, status, code) => {
    const answer = await send(init);
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('json');
    const [error] = errorsIn(answer.text);
    expect(error?.extensions).toEqual({ code, requestId: answer.headers.get('x-request-id') });
    expect(answer.text).not.toMatch(/node_modules|at .*\.[jt]s/);
  });

  it('shows a browser no page that needs a foreign host', async () => {
    const { text } = await send({ method: 'GET', headers: { accept: 'text/html' } });
    expect(text).not.toMatch(/https?:\/\/(?!127\.0\.0\.1|localhost)/);
  });

  it('gives back a request id that may be used, in the header and in every error', async () => {
    const answer = await send({
      method: 'POST',
      headers: { ...json, 'x-request-id': 'my-1.a_B' },
      body: '{"query":"{nothing}"}',
    });
    expect(answer.headers.get('x-request-id')).toBe('my-1.a_B');
    expect(errorsIn(answer.text)[0]?.extensions).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      requestId: 'my-1.a_B',
    });
    const other = await send({
      method: 'POST',
      headers: { ...json, 'x-request-id': 'no id' },
      body: '{"query":"{__typename}"}',
    });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs one line for each operation', async () => {
    service.log.splice(0);
    await service.ask('query WhoAmI { viewer { account { id } } }');
    const [line, ...more] = service.log.filter(({ message }) => message === 'operation');
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'info', fields: { operation: 'WhoAmI', operationType: 'query' } });
    expect(line?.fields).toMatchObject({ outcome: 'error', codes: ['UNAUTHENTICATED'] });
    expect(line?.fields['durationMs']).toBeGreaterThan(0);
  });

  it('says that it is alive and ready', async () => {
    expect((await send({ path: '/health' })).status).toBe(200);
    expect((await send({ path: '/ready' })).status).toBe(200);
  });

  it('sends no header that tells what it is built with', async () => {
    expect((await send({ path: '/health' })).headers.get('x-powered-by')).toBeNull();
  });
});

describe('introspection', () => {
  it('is there outside production', async () => {
    expect(codesOf(await service.ask('{ __schema { queryType { name } } }'))).toEqual([]);
  });
});
