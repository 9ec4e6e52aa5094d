import { request } from 'node:http';
import { connect } from 'node:net';
import { codesOf, dataOf } from '../../support/client';
import { testService } from '../../support/service';

jest.setTimeout(30_000);

const service = testService();
const post = (
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Response> => fetch(service.url, { method: 'POST', headers, body });

interface Refusal {
  readonly errors: readonly { readonly extensions: { readonly code: string } }[];
}

describe('G6: comments, which no token limit counts', () => {
  it('end at the size of a body', async () => {
    const answer = await post(JSON.stringify({ query: `{ __typename }${'\n#'.repeat(200_000)}` }));
    expect(answer.status).toBe(413);
  });
  it('below it are answered', async () => {
    expect(codesOf(await service.ask(`{ __typename }${'#\n'.repeat(20_000)}`))).toEqual([]);
  });
});

describe('G7: batches', () => {
  it.each(['[{"query":"{__typename}"}]', '[]', `[${'{"query":"{__typename}"},'.repeat(99)}{"query":"{__typename}"}]`])(
    'are refused: %.40s',
    async (body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    },
  );
});

describe('G9: bodies', () => {
  it.each(['text/plain', 'application/json'])('of 200 kB are refused in JSON, without a stack: %s', async (type) => {
    const answer = await post(JSON.stringify({ query: `{ __typename }${' '.repeat(200_000)}` }), {
      'content-type': type,
    });
    const text = await answer.text();
    expect([400, 413]).toContain(answer.status);
    expect((JSON.parse(text) as Refusal).errors).toHaveLength(1);
    expect(text).not.toMatch(/node_modules|<html|\bat /);
  });
});

describe('G10: what a foreign page can make a browser send', () => {
  const MUTATION = 'mutation { logIn(input: { email: "a@example.org", password: "x" }) { session { accessToken } } }';
  const body = JSON.stringify({ query: '{ __typename }' });
  it.each([
    ['text/plain', body],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent('{ __typename }')}`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${body}\r\n--x--`,
    ],
    ['application/json2', body],
    ['text/plain; charset=application/json', body],
  ])('is not executed: %s', async (type, sent) => {
    const answer = await post(sent, { 'content-type': type });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
  it.each<Record<string, string>>([
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json, text/plain' },
  ])('is no GET that executes: %j', async (headers) => {
    const answer = await fetch(`${service.url}?query=${encodeURIComponent('{ __typename }')}`, { headers });
    expect([400, 415]).toContain(answer.status);
  });
  it('is no mutation by GET, preflight or not', async () => {
    const headers = { 'apollo-require-preflight': '1' };
    const answer = await fetch(`${service.url}?query=${encodeURIComponent(MUTATION)}`, { headers });
    expect(answer.status).toBe(405);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
  it('is not read by that page: no origin is let in unless it is named', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(service.url, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('G12: variables', () => {
  it.each([
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"id":{"__proto__":{"x":1}}}',
    '{"id":"a","unknown":{"toString":1}}',
    `{"id":"${'a'.repeat(90_000)}"}`,
  ])('%.60s leave no trace', async (variables) => {
    const answer = await post(`{"query":"query ($id: ID) { node(id: $id) { id } }","variables":${variables}}`);
    expect(answer.status).toBeLessThan(500);
    expect(((await answer.json()) as Refusal).errors).toHaveLength(1);
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('G16: slow and odd requests', () => {
  it('have a time limit: for the head, for all of it, and between two', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount } = service.running.app.getHttpServer();
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      maxHeadersCount: 100,
    });
  });
  it('with ten thousand headers are refused', async () => {
    const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`x-${n}`, '1']));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(service.url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
  });
  it.each([
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks that are not the last encoding', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a chunk of no size', 'Transfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n'],
  ])('with %s are refused, and the connection is closed', async (_what, rest) => {
    const { hostname, port } = new URL(service.url);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let heard = '';
      socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
      socket.on('close', () => resolve(heard)).on('error', reject);
      socket.write(`POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });
  it('serves others meanwhile', async () => {
    const { hostname, port } = new URL(service.url);
    const idle = Array.from({ length: 100 }, () => connect(Number(port), hostname).on('error', () => undefined));
    for (const socket of idle) socket.write('POST /graphql HTTP/1.1\r\nHost: x\r\n');
    expect(dataOf(await service.ask('{ __typename }'))).toEqual({ __typename: 'Query' });
    for (const socket of idle) socket.destroy();
  });
});
