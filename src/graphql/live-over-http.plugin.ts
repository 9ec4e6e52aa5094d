import { GraphQLError, OperationTypeNode } from 'graphql';
import type { ApolloPlugin } from './operation-log.plugin';

/** graphql-js would execute a subscription that came by POST as if it were a query of messages that nobody sent. */
export const noSubscriptionsOverHttp: ApolloPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
        const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
        throw new GraphQLError('Subscriptions come over WebSocket (graphql-transport-ws).', { extensions });
      },
    };
  },
};
