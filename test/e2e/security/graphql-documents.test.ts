import { parse, specifiedRules, validate } from 'graphql';
import { LIMITS } from '../../../src/graphql/limits';
import { ATTACKS, parents, times } from '../../support/attacks';
import { codesOf } from '../../support/client';
import { founderOf, type SignedIn } from '../../support/founder';
import { rawPost } from '../../support/raw-post';
import { testService } from '../../support/service';
import { schema } from '../../support/wire';

jest.setTimeout(30_000);

const service = testService();
let founder: SignedIn;
beforeAll(async () => {
  founder = await founderOf(service, 'Ada');
});

const asAda = (query: string, variables: object = {}) => service.ask(query, variables, founder.token);
const faultsWithoutLimits = (query: string): number => validate(schema, parse(query), specifiedRules).length;

describe.each(['signed in', 'as a stranger'])('an attack, %s', (who) => {
  it.each(ATTACKS.map((attack) => [attack.id, attack.what, attack] as const))(
    '%s: %s: is one error in JSON, of a few hundred bytes',
    async (_id, _what, { query, code }) => {
      const token = who === 'signed in' ? founder.token : undefined;
      const { status, headers, text, body } = await rawPost(service.url, { query, variables: {}, token });
      expect({ status, codes: body.errors?.map(({ extensions }) => extensions.code) }).toEqual({
        status: 400,
        codes: [code],
      });
      expect(headers.get('content-type')).toContain('json');
      expect(text.length).toBeLessThan(700);
      expect(text).not.toMatch(/node_modules|call stack/);
    },
  );
});

describe('negative control: nothing but the limits stands in the way of', () => {
  it.each([
    ['G1: aliases', times(1_500, (n) => `a${n}: events(first: 50) { edges { node { id } } }`)],
    ['G3: chains of parents', parents(30).slice(1, -1)],
    ['G5: overlaps', `viewer { ${times(300, () => '... { account { id name } }')} }`],
  ])('%s', (_what, selection) => {
    expect(faultsWithoutLimits(`{ ${selection} }`)).toBe(0);
  });

  it('G4: a hundred errors in one answer', () => {
    expect(faultsWithoutLimits(`{ viewer { ${times(900, (n) => `no${n}`)} } }`)).toBe(101);
  });

  it('G2: a depth at which the parser gives up', () => {
    expect(() => parse(`${'{ viewer '.repeat(50_000)}${'}'.repeat(50_000)}`)).toThrow(/call stack/);
  });
});

describe('what stays within the limits', () => {
  it('G1: as many aliases as may be', async () => {
    expect(codesOf(await asAda(`{ viewer { ${times(30, (n) => `a${n}:__typename`)} } }`))).toEqual([]);
  });

  it('G5: overlaps up to the last token', async () => {
    expect(codesOf(await asAda(`{ viewer { ${times(120, () => '... { account { id } }')} } }`))).toEqual([]);
  });

  it('G8: a page of a hundred, and its cost is told outside production', async () => {
    const answer = await asAda('{ events(first: 100) { edges { node { id } } } }');
    expect(answer).toMatchObject({ status: 200, extensions: { cost: { requested: 202, maximum: LIMITS.cost } } });
  });
});

describe('G8: the size of a page', () => {
  const PAGE = 'query ($first: Int!) { events(first: $first) { edges { node { id } } } }';

  it.each([0, -1, 101, 2_147_483_647, -2_147_483_648, 1.5, 1e99, '10', null, [1], {}])('is not %j', async (first) => {
    expect(codesOf(await asAda(PAGE, { first }))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('G2: depth in variables', () => {
  it('of 40,000 harms nobody', async () => {
    const nested = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const answer = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"query ($i: [ID!]!) { nodes(ids: $i) { id } }","variables":{"i":${nested}}}`,
    });
    expect(answer.status).toBeLessThan(500);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
