/** A document that a limit refuses before anything is executed. */
export interface Attack {
  /** Of the list of attacks on GraphQL servers. */
  readonly id: string;
  readonly what: string;
  readonly query: string;
  readonly code: 'QUERY_TOO_COMPLEX' | 'GRAPHQL_VALIDATION_FAILED';
}

export const times = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join(' ');

/** Every step down to an event of a date, and so on, multiplies. */
export const parents = (steps: number): string =>
  `{ event(id: "x") { ${'occurrences { edges { node { event { '.repeat(steps)} id ${'} } } }'.repeat(steps)} } }`;

const multiplied = (depth: number): string =>
  times(depth, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} ...F${n + 1} }`);

const tooComplex = (id: string, what: string, query: string): Attack => ({
  id,
  what,
  query,
  code: 'QUERY_TOO_COMPLEX',
});
const invalid = (id: string, what: string, query: string): Attack => ({
  id,
  what,
  query,
  code: 'GRAPHQL_VALIDATION_FAILED',
});

export const ATTACKS: readonly Attack[] = [
  tooComplex(
    'G1',
    '1,500 aliases of fifty entries each',
    `{ ${times(1_500, (n) => `a${n}: events(first: 50) { edges { node { id } } }`)} }`,
  ),
  tooComplex('G1', 'a thousand aliases of one small field', `{ ${times(1_000, (n) => `a${n}:__typename`)} }`),
  tooComplex('G1', 'aliases up to the last token', `{ viewer { ${times(330, (n) => `a${n}:__typename`)} } }`),
  tooComplex('G1', 'one alias more than may be', `{ ${times(31, (n) => `a${n}:__typename`)} }`),
  tooComplex('G1', 'root fields without aliases', `{ ${times(900, () => '__typename')} }`),
  tooComplex('G2', 'a depth of 5,000', `${'{ viewer '.repeat(5_000)}${'}'.repeat(5_000)}`),
  tooComplex('G2', '4,000 fragments in fragments', `${'{ ... '.repeat(4_000)}{__typename}${'}'.repeat(4_000)}`),
  tooComplex('G2', '4,000 lists in a literal', `{ nodes(ids: ${'['.repeat(4_000)}${']'.repeat(4_000)}) { id } }`),
  tooComplex('G2', 'a depth up to the last token', `${'{ viewer '.repeat(330)}${'}'.repeat(330)}`),
  ...[4, 10, 30].map((steps) => tooComplex('G3', `a chain of ${steps} parents`, parents(steps))),
  tooComplex('G3', 'a chain that is not deep, and too dear', parents(3)),
  tooComplex('G4', '5,000 directives', `{ __typename ${times(5_000, () => '@nothing')} }`),
  tooComplex('G4', 'directives up to the last token', `{ __typename ${times(490, () => '@nothing')} }`),
  tooComplex('G4', '5,000 unknown fields', `{ ${times(5_000, (n) => `nothing${n}`)} }`),
  invalid('G4', 'unknown fields up to the last token', `{ viewer { ${times(980, (n) => `no${n}`)} } }`),
  tooComplex(
    'G5',
    '2,000 overlapping fragments',
    `{ viewer { ${times(2_000, () => '... { account { id name } }')} } }`,
  ),
  invalid(
    'G5',
    'overlaps up to the last token, the last in conflict',
    `{ viewer { ${times(120, () => '... { account { id } }')} account { id: name } } }`,
  ),
  invalid('G5', 'a cycle of fragments', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
  invalid('G5', 'a fragment in itself', '{ ...A } fragment A on Query { viewer { account { id } } ...A }'),
  tooComplex(
    'G5',
    'fragments that multiply',
    `{ ...F0 } ${multiplied(40)} fragment F40 on Query { viewer { account { id } } }`,
  ),
  tooComplex(
    'G13',
    'a hundred log-ins',
    `mutation { ${times(100, (n) => `a${n}: logIn(input: { email: "a@b.de", password: "${n}" }) { session { accessToken } }`)} }`,
  ),
];
