import { type GraphQLError, type GraphQLSchema, parse, Source, validate } from 'graphql';
import { buildSchema } from '../../../src/graphql/build-schema';
import { inputFault } from '../../../src/graphql/input-fault';

describe('the places of many values that do not fit', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await buildSchema();
  });

  it('are found with one more reading of the document', () => {
    const fields = Array.from({ length: 50 }, (_, i) => `a${i}: events(first: "x") { pageInfo { hasNextPage } }`);
    const body = `{ ${fields.join(' ')} }`;
    const source = new Source(body);
    const [first, ...others] = validate(schema, parse(source)) as [GraphQLError, ...GraphQLError[]];
    let readings = 0;
    Object.defineProperty(source, 'body', { get: () => ((readings += 1), body) });

    expect(inputFault(first)).toMatchObject({ path: 'first' });
    readings = 0;
    expect(others.map((error) => inputFault(error)?.path)).toEqual(others.map(() => 'first'));
    expect(readings).toBe(0);
  });
});
