import 'reflect-metadata';

import { PERMISSIONS } from '../../src/domain/permissions';
import { type Access, ACCESS } from '../../src/graphql/auth.guard';
import { RESOLVERS } from '../../src/graphql/resolvers';

/** Under this key Nest notes what kind of operation a method is. */
const RESOLVER_TYPE = 'graphql:resolver_type';
const KINDS = ['Query', 'Mutation', 'Subscription'] as const;

export interface WireOperation {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  /** undefined: the method says nothing, so nobody may call it. */
  readonly access: Access | undefined;
}

/** Every operation on the wire, with what its method says about who may call it. */
export const operationsOnTheWire = (): readonly WireOperation[] =>
  RESOLVERS.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof method !== 'function') return [];
      const kind = KINDS.find((known) => known === Reflect.getMetadata(RESOLVER_TYPE, method));
      if (kind === undefined) return [];
      return [{ name, kind, access: Reflect.getMetadata(ACCESS, method) as Access | undefined }];
    }),
  );

/** The least role that a permission needs, or that nobody has to be signed in. */
export const leastRole = (access: Access): string => (access === 'public' ? 'anybody' : PERMISSIONS[access]);
