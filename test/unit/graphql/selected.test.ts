import { buildSchema, graphqlSync, type GraphQLResolveInfo } from 'graphql';
import { isSelected } from '../../../src/graphql/selected';

const schema = buildSchema('type Query { page: Page } type Page { horizonAt: String total: Int inner: Page }');

/** What the resolver of `page` is told of its selection. */
function selectionOf(source: string): boolean {
  let told = false;
  const page = (_args: unknown, _context: unknown, info: GraphQLResolveInfo): object => {
    told = isSelected(info, 'horizonAt');
    return {};
  };
  const { errors } = graphqlSync({ schema, source, rootValue: { page } });
  if (errors) throw errors[0] ?? new Error('the operation failed');
  return told;
}

describe('a field is selected', () => {
  it.each([
    ['by its name', '{ page { total horizonAt } }'],
    ['under an alias', '{ page { until: horizonAt } }'],
    ['in an inline fragment', '{ page { ... on Page { horizonAt } } }'],
    ['in a fragment of a fragment', '{ page { ...a } } fragment a on Page { ...b } fragment b on Page { horizonAt }'],
    ['where the same field is asked for twice', '{ page { total } page { horizonAt } }'],
  ])('%s', (_how, source) => expect(selectionOf(source)).toBe(true));

  it.each([
    ['where only others are', '{ page { total } }'],
    ['further in', '{ page { inner { horizonAt } } }'],
    ['where another has its name as an alias', '{ page { horizonAt: total } }'],
  ])('not %s', (_how, source) => expect(selectionOf(source)).toBe(false));
});
