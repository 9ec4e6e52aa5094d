import { parse, specifiedRules, validate } from 'graphql';
import { LIMITS } from '../../../src/graphql/limits';
import { codesOf } from '../../support/client';
import { founderOf, type SignedIn } from '../../support/founder';
import { testService } from '../../support/service';
import { schema } from '../../support/wire';

jest.setTimeout(30_000);

const service = testService();
let founder: SignedIn;
beforeAll(async () => {
  founder = await founderOf(service, 'Ada');
});

const times = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join(' ');
const post = (
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Response> => fetch(service.url, { method: 'POST', headers, body });
const asAda = (query: string, variables: object = {}) => service.ask(query, variables, founder.token);

interface Refusal {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** One error in JSON, status 400, of a few hundred bytes. */
async function refused(query: string, code = 'QUERY_TOO_COMPLEX', variables: object = {}): Promise<void> {
  const answer = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${founder.token}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await answer.text();
  expect({
    status: answer.status,
    codes: (JSON.parse(text) as Refusal).errors.map(({ extensions }) => extensions.code),
  }).toEqual({
    status: 400,
    codes: [code],
  });
  expect(answer.headers.get('content-type')).toContain('json');
  expect(text.length).toBeLessThan(700);
}

/** Lists in lists: every step back up to the event multiplies. */
const parents = (steps: number): string =>
  `{ event(id: "x") { ${'occurrences { edges { node { event { '.repeat(steps)} id ${'} } } }'.repeat(steps)} } }`;

describe('G1: aliases', () => {
  const ATTACK = `{ ${times(1_500, (n) => `a${n}: events(first: 50) { edges { node { id } } }`)} }`;

  it('1,500 of them with fifty entries each are refused', () => refused(ATTACK));
  it('a thousand of one small field are refused', () => refused(`{ ${times(1_000, (n) => `a${n}:__typename`)} }`));
  it('one more than may be is refused', () => refused(`{ ${times(31, (n) => `a${n}:__typename`)} }`));
  it('as many as may be pass, as root fields may', async () => {
    expect(codesOf(await asAda(`{ viewer { ${times(30, (n) => `a${n}:__typename`)} } }`))).toEqual([]);
  });
  it('negative control: nothing but the limits stands in the way of the attack', () => {
    expect(validate(schema, parse(ATTACK), specifiedRules)).toEqual([]);
  });
});

describe('G2: depth', () => {
  it('of 5,000 is refused before it is parsed', () => refused(`${'{ viewer '.repeat(5_000)}${'}'.repeat(5_000)}`));
  it('of 4,000 fragments in fragments is refused before it is parsed', () =>
    refused(`${'{ ... '.repeat(4_000)}{__typename}${'}'.repeat(4_000)}`));
  it('of 4,000 lists in variables and literals harms nobody', async () => {
    await refused(`{ nodes(ids: ${'['.repeat(4_000)}${']'.repeat(4_000)}) { id } }`);
    const nested = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const answer = await post(`{"query":"query ($i: [ID!]!) { nodes(ids: $i) { id } }","variables":{"i":${nested}}}`);
    expect([200, 400]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('G3: chains of parents', () => {
  it.each([4, 10, 30])('of %i steps are refused', (steps) => refused(parents(steps)));
  it('that fit are refused for what they would cost', () => refused(parents(3)));
  it('negative control: GraphQL itself has nothing against them', () => {
    expect(validate(schema, parse(parents(30)), specifiedRules)).toEqual([]);
  });
});

describe('G4: thousands of faults', () => {
  it.each([
    ['directives', `{ __typename ${times(5_000, () => '@nothing')} }`, 'QUERY_TOO_COMPLEX'],
    ['directives within the tokens', `{ __typename ${times(400, () => '@nothing')} }`, 'QUERY_TOO_COMPLEX'],
    ['unknown fields', `{ ${times(5_000, (n) => `nothing${n}`)} }`, 'QUERY_TOO_COMPLEX'],
    ['unknown fields within the limits', `{ viewer { ${times(900, (n) => `no${n}`)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  ])('in %s are one error', (_what, query, code) => refused(query, code));
  it('negative control: without the limits there are a hundred', () => {
    expect(validate(schema, parse(`{ viewer { ${times(900, (n) => `no${n}`)} } }`), specifiedRules)).toHaveLength(101);
  });
});

describe('G5: overlapping fragments', () => {
  it('2,000 of them are refused', () => refused(`{ viewer { ${times(2_000, () => '... { account { id name } }')} } }`));
  it('as many as the tokens allow are answered', async () => {
    const { errors } = await asAda(`{ viewer { ${times(120, () => '... { account { id } }')} } }`);
    expect(errors).toBeUndefined();
  });
  it.each([
    ['a cycle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['a fragment in itself', '{ ...A } fragment A on Query { viewer { account { id } } ...A }'],
  ])('%s is refused', (_what, query) => refused(query, 'GRAPHQL_VALIDATION_FAILED'));
  it('fragments that multiply are refused', () => {
    const bomb = times(40, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} ...F${n + 1} }`);
    return refused(`{ ...F0 } ${bomb} fragment F40 on Query { viewer { account { id } } }`);
  });
});

describe('G8: the size of a page', () => {
  it.each([0, -1, 101, 2_147_483_647, -2_147_483_648])('%i is no size', async (first) => {
    const query = 'query ($first: Int!) { events(first: $first) { edges { node { id } } } }';
    expect(codesOf(await asAda(query, { first }))).toEqual(['BAD_USER_INPUT']);
  });
  it.each([1.5, 1e99, '10', null, [1], {}])('nor is %j', async (first) => {
    const query = 'query ($first: Int!) { events(first: $first) { edges { node { id } } } }';
    expect(codesOf(await asAda(query, { first }))).toEqual(['BAD_USER_INPUT']);
  });
  it('100 is one, and its cost is told outside production', async () => {
    const answer = await asAda('{ events(first: 100) { edges { node { id } } } }');
    expect(answer).toMatchObject({ status: 200, extensions: { cost: { requested: 202, maximum: LIMITS.cost } } });
  });
});
