import { getIntrospectionQuery, Kind, type OperationDefinitionNode, parse, specifiedRules, validate } from 'graphql';
import { costOf } from '../../../src/graphql/cost';
import { shapeOf } from '../../../src/graphql/document-shape';
import {
  affordableCost,
  limitRules,
  LIMITS,
  parseOptions,
  documentLimits,
  validationOptions,
} from '../../../src/graphql/limits';
import { operations, schema } from '../../support/wire';

function costed(source: string, variables: Record<string, unknown> = {}) {
  const document = parse(source, parseOptions);
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('a document without an operation');
  return { schema, document, operation, variables };
}
const costsOf = (source: string, variables?: Record<string, unknown>): number => costOf(costed(source, variables));
const judge = (source: string, { production = false } = {}): string[] =>
  validate(schema, parse(source, parseOptions), [...specifiedRules, ...limitRules({ production })], validationOptions)
    .map(({ message }) => message)
    .filter((message) => !message.startsWith('Too many validation errors'));
const times = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join(' ');

/** Screens that somebody would build on this service. */
const SCREENS: Readonly<Record<string, string>> = {
  'a month of dates': `{ occurrences(first: 100, range: { next: { days: 30, timezone: "Europe/Berlin" } }) { edges { cursor node {
    id name startsAt endsAt capacity seatsLeft status event { id name category description } } } pageInfo { hasNextPage endCursor } } }`,
  'the attendees of every date of a course': `query ($id: ID!) { event(id: $id) { name occurrences { edges { node { startsAt
    registrations { edges { node { id status seats user { id name } } } } } } } } }`,
  'all events with their dates': `{ events { edges { node { id name occurrences { edges { node { id startsAt seatsLeft } } } } } } }`,
  'my registrations': `{ viewer { user { name } organization { name } }
    myRegistrations { edges { node { id status occurrence { id startsAt event { id name } } } } pageInfo { endCursor } } }`,
};

describe('a document', () => {
  it.each(Object.entries(SCREENS))('is let through when it is %s', (_name, source) => {
    expect(judge(source)).toEqual([]);
    expect(affordableCost(costed(source))).toBeLessThanOrEqual(LIMITS.cost);
  });

  it('is let through when it asks for everything that an operation can give', () => {
    for (const { document } of operations) expect(judge(document)).toEqual([]);
  });

  it("is let through when it is an explorer's introspection, outside production only", () => {
    const source = getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true });
    expect(judge(source)).toEqual([]);
    expect(judge(source, { production: true })).toHaveLength(1);
  });

  it.each([
    ['aliases', `{ ${times(LIMITS.aliases + 1, (n) => `a${n}: __typename`)} }`],
    ['directives', `{ __typename ${times(LIMITS.directives + 1, () => '@include(if: true)')} }`],
    ['fields at its root', `{ ...A ...A } fragment A on Query { ${times(11, () => '__typename')} }`],
    [
      'levels of fields',
      `{ event(id: "x") { ${'occurrences { edges { node { event { '.repeat(4)} id ${'}'.repeat(16)} } }`,
    ],
  ])('is refused for its %s, with one fault', (what, source) => {
    expect(judge(source)).toEqual([expect.stringContaining(what)]);
  });

  it('is not refused by the other rules for what the limits refuse: the negative control', () => {
    const aliases = `{ ${times(LIMITS.aliases + 1, (n) => `a${n}: __typename`)} }`;
    expect(validate(schema, parse(aliases))).toEqual([]);
    const generous = documentLimits({ ...LIMITS, aliases: 31, rootFields: 31 });
    expect(validate(schema, parse(aliases), [...specifiedRules, generous])).toEqual([]);
  });

  it('with thousands of faults has one [G4]', () => {
    expect(judge(`{ ${times(400, (n) => `nothing${n}`)} }`)).toHaveLength(1);
  });

  it('is not read beyond its thousandth token', () => {
    expect(() => parse(`{ ${'x '.repeat(LIMITS.tokens)} }`, parseOptions)).toThrow('Document contains more that');
  });
});

describe('the shape of a document', () => {
  it('counts levels inside of fragments, and not the wrappers of lists', () => {
    const source = `{ event(id: "x") { ...Dates } } fragment Dates on Event { occurrences { edges { ...Edge } } }
      fragment Edge on OccurrenceEdge { node { event { name } } }`;
    expect(shapeOf(parse(source)).depth).toBe(4);
    expect(shapeOf(parse('{ node(id: "x") { id } }')).depth).toBe(2);
  });

  it('is found at once for fragments that multiply, or contain themselves', () => {
    const bomb = times(60, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} ...F${n + 1} }`);
    const shape = shapeOf(parse(`{ ...F0 } ${bomb} fragment F60 on Query { viewer { account { id } } }`));
    expect(shape).toMatchObject({ rootFields: 3 ** 60, depth: 3 });
    expect(
      shapeOf(parse('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }')).rootFields,
    ).toBe(1);
  });
});

describe('the cost of an operation', () => {
  it('is one for each field, as often as its page is long', () => {
    expect(costsOf('{ viewer { account { id name } } }')).toBe(4);
    // events, edges, and ten times node and id.
    expect(costsOf('{ events(first: 10) { edges { node { id } } } }')).toBe(22);
    expect(costsOf('{ events(first: 10) { edges { node { occurrences(first: 5) { edges { cursor } } } } } }')).toBe(
      2 + 10 * (1 + 2 + 5),
    );
  });

  it('takes the size of a page from variables, their defaults and the schema', () => {
    const source = 'query ($n: Int! = 7) { events(first: $n) { edges { cursor } } }';
    expect([costsOf(source), costsOf(source, { n: 3 })]).toEqual([9, 5]);
    expect(costsOf('{ events { edges { cursor } } }')).toBe(22);
    expect(
      costsOf(
        'query ($i: PreviewRecurrenceInput!) { previewRecurrence(input: $i) { ... on PreviewRecurrencePayload { occurrences { startsAt } } } }',
        { i: { first: 4 } },
      ),
    ).toBe(6);
  });

  it('counts a list of ids as long as it is, and any other list as long as it can be', () => {
    expect(costsOf('{ nodes(ids: ["a", "b", "c"]) { id } }')).toBe(4);
    expect(costsOf('{ viewer { organizations { id } } }')).toBe(102);
  });

  it('is the same inside of fragments', () => {
    const plain = costsOf('{ events(first: 9) { edges { node { id name } } } }');
    expect(
      costsOf(
        '{ events(first: 9) { ...E } } fragment E on EventConnection { edges { node { ... on Event { id name } } } }',
      ),
    ).toBe(plain);
  });

  it.each([-1, 0, 101, 2_147_483_647, 'ten', null, { first: 5 }])(
    'is no reason to refuse a page of %j: where that is wrong is told later',
    (n) => {
      const source = 'query ($n: Int!) { events(first: $n) { edges { node { id } } } }';
      expect(affordableCost(costed(source, { n }))).toBeLessThanOrEqual(202);
    },
  );

  it('refuses pages in pages in pages', () => {
    const source =
      '{ events { edges { node { occurrences { edges { node { registrations { edges { node { id } } } } } } } } } }';
    expect(() => affordableCost(costed(source))).toThrow('ask for smaller pages');
  });

  it('is found at once for fragments that multiply', () => {
    const bomb = times(60, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} ...F${n + 1} }`);
    expect(costsOf(`{ ...F0 } ${bomb} fragment F60 on Query { viewer { account { id } } }`)).toBe(3 ** 61);
  });
});
