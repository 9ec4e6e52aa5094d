import { testService } from '../../support/service';

const service = testService({ CORS_ORIGINS: 'https://app.example.org' });

const preflight = (origin: string): Promise<Response> =>
  fetch(service.url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

describe('every answer', () => {
  it.each([
    [
      'an operation',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{__typename}"}' },
    ],
    ['a body that is none', '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
    ['health', '/health', {}],
    ['a path that is not there', '/nothing', {}],
  ] satisfies [string, string, RequestInit][])(
    'says what a browser may do with it: nothing (%s)',
    async (_what, path, init) => {
      const { headers } = await fetch(new URL(path, service.url), init);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': expect.stringContaining('max-age=') as string,
      });
      expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
    },
  );
});

describe('a page of another origin', () => {
  it('may ask when it is named, without credentials of the browser', async () => {
    const { headers } = await preflight('https://app.example.org');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.org');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['https://evil.example', 'https://app.example.org.evil.example', 'http://app.example.org', 'null'])(
    'may not when it is not: %s',
    async (origin) => {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});
