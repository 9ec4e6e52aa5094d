import { getNamedType, isInputObjectType } from 'graphql';
import { operationsOnTheWire } from '../support/operations-on-the-wire';
import { operations } from '../support/wire';

/** Of sessions: repeated, they give another one. */
const SESSIONS: readonly string[] = ['switchOrganization'];

const access = new Map(operationsOnTheWire().map((operation) => [operation.name, operation.access]));

/** The type of a mutation's `idempotencyKey`; undefined: it takes none. */
const keys = new Map(
  operations
    .filter(({ kind }) => kind === 'mutation')
    .map(({ name, args: [input] }) => {
      const type = input && getNamedType(input.type);
      return [name, isInputObjectType(type) ? type.getFields()['idempotencyKey']?.type.toString() : undefined];
    }),
);

describe('every mutation of somebody who is signed in', () => {
  it('takes an idempotencyKey, which may be left out; those of sessions take none', () => {
    const signedIn = [...keys].filter(([name]) => access.get(name) !== 'public');
    expect(signedIn.length).toBeGreaterThan(20);
    expect(signedIn.filter(([, type]) => type !== 'String').map(([name]) => name)).toEqual(SESSIONS);
  });

  it('is somebody’s: without anybody there is nobody whose key it could be', () => {
    const open = [...keys].filter(([name]) => access.get(name) === 'public');
    expect(open.filter(([, type]) => type !== undefined)).toEqual([]);
  });
});
