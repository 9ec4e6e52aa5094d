import { auditServer } from 'graphql-http';
import { version } from 'graphql-http/package.json';
import { testService } from '../../support/service';

const service = testService();

/** As a client has to that asks by GET: no page of somebody else's can set this header. */
const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { ...(init.headers as object), 'apollo-require-preflight': '1' } });

describe('the GraphQL-over-HTTP audits of graphql-http 1.23.1', () => {
  it('are the ones named', () => {
    expect(version).toBe('1.23.1');
  });

  it('are all ok: none fails, none warns', async () => {
    const results = await auditServer({ url: service.url, fetchFn });
    expect(results.length).toBeGreaterThanOrEqual(60);
    const others = results
      .filter(({ status }) => status !== 'ok')
      .map(({ id, name, status }) => `${status} ${id} ${name}`);
    expect(others).toEqual([]);
  });
});
