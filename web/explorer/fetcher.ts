import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';

type Request = Parameters<Fetcher>;

/** Sends operations to the endpoint, and tells of every answer that is not a stream. */
export function fetcherFor(endpoint: string, onAnswer: (answer: unknown) => void): Fetcher {
  const send = createGraphiQLFetcher({
    url: endpoint,
    // The toolkit opens the socket with what the headers editor says.
    subscriptionUrl: endpoint.replace(/^http/, 'ws'),
    enableIncrementalDelivery: false,
  });
  return async (...request) => {
    const answer = await send(...asItStands(request));
    onAnswer(answer);
    return answer;
  };
}

/** For a moment after a change of tabs, GraphiQL still has the name and the syntax tree of the tab before. */
function asItStands([parameters, options]: Request): Request {
  const documentAST = parsed(parameters.query);
  if (documentAST === null) return [parameters, options];
  const names = documentAST.definitions
    .filter((definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition')
    .map(({ name }) => name?.value ?? null);
  const operationName = names.find((name) => name === parameters.operationName) ?? names[0] ?? null;
  return [
    { ...parameters, operationName },
    { ...options, documentAST },
  ];
}

/** null: the service says what is wrong with it. */
function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}
