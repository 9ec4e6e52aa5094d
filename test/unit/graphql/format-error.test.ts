import { ApolloServer } from '@apollo/server';
import { BadRequestException } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { BadUserInputError, ForbiddenError, NotFoundError, RefusedError } from '../../../src/domain/errors';
import { buildSchema } from '../../../src/graphql/build-schema';
import { belongTo } from '../../../src/graphql/errors-request';
import { errorFormatter } from '../../../src/graphql/format-error';
import type { Logger } from '../../../src/platform/logger';

const logged: { fields: object; message: string }[] = [];
const quiet = (): void => undefined;
const logger: Logger = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (fields, message) => logged.push({ fields, message }),
};

/** As graphql-js and Apollo hand over what a resolver threw. */
const thrown = (error: Error): [GraphQLFormattedError, unknown] => {
  const located = new GraphQLError(error.message, { path: ['event'], originalError: error });
  return [{ message: error.message, path: ['event'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }, located];
};
const format = errorFormatter(logger, { suggestions: true });

beforeEach(() => logged.splice(0));

describe('an error that a resolver threw', () => {
  it.each([
    [new NotFoundError('event'), 'NOT_FOUND', 'There is no such event.'],
    [new ForbiddenError(), 'FORBIDDEN', 'Your role does not allow this.'],
    [new BadRequestException('no'), 'BAD_REQUEST', 'no'],
    [new RefusedError({ code: 'LAST_ADMIN' }), 'LAST_ADMIN', 'An organization keeps at least one ORG_ADMIN.'],
  ])('keeps its code: %s', (error, code, message) => {
    expect(format(...thrown(error))).toEqual({ message, path: ['event'], extensions: { code } });
    expect(logged).toEqual([]);
  });

  it('says how long to wait where the operation has no union that could: of BUSY', () => {
    const { extensions } = format(...thrown(new RefusedError({ code: 'BUSY', retryAfterMs: 50 })));
    expect(extensions).toEqual({ code: 'BUSY', retryAfterMs: 50 });
  });

  it('names the fields at fault', () => {
    const fields = [{ path: 'input.name', message: 'is too long' }];
    expect(format(...thrown(new BadUserInputError(fields))).extensions).toEqual({ code: 'BAD_USER_INPUT', fields });
  });

  it('is masked and logged when nobody foresaw it, and both have the request id', () => {
    const error = new Error('secret detail of the database');
    const [formatted, asThrown] = thrown(error);
    belongTo({ requestId: 'r-1', userId: 'u-1' }, [asThrown as Error]);
    const told = format(formatted, asThrown);
    expect(JSON.stringify(told)).not.toContain('secret');
    expect(told.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'r-1' });
    expect(logged).toEqual([{ fields: { err: error, requestId: 'r-1', userId: 'u-1' }, message: 'unexpected error' }]);
  });
});

describe('an error that quotes what was sent', () => {
  it('is not told at full length, and loses no more than a suggestion at its very end', () => {
    const message = `Syntax Error: Expected Name, found String "${'Did you mean '.repeat(7_000)}".`;
    const inProduction = errorFormatter(logger, { suggestions: false });
    const extensions = { code: 'GRAPHQL_PARSE_FAILED' };
    const told = inProduction({ message, extensions }, new GraphQLError(message, { extensions }));

    expect(told.extensions).toEqual(extensions);
    expect(told.message).toBe(`${message.slice(0, 300)}…`);
  });
});

describe('a value that does not fit', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await buildSchema();
  });

  async function errorsOf(query: string, variables: Record<string, unknown> = {}, suggestions = true) {
    const formatError = errorFormatter(logger, { suggestions });
    const server = new ApolloServer({ schema, formatError });
    const { body } = await server.executeOperation({ query, variables });
    await server.stop();
    if (body.kind !== 'single') throw new Error('one answer was expected');
    return body.singleResult.errors ?? [];
  }
  async function fieldsOf(query: string, variables: Record<string, unknown> = {}) {
    const errors = await errorsOf(query, variables);
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(errors.map(() => 'BAD_USER_INPUT'));
    return errors.flatMap(({ extensions }) => extensions?.['fields'] as { path: string; message: string }[]);
  }

  const SIGN_UP = 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }';
  const founder = {
    email: 'a@example.org',
    password: 'correct horse',
    name: 'Ada',
    organizationName: 'A',
    timezone: 'UTC',
  };

  it.each([
    ['a scalar', { timezone: 'Mars/Olympus' }, 'input.timezone', 'must be an IANA zone name, e.g. Europe/Berlin'],
    [
      'an operator in place of text',
      { name: { $ne: 1 } },
      'input.name',
      'String cannot represent a non string value: { $ne: 1 }',
    ],
    ['null', { name: null }, 'input.name', 'Expected non-nullable type "String!" not to be null.'],
    [
      'a field left out',
      { name: undefined },
      'input.name',
      'Field "name" of required type "String!" was not provided.',
    ],
    [
      'a field that does not exist',
      { nmae: 'Ada' },
      'input.nmae',
      'Field "nmae" is not defined by type "SignUpInput". Did you mean "name"?',
    ],
  ])('is named where it stands in a variable: %s', async (_what, wrong, path, message) => {
    expect(await fieldsOf(SIGN_UP, { input: { ...founder, ...wrong } })).toEqual([{ path, message }]);
  });

  it('is named by the argument when the variable has another name', async () => {
    const query =
      'mutation ($zone: TimeZone!) { signUp(input: { timezone: $zone, email: "a@example.org", password: "correct horse", name: "A", organizationName: "A" }) { __typename } }';
    expect(await fieldsOf(query, { zone: 'EST' })).toMatchObject([{ path: 'input.timezone' }]);
    expect(await fieldsOf(query, {})).toEqual([{ path: 'input.timezone', message: 'is required' }]);
  });

  it('is named where it stands in the document', async () => {
    const signUp = (fields: string) => `mutation { signUp(input: { ${fields} }) { __typename } }`;
    const good = 'email: "a@example.org", password: "correct horse", name: "A", organizationName: "A"';
    expect(await fieldsOf(signUp(`${good}, timezone: "EST"`))).toEqual([
      { path: 'input.timezone', message: 'must be an IANA zone name, e.g. Europe/Berlin' },
    ]);
    expect(await fieldsOf(signUp(`${good}, timezone: 5`))).toMatchObject([{ path: 'input.timezone' }]);
    expect(await fieldsOf(signUp(good))).toMatchObject([{ path: 'input.timezone' }]);
    expect(await fieldsOf(signUp(`${good}, timezone: "UTC", nmae: "A"`))).toMatchObject([{ path: 'input.nmae' }]);
    expect(await fieldsOf('{ nodes(ids: ["a", {}]) { id } }')).toMatchObject([{ path: 'ids.1' }]);
  });

  it('is not quoted at length', async () => {
    const [field] = await fieldsOf(SIGN_UP, { input: { ...founder, name: ['x'.repeat(10_000)] } });
    expect(field?.path).toBe('input.name');
    expect(field?.message.length).toBeLessThan(350);
  });

  it('is told apart from a document that is wrong as such', async () => {
    const codes = async (query: string) => (await errorsOf(query)).map(({ extensions }) => extensions?.['code']);
    expect(await codes('{ viewer { nothing } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codes('{ nodes(ids: $ids) { id } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codes('{')).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(await codes('query ($id: Int!) { node(id: $id) { id } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('brings no suggestion where suggestions are off', async () => {
    const [unknownField] = await errorsOf('{ viewerr { account { id } } }', {}, false);
    expect(unknownField?.message).toBe('Cannot query field "viewerr" on type "Query".');
    const [unknownInput] = await errorsOf(SIGN_UP, { input: { ...founder, nmae: 'A' } }, false);
    expect(JSON.stringify(unknownInput)).not.toContain('Did you mean');
  });

  it('is told for every one of many, and what is beyond fifty in one', async () => {
    const errors = await fieldsOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(60).fill({}) });
    expect(errors).toHaveLength(51);
    expect(errors.slice(0, 2).map(({ path }) => path)).toEqual(['ids.0', 'ids.1']);
  });
});
