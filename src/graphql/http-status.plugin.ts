import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlContext } from './graphql-context';
import type { ApolloPlugin } from './operation-log.plugin';

/** What was sent is no request that could be executed, and the client is told what is wrong with it. */
const MALFORMED: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

const isMalformed = ({ extensions }: GraphQLFormattedError): boolean => MALFORMED.has(extensions?.['code']);

/** `application/json` is preferred over, or accepted without, the media type that gives a status its meaning. */
const wantsPlainJson = ({ req }: GraphqlContext): boolean =>
  req.accepts(['application/graphql-response+json', 'application/json']) === 'application/json';

/**
 * The convention of GraphQL over HTTP for clients that ask for `application/json`: an answer about the document is a 200,
 * because a 400 could come from any proxy. Apollo does so for nobody. Limits stay what they are for everybody.
 */
export const httpStatus: ApolloPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http }, contextValue }) {
        if (http.status !== 400 || body.kind !== 'single' || !wantsPlainJson(contextValue as GraphqlContext)) return;
        const { errors = [] } = body.singleResult;
        if (errors.length > 0 && errors.every(isMalformed)) http.status = 200;
      },
    };
  },
};
