import 'reflect-metadata';
import {
  buildSchema,
  execute,
  type DocumentNode,
  type GraphQLSchema,
  parse,
  validate,
  type GraphQLResolveInfo,
} from 'graphql';
import { OccurrenceResolver } from '../../../src/graphql/occurrence.resolver';
import { RegistrationListsResolver } from '../../../src/graphql/registration-lists.resolver';
import { DateTimeScalar } from '../../../src/graphql/scalars';
import { loadEnv } from '../../../src/platform/env';
import { startService } from '../../../src/service';
import { Authenticator } from '../../../src/use-cases/people/authenticate';
import { readJson, sendJson, serve } from './peer';
import { SDL } from './questions';

interface Sent {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A document is parsed and validated once. */
class Documents {
  readonly #known = new Map<string, DocumentNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  of(text: string): DocumentNode {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const document = parse(text);
    const [fault] = validate(this.schema, document);
    if (fault) throw fault;
    this.#known.set(text, document);
    return document;
  }
}

/**
 * The service's own data path and authentication under graphql-js alone, on Node's own server: neither Nest nor Apollo
 * see the request, and there are no limits, log lines or metrics.
 */
async function main(): Promise<void> {
  const service = await startService(loadEnv());
  const { app } = service;
  const [dates, registrations] = [app.get(OccurrenceResolver), app.get(RegistrationListsResolver)];
  const authenticator = app.get(Authenticator);
  const schema = buildSchema(SDL);
  const { serialize, parseValue, parseLiteral } = DateTimeScalar;
  Object.assign(schema.getType('DateTime') ?? {}, { serialize, parseValue, parseLiteral });
  const documents = new Documents(schema);
  type Args<Of> = Of extends (args: infer First, ...rest: never[]) => unknown ? First : never;
  type Scope = Awaited<ReturnType<Authenticator['authenticate']>>;
  const signedIn = (scope: Scope): NonNullable<Scope> => {
    if (scope === null) throw new Error('everybody here is signed in');
    return scope;
  };
  const rootValue = {
    occurrences: (args: Args<OccurrenceResolver['occurrences']>, scope: Scope, info: GraphQLResolveInfo) =>
      dates.occurrences(args, signedIn(scope), info),
    myRegistrations: (args: Args<RegistrationListsResolver['myRegistrations']>, scope: Scope) =>
      registrations.myRegistrations(args, signedIn(scope)),
  };
  serve(
    (request, response) =>
      void readJson<Sent>(request).then(async ({ query, variables: variableValues }) => {
        const bearer = request.headers.authorization?.slice('Bearer '.length);
        const contextValue = await authenticator.authenticate(bearer, 'bench');
        const document = documents.of(query);
        sendJson(response, await execute({ schema, document, rootValue, contextValue, variableValues }));
      }),
    () => service.stop(),
  );
}

void main();
