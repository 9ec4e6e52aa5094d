import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersistedOperations } from '../../../src/graphql/persisted-operations';
import { BadEnvironmentError } from '../../../src/platform/env';
import { codesOf, type Answer } from '../../support/client';
import { testService } from '../../support/service';

jest.setTimeout(30_000);

const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
const named = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

interface Sent {
  readonly query?: string;
  readonly extensions?: object;
}
async function ask(url: string, body: Sent): Promise<Answer<unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
}

describe('G14: a document that clients leave under its hash', () => {
  const service = testService();
  const query = '{ __typename }';

  it('is found by the hash alone from then on', async () => {
    const extensions = named(hashOf(query));
    expect(codesOf(await ask(service.url, { extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(await ask(service.url, { query, extensions })).toMatchObject({ data: { __typename: 'Query' } });
    expect(await ask(service.url, { extensions })).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('cannot be left under the hash of another one', async () => {
    const extensions = named(hashOf('{ viewer { account { id } } }'));
    expect(await ask(service.url, { query, extensions })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    expect(codesOf(await ask(service.url, { extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it('is not kept when it is refused', async () => {
    const wide = `{ ${'__typename '.repeat(50)} }`;
    const extensions = named(hashOf(wide));
    expect(codesOf(await ask(service.url, { query: wide, extensions }))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codesOf(await ask(service.url, { extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('G14: where a list says what is executed', () => {
  const LISTED = 'query Listed { __typename }';
  const folder = mkdtempSync(join(tmpdir(), 'happening-persisted-'));
  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const service = testService({ PERSISTED_OPERATIONS: write('listed.json', { [hashOf(LISTED)]: LISTED }) });
  const get = (parameters: Record<string, string>): Promise<Response> =>
    fetch(`${service.url}?${new URLSearchParams(parameters).toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });

  it('a listed operation is, by its text and by its hash, by POST and by GET', async () => {
    const answers = { data: { __typename: 'Query' } };
    expect(await ask(service.url, { query: LISTED })).toMatchObject(answers);
    expect(await ask(service.url, { extensions: named(hashOf(LISTED)) })).toMatchObject(answers);
    expect(await ask(service.url, { query: LISTED, extensions: named(hashOf(LISTED)) })).toMatchObject(answers);
    expect(await (await get({ query: LISTED })).json()).toMatchObject(answers);
    expect(await (await get({ extensions: JSON.stringify(named(hashOf(LISTED))) })).json()).toMatchObject(answers);
  });

  it.each<[string, Sent | Sent[]]>([
    ['another document', { query: '{ __typename }' }],
    ['one that differs by a blank', { query: `${LISTED} ` }],
    ['one that tries to be listed', { query: '{ __typename }', extensions: named(hashOf('{ __typename }')) }],
    ['one under the hash of a listed one', { query: '{ __typename }', extensions: named(hashOf(LISTED)) }],
    ['a hash that is not listed', { extensions: named(hashOf('{ __typename }')) }],
    ['a hash that every object has', { extensions: named('__proto__') }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['no document', { query: '{{{' }],
    ['nothing', {}],
    ['a list with a listed one', [{ query: LISTED }]],
  ])('nothing else is, nor parsed: %s', async (_what, body) => {
    expect(await ask(service.url, body as Sent)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'OPERATION_NOT_LISTED' } }],
    });
  });

  it('nor by GET', async () => {
    const odd: readonly Record<string, string>[] = [
      { query: '{ __typename }' },
      { extensions: '{' },
      { extensions: '{"persistedQuery":{}}' },
    ];
    for (const parameters of odd) {
      expect((await get(parameters)).status).toBe(400);
    }
  });

  it.each([
    ['a hash that is not its document’s', { [hashOf('{ a }')]: '{ b }' }],
    ['a key that is no hash', { nonsense: '{ b }' }],
    ['something else', ['{ b }']],
  ])('the service does not start with a list that has %s', (what, content) => {
    expect(() => PersistedOperations.read(write(`${what.length}.json`, content))).toThrow(BadEnvironmentError);
    expect(() => PersistedOperations.read(join(folder, 'nothing.json'))).toThrow(BadEnvironmentError);
  });
});
