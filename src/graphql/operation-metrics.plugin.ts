import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Metrics } from '../platform/metrics';
import type { ApolloPlugin } from './operation-log.plugin';

/** Durations by root field. Not by the operation's name, which a client makes up: each new one would be a series for ever. */
export const operationMetrics = (metrics: Metrics): ApolloPlugin => ({
  async requestDidStart() {
    const startedAt = performance.now();
    return {
      async willSendResponse({ schema, operation, response }) {
        const failed = response.body.kind === 'single' && (response.body.singleResult.errors?.length ?? 0) > 0;
        const name = operation ? rootFieldOf(schema, operation) : 'none';
        metrics.operation(name, failed ? 'error' : 'ok', (performance.now() - startedAt) / 1_000);
      },
    };
  },
});

/** The one field that was asked for, where the schema has it. A fragment at the root counts as several. */
export function rootFieldOf(schema: GraphQLSchema, { operation, selectionSet }: OperationDefinitionNode): string {
  const [only, ...others] = selectionSet.selections;
  if (only?.kind !== 'Field' || others.length > 0) return 'several';
  const name = only.name.value;
  if (name.startsWith('__')) return 'introspection';
  return schema.getRootType(operation)?.getFields()[name] === undefined ? 'none' : name;
}
