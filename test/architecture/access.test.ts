import 'reflect-metadata';

import { PERMISSIONS } from '../../src/domain/permissions';
import { ACCESS } from '../../src/graphql/auth.guard';
import { RESOLVERS } from '../../src/graphql/resolvers';

/** Under this key Nest notes what kind of operation a method is. */
const RESOLVER_TYPE = 'graphql:resolver_type';

/** Every operation on the wire, with what its method says about who may call it. */
const operations = RESOLVERS.flatMap(({ prototype }) =>
  Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof method !== 'function') return [];
    const kind: unknown = Reflect.getMetadata(RESOLVER_TYPE, method);
    if (kind !== 'Query' && kind !== 'Mutation' && kind !== 'Subscription') return [];
    return [{ name, access: Reflect.getMetadata(ACCESS, method) as unknown }];
  }),
);

describe('every operation', () => {
  it('says who may call it: a line of the permission table, or @Public()', () => {
    expect(operations.length).toBeGreaterThan(15);
    const open = operations.filter(({ access }) => access !== 'public' && !Object.hasOwn(PERMISSIONS, String(access)));
    expect(open).toEqual([]);
  });

  it('needs somebody signed in, but for signing up and in', () => {
    const open = operations.filter(({ access }) => access === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual([
      'logIn',
      'logInWithProvider',
      'logOut',
      'refreshSession',
      'signUp',
      'signUpWithProvider',
    ]);
  });
});
