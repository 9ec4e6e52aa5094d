import { createSchema, createYoga } from 'graphql-yoga';
import { DateTimeScalar } from '../../../src/graphql/scalars';
import type { TokenSubject } from '../../../src/platform/token';
import { openPeer, serve, subjectOf } from './peer';
import { PlainReads } from './plain-reads';
import { SDL } from './questions';

interface Range {
  readonly range: { readonly between: { readonly from: Date; readonly to: Date } };
  readonly first: number;
}

/** GraphQL Yoga as its guide has it, on Node's own server, with the driver's `toArray`. */
async function main(): Promise<void> {
  const { connection, database, tokens } = await openPeer();
  const reads = new PlainReads(database);
  const yoga = createYoga<object, { subject: TokenSubject }>({
    graphqlEndpoint: '/',
    graphiql: false,
    landingPage: false,
    logging: false,
    context: async ({ request }) => ({ subject: await subjectOf(tokens, request.headers.get('authorization')) }),
    schema: createSchema<{ subject: TokenSubject }>({
      typeDefs: SDL,
      resolvers: {
        DateTime: DateTimeScalar,
        Query: {
          occurrences: (_root, { range: { between }, first }: Range, { subject }) =>
            reads.dates(subject, between.from, between.to, first),
          myRegistrations: (_root, { first }: { first: number }, { subject }) => reads.registrations(subject, first),
        },
      },
    }),
  });
  serve(
    (request, response) => void yoga(request, response),
    () => connection.close(),
  );
}

void main();
