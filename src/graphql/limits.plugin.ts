import { affordableCost, LIMITS, type Limits } from './limits';
import type { GraphqlContext } from './graphql-context';
import type { ApolloPlugin } from './operation-log.plugin';
import { retryAfterSeconds } from './transport';

/** graphql-js' own last word, after the fault that there was. */
const NOTICE = 'Too many validation errors, error limit reached. Validation aborted.';

const isNumber = (value: unknown): value is number => typeof value === 'number';

/**
 * The limit that depends on variables, and so on the request: a document that was seen before is not validated again.
 *
 * @param tellCost whether `extensions.cost` says what the operation came to
 */
export const operationLimits = ({ tellCost }: { tellCost: boolean }, limits: Limits = LIMITS): ApolloPlugin => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request, contextValue }) {
        if (!operation) return;
        const variables = request.variables ?? {};
        (contextValue as GraphqlContext).cost = affordableCost({ schema, document, operation, variables }, limits);
      },
      async willSendResponse({ response: { body, http }, contextValue }) {
        if (body.kind !== 'single') return;
        const { singleResult: result } = body;
        const { cost } = contextValue as GraphqlContext;
        const waitMs = result.errors?.map(({ extensions }) => extensions?.['retryAfterMs']).find(isNumber);
        if (waitMs !== undefined) http.headers.set('retry-after', retryAfterSeconds(waitMs));
        if (result.errors?.[1]?.message === NOTICE) result.errors = result.errors.slice(0, 1);
        if (tellCost && cost !== undefined) {
          result.extensions = { ...result.extensions, cost: { requested: cost, maximum: limits.cost } };
        }
      },
    };
  },
});
