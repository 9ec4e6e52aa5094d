import { factsOf, type GraphqlContext, type RequestFacts } from './graphql-context';
import type { ApolloPlugin } from './operation-log.plugin';

/** Formatting is told an error and nothing else: to which request each belongs. */
const requests = new WeakMap<object, RequestFacts>();

export function belongTo(facts: RequestFacts, errors: readonly object[]): void {
  for (const error of errors) requests.set(error, facts);
}

/** undefined: refused before there was an operation, see `transport.ts`. */
export const requestOf = (error: unknown): RequestFacts | undefined =>
  typeof error === 'object' && error !== null ? requests.get(error) : undefined;

/** Apollo shows a plugin every error of an operation before it is formatted. */
export const errorsOfRequests: ApolloPlugin = {
  async unexpectedErrorProcessingRequest({ requestContext, error }) {
    belongTo(factsOf(requestContext.contextValue as GraphqlContext), [error]);
  },
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        belongTo(factsOf(contextValue as GraphqlContext), errors);
      },
    };
  },
};
