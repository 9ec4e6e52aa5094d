import type { Facts, Role } from './facts';
import { filled, isFor, type OperationFile } from './operations';

export interface Asker {
  readonly token: string | null;
  readonly role: Role | null;
  readonly facts: Facts;
}

export interface Tab {
  readonly query: string;
  readonly variables: string;
  readonly headers: string;
}

/** The operations for whoever asks, with what there is now; one that lacks something is left out. */
export const tabsFor = (operations: readonly OperationFile[], { token, role, facts }: Asker): Tab[] =>
  operations
    .filter((operation) => isFor(operation, role))
    .flatMap(({ query, variables }) => {
      const text = filled(variables, facts);
      return text === null ? [] : [{ query, variables: text, headers: headersOf(token) }];
    });

export const headersOf = (token: string | null): string =>
  JSON.stringify(token === null ? {} : { Authorization: `Bearer ${token}` }, null, 2);
